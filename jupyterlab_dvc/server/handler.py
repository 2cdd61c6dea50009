"""What every handler shares: who may ask, how an answer and how a refusal leave."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..api import Error
from ..errors import (
    Busy,
    CannotWrite,
    Conflict,
    DVCFailed,
    JupyterLabDVCError,
    NotFound,
    Problem,
    Refused,
)

STATUS: Mapping[type[JupyterLabDVCError], HTTPStatus] = {
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Busy: HTTPStatus.LOCKED,
    CannotWrite: HTTPStatus.INSUFFICIENT_STORAGE,
    DVCFailed: HTTPStatus.BAD_GATEWAY,
}


def status_of(error: JupyterLabDVCError) -> HTTPStatus:
    """The status of an error's class, or of the nearest one it derives from."""
    for cls in type(error).__mro__:
        if cls in STATUS:
            return STATUS[cls]
    return HTTPStatus.BAD_REQUEST


class Handler(APIHandler):
    """Base of the routes: JSON in and out, errors as ``api.Error``."""

    # What a Jupyter authorizer is asked about; its action is `read` for GET, else `write`.
    auth_resource = "jupyterlab_dvc"

    def reply(self, answer: msgspec.Struct) -> None:
        """Send one of the wire types."""
        self.finish(msgspec.json.encode(answer))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong; of an unexpected error nothing, since its text may hold a secret."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, JupyterLabDVCError):
            self.set_status(status_of(error))
            problem = error.problems[0]
        elif isinstance(error, web.HTTPError):
            problem = Problem("http-error", {"status": status_code, "reason": self._reason})
        else:
            problem = Problem("unexpected")
        self.reply(Error.of(problem))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log what nobody expected, by path alone: the query may hold a token."""
        where = f"{self.request.method} {self.request.path}"
        if isinstance(value, JupyterLabDVCError):
            self.log.info("%s: %s", where, value)
        elif isinstance(value, web.HTTPError):
            self.log.warning("%s: %s %s", where, value.status_code, value.reason or "")
        else:
            self.log.error("%s failed", where, exc_info=(typ, value, tb) if typ and value else True)
