"""Each route that the application has: who may ask, and what is said to one who may not."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.serverapp import ServerApp
from tornado import web

from jupyterlab_dvc.errors import (
    Busy,
    CannotWrite,
    Conflict,
    DVCFailed,
    JupyterLabDVCError,
    NotFound,
    Place,
    Problem,
    Refused,
)
from jupyterlab_dvc.messages import MESSAGES
from jupyterlab_dvc.server.handler import Handler
from jupyterlab_dvc.server.routes import NAMESPACE, handlers
from tests.server.application import (
    METHODS,
    REST,
    RUN_ID,
    Fetch,
    a_run,
    action,
    body_of,
    every_method,
    everything_in,
    own_routes,
    post,
    refused,
    writing,
)
from tests.server.project import Project
from tests.server.test_steps import ended

ROOT = Path(__file__).resolve().parent.parent.parent
PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))


async def test_version(jp_fetch: Fetch) -> None:
    response = await jp_fetch(NAMESPACE, "version")
    assert response.code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    version = json.loads((ROOT / "package.json").read_text("utf-8"))["version"]
    # The page's tests read the same file.
    assert json.loads(response.body) == {**payload("version"), "version": version}


def test_every_route_is_of_the_base_handler(jp_serverapp: ServerApp) -> None:
    routes = own_routes(jp_serverapp)
    assert {"version", "state", "runs", "sync"} < set(routes)
    for handler in routes.values():
        assert issubclass(handler, Handler)
        assert handler.auth_resource == "jupyterlab_dvc"


def test_no_handler_of_ours_stands_elsewhere(jp_serverapp: ServerApp) -> None:
    """The walks over all routes go by the namespace: whatever we serve has to be in it."""

    def served(rules: Any) -> Iterator[type]:
        for rule in rules:
            if isinstance(rule.target, type):
                yield rule.target
            yield from served(getattr(rule.target, "rules", ()))

    router = jp_serverapp.web_app
    ours = {
        handler
        for handler in (
            *served(router.default_router.rules),
            *served(router.wildcard_router.rules),
        )
        if handler.__module__.partition(".")[0] == "jupyterlab_dvc"
    }
    assert ours == set(own_routes(jp_serverapp).values())
    assert len(ours) >= 10


@pytest.mark.parametrize("token", ["wrong", ""])
async def test_1_no_route_answers_without_a_token(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project, token: str
) -> None:
    """Each is asked for what it would do, were the token right."""
    run_id = a_run(project.folder)
    bodies = writing(project)
    before = everything_in(project.root)
    asked = set()
    for path in own_routes(jp_serverapp):
        body = {"path": project.path("second"), **REST.get(path, {}), **bodies.get(path, {})}
        for method in METHODS:
            error = await refused(
                jp_fetch(
                    NAMESPACE,
                    *path.replace(RUN_ID, run_id).split("/"),
                    method=method,
                    params={"path": project.path("second")},
                    body=json.dumps(body) if method in ("POST", "PUT", "PATCH") else None,
                    headers={
                        "Authorization": f"token {token}",
                        "Content-Type": "application/json",
                    },
                    allow_nonstandard_methods=True,
                )
            )
            asked.add(path)
            assert error.code == 403, (method, path)
            if method != "HEAD":
                assert body_of(error)["code"] == "http-error"
    assert asked == set(own_routes(jp_serverapp))
    assert everything_in(project.root) == before
    for path, body in bodies.items():
        answer = await post(jp_fetch, path.replace(RUN_ID, run_id), body)
        assert answer.code in (200, 201), path
    run = json.loads((await jp_fetch(NAMESPACE, "runs", params={"path": project.name})).body)[0]
    assert (await ended(jp_fetch, run))["state"] == "succeeded"
    assert set(bodies) == {
        path for path, method in every_method(jp_serverapp) if action(path, method) == "write"
    }


class Denies(Authorizer):
    """Remembers what it is asked, and says no."""

    asked: list[tuple[str, str]]

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        self.asked.append((action, resource))
        return resource != "jupyterlab_dvc"


async def test_an_authorizer_may_deny(jp_serverapp: ServerApp, jp_fetch: Fetch) -> None:
    authorizer = Denies(parent=jp_serverapp)
    authorizer.asked = []
    jp_serverapp.web_app.settings["authorizer"] = authorizer
    error = await refused(jp_fetch(NAMESPACE, "version"))
    assert error.code == 403
    assert ("read", "jupyterlab_dvc") in authorizer.asked


@pytest.mark.parametrize("path", ["", "versions", "version/x", "Version"])
async def test_a_path_that_is_no_route_is_not_found(jp_fetch: Fetch, path: str) -> None:
    assert (await refused(jp_fetch(NAMESPACE, path))).code == 404


@pytest.mark.parametrize(
    ("base_url", "inside", "outside"),
    [
        ("/", "/jupyterlab-dvc/version", "/x/jupyterlab-dvc/version"),
        (
            "/user/a.b+c/",
            "/user/a.b+c/jupyterlab-dvc/version",
            "/user/axb+c/jupyterlab-dvc/version",
        ),
        ("/user/%C3%A4/", "/user/%C3%A4/jupyterlab-dvc/version", "/user/a/jupyterlab-dvc/version"),
    ],
)
def test_the_base_url_is_literal(base_url: str, inside: str, outside: str) -> None:
    pattern, _ = handlers(base_url)[0]
    assert re.fullmatch(pattern, inside)
    assert not re.fullmatch(pattern, outside)


@pytest.mark.parametrize("code", MESSAGES)
def test_a_page_is_told_of_no_command_to_type(code: str) -> None:
    """It has buttons for what the command line's hints name; other programs' commands are fine."""
    own = r"--force|with -f|jupyterlab-dvc (sync|run)|ipynb_to|gen_dvc|the command again"
    assert not re.search(own, MESSAGES[code].page_hint)


def add_failing(serverapp: ServerApp, error: Exception) -> None:
    """A route that fails, as one of ours would."""

    class Failing(Handler):
        @web.authenticated
        async def get(self) -> None:
            raise error

    base_url = serverapp.web_app.settings["base_url"]
    serverapp.web_app.add_handlers(".*$", [(rf"{base_url}{NAMESPACE}/failing", Failing)])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused, 400),
        (NotFound, 404),
        (Conflict, 409),
        (Busy, 423),
        (CannotWrite, 507),
        (DVCFailed, 502),
        (JupyterLabDVCError, 400),
        (type("OfALaterRelease", (NotFound,), {}), 404),
    ],
)
async def test_an_error_has_its_status_and_place(
    jp_serverapp: ServerApp, jp_fetch: Fetch, error: type[JupyterLabDVCError], status: int
) -> None:
    place = Place(path="steps/train.ipynb", cell=2, line=4)
    problem = Problem("file-missing", {"base": "the project"}, place)
    add_failing(jp_serverapp, error(problem))
    answer = await refused(jp_fetch(NAMESPACE, "failing"))
    assert answer.code == status
    diff = {"diff": ""} if error is Conflict else {}
    assert body_of(answer) == {**payload("refused"), **diff}


async def test_what_is_unexpected_is_logged_and_not_told(
    jp_serverapp: ServerApp, jp_fetch: Fetch, caplog: pytest.LogCaptureFixture
) -> None:
    add_failing(jp_serverapp, KeyError("the secret of the remote"))
    with caplog.at_level(logging.ERROR, logger=jp_serverapp.log.name):
        answer = await refused(jp_fetch(NAMESPACE, "failing", params={"signature": "abc123"}))
    assert answer.code == 500
    assert body_of(answer) == payload("unexpected")
    own = [record for record in caplog.records if "failing failed" in record.getMessage()]
    assert len(own) == 1
    assert own[0].exc_info is not None
    assert "the secret of the remote" in str(own[0].exc_info[1])
    assert "abc123" not in own[0].getMessage()


async def test_an_http_error_tells_its_status_alone(
    jp_serverapp: ServerApp, jp_fetch: Fetch
) -> None:
    add_failing(jp_serverapp, web.HTTPError(400, "the secret of %s", "the remote"))
    answer = await refused(jp_fetch(NAMESPACE, "failing"))
    assert answer.code == 400
    assert body_of(answer)["message"] == "The server answered 400 (Bad Request)."
    assert "secret" not in json.dumps(body_of(answer))
