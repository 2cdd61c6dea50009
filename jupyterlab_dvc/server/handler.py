"""What every handler shares: who may ask, how a request comes in, how an answer leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Literal, TypeVar, cast

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .. import api
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
from .context import Context

Action = Literal["read", "write"]
RESOURCE = "jupyterlab_dvc"
SETTING = "jupyterlab_dvc"
"""The key in the web application's settings that holds our ``Context``."""

Body = TypeVar("Body", bound=msgspec.Struct)
T = TypeVar("T")


class Forbidden(Refused):
    """The administrator doesn't allow it."""


STATUS: Mapping[type[JupyterLabDVCError], HTTPStatus] = {
    Refused: HTTPStatus.BAD_REQUEST,
    Forbidden: HTTPStatus.FORBIDDEN,
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


def action_of(handler: type[web.RequestHandler], method: str) -> Action:
    """What an authorizer is asked for: GET reads, all else writes, unless the handler says so."""
    own = getattr(handler, "ACTIONS", {})
    if method in own:
        return cast(Action, own[method])
    return "read" if method in ("GET", "HEAD") else "write"


async def admit(handler: Any) -> None:
    """Let only those in who are known and authorized; before a byte of the body is looked at.

    In one place, so that no route can do without.
    """
    if not handler.current_user:
        raise web.HTTPError(403)
    action = action_of(type(handler), handler.request.method or "")
    allowed = await ensure_async(
        handler.authorizer.is_authorized(handler, handler.current_user, action, RESOURCE)
    )
    if not allowed:
        raise web.HTTPError(403)


@web.stream_request_body
class Handler(APIHandler):
    """Base of the routes: JSON in and out, errors as ``api.Error``."""

    auth_resource = RESOURCE
    ACTIONS: ClassVar[Mapping[str, Action]] = {}
    """By method, where the authorizer is asked for something else than the method suggests."""

    def initialize(self, **_: object) -> None:
        self._received = bytearray()
        self._too_big = False
        self.project: Path | None = None
        """The project at hand, once it is known: messages may name files as seen from there."""

    @property
    def context(self) -> Context:
        return cast(Context, self.settings[SETTING])

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler has it
        """Admit, and refuse a body by its head where that tells enough."""
        try:
            await super().prepare()
        except web.HTTPError as error:
            if error.status_code == HTTPStatus.NOT_FOUND:
                # What the framework tells a page of another site, as if there were no such route.
                raise web.HTTPError(403) from None
            raise
        if self.request.method == "OPTIONS":
            # A browser's question before the request, which it asks without saying who.
            return
        await admit(self)
        if self.request.method not in ("GET", "HEAD"):
            self._refuse_forms()
        length = self.request.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > self.context.settings.max_body_size:
            raise web.HTTPError(413)

    def _refuse_forms(self) -> None:
        """What a form of another site can send, it must not be able to send in somebody's name."""
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not self.token_authenticated:
            raise web.HTTPError(415)

    def data_received(self, chunk: bytes) -> None:
        """Keep no more than a body may have; the rest is dropped as it comes."""
        if self._too_big or len(self._received) + len(chunk) > self.context.settings.max_body_size:
            self._too_big = True
            self._received.clear()
        else:
            self._received += chunk

    def body(self, of: type[Body]) -> Body:
        """The body as one of the wire types.

        Raises:
            Refused: it is no JSON, or not of that shape.
        """
        if self._too_big:
            raise web.HTTPError(413)
        try:
            return msgspec.json.decode(bytes(self._received), type=of)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Refused.of("request-invalid", reason=str(error)) from None
        except RecursionError:
            raise Refused.of("request-invalid", reason="it is nested too deeply") from None

    def argument(self, name: str) -> str:
        """A parameter of the query, which has to be there.

        Raises:
            Refused: it isn't, or is there more than once.
        """
        # Tornado's own way to them turns control characters into spaces.
        values = self.request.query_arguments.get(name, [])
        if len(values) != 1:
            reason = f"the query needs one `{name}`"
            raise Refused.of("request-invalid", reason=reason)
        try:
            return values[0].decode("utf-8")
        except UnicodeDecodeError:
            raise Refused.of("request-invalid", reason=f"`{name}` is not in UTF-8") from None

    async def work(self, function: Callable[[], T]) -> T:
        """Call what reads files or waits, away from the server's loop."""
        return await self.context.work(function)

    def reply(self, answer: msgspec.Struct | list[Any], status: int = 200) -> None:
        """Send one of the wire types."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(_encoded(answer))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong; of an unexpected error nothing, since its text may hold a secret."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, JupyterLabDVCError):
            self.set_status(status_of(error))
            problem = self.context.root.shown(error.problems[0], self.project)
            fields = api.fields_of(problem)
            if isinstance(error, Conflict):
                self.finish(msgspec.json.encode(api.Conflict(**fields, diff=error.diff)))
                return
            self.finish(msgspec.json.encode(api.Error(**fields)))
            return
        if isinstance(error, web.HTTPError):
            problem = Problem("http-error", {"status": status_code, "reason": self._reason})
        else:
            problem = Problem("unexpected")
        self.finish(msgspec.json.encode(api.Error.of(problem)))

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
        elif isinstance(value, asyncio.CancelledError):
            self.log.info("%s: cancelled", where)
        else:
            self.log.error("%s failed", where, exc_info=(typ, value, tb) if typ and value else True)


def _encoded(answer: msgspec.Struct | list[Any]) -> bytes:
    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        # A cell can spell half a character, which no JSON in UTF-8 can hold.
        text = json.dumps(msgspec.to_builtins(answer), ensure_ascii=False)
        return text.encode("utf-8", "replace")
