"""Who is let in, and for what: tried on every route of the running application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPResponse

from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import (
    REST,
    RUN_ID,
    Fetch,
    a_run,
    action,
    every_method,
    everything_in,
    post,
    read_everything,
    refused,
    writing,
)
from tests.server.project import Project

Connect = Callable[..., Awaitable[Any]]


class Asked(Authorizer):
    """Allows only some actions on our resource, and remembers what it was asked for."""

    allowed: frozenset[str] = frozenset()

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "jupyterlab_dvc" or action in self.allowed


def authorize(serverapp: ServerApp, *allowed: str) -> None:
    authorizer = Asked(parent=serverapp)
    authorizer.allowed = frozenset(allowed)
    serverapp.web_app.settings["authorizer"] = authorizer


async def code_of(answer: Awaitable[HTTPResponse]) -> int:
    try:
        return (await answer).code
    except HTTPClientError as error:
        return error.code


async def test_2_an_authorizer_denies_all(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    authorize(jp_serverapp)
    before = everything_in(project.root)
    for path, method in every_method(jp_serverapp):
        asked = jp_fetch(NAMESPACE, path, method=method, allow_nonstandard_methods=True)
        assert await code_of(asked) == 403, (method, path)
    assert everything_in(project.root) == before


@pytest.mark.parametrize("allowed", ["read", "write"])
async def test_3_reading_and_writing_apart(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project, allowed: str
) -> None:
    authorize(jp_serverapp, allowed)
    seen = set()
    for path, method in every_method(jp_serverapp):
        asked = jp_fetch(NAMESPACE, path, method=method, allow_nonstandard_methods=True)
        expected = action(path, method)
        seen.add(expected)
        assert (await code_of(asked) == 403) == (expected != allowed), (method, path)
    assert seen == {"read", "write"}


async def test_3_a_reader_reads(jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project) -> None:
    authorize(jp_serverapp, "read")
    run_id = a_run(project.folder)
    bodies = writing(project)
    before = everything_in(project.root)
    await read_everything(jp_serverapp, jp_fetch, project, run_id)
    for path, body in bodies.items():
        error = await refused(post(jp_fetch, path.replace(RUN_ID, run_id), body))
        assert error.code == 403, path
    # DVC makes its own folder for locks when it is asked for a status.
    after = {k: v for k, v in everything_in(project.root).items() if "/.dvc/tmp" not in k}
    assert after == {k: v for k, v in before.items() if "/.dvc/tmp" not in k}


async def cookie_of(serverapp: ServerApp, port: int, base_url: str) -> tuple[str, dict[str, str]]:
    """What a browser has after it has logged in with the token: the server's address and cookies.

    The cookie for XSRF is not among them, as another site can't read it.
    """
    origin = f"http://localhost:{port}"
    client = AsyncHTTPClient()
    answer = await client.fetch(
        f"{origin}{base_url}?token={serverapp.identity_provider.token}",
        follow_redirects=False,
        raise_error=False,
    )
    cookies = [
        text.partition(";")[0]
        for text in answer.headers.get_list("Set-Cookie")
        if not text.startswith("_xsrf")
    ]
    assert cookies
    return f"{origin}{base_url}{NAMESPACE}/", {"Cookie": "; ".join(cookies)}


FORM = {"Content-Type": "text/plain"}


@pytest.mark.parametrize(
    ("headers", "checks_xsrf", "code"),
    [
        ({"Content-Type": "application/json"}, True, 403),
        (FORM, True, 403),
        (FORM, False, 415),
        ({**FORM, "Origin": "https://evil.example"}, True, 403),
        ({**FORM, "Origin": "https://evil.example"}, False, 403),
        ({"Content-Type": "application/json", "Origin": "null"}, False, 403),
    ],
    ids=[
        "attack 4",
        "attack 5, no origin",
        "attack 5, no origin, no XSRF check",
        "attack 5",
        "attack 5, no XSRF check",
        "attack 5, a sandboxed page, no XSRF check",
    ],
)
async def test_a_cookie_alone_writes_nothing(
    jp_serverapp: ServerApp,
    http_server_port: tuple[object, int],
    jp_fetch: Fetch,
    jp_base_url: str,
    project: Project,
    headers: dict[str, str],
    checks_xsrf: bool,
    code: int,
) -> None:
    """Another site's page has the cookie sent, and can't read the token for XSRF from it.

    Where an administrator has that token not asked for, the rest holds still.
    """
    jp_serverapp.web_app.settings["disable_check_xsrf"] = not checks_xsrf
    run_id = a_run(project.folder)
    bodies = writing(project)
    address, cookie = await cookie_of(jp_serverapp, http_server_port[1], jp_base_url)
    client = AsyncHTTPClient()
    known = await client.fetch(f"{address}version", headers={**cookie, "Referer": address})
    assert known.code == 200
    before = everything_in(project.root)
    for path, method in every_method(jp_serverapp):
        if method == "GET" and "Origin" not in headers:
            continue
        body = {"path": project.path("first"), **REST.get(path, {}), **bodies.get(path, {})}
        error = await client.fetch(
            address + path.replace(RUN_ID, run_id) + f"?path={project.path('first')}",
            method=method,
            body=None if method == "GET" else json.dumps(body),
            headers={**cookie, **headers},
            raise_error=False,
        )
        assert error.code == code, (method, path)
    assert everything_in(project.root) == before


async def test_6_and_7_sockets(jp_ws_fetch: Connect, project: Project) -> None:
    run_id = a_run(project.folder)
    where = (NAMESPACE, "runs", run_id, "log")
    error = await refused(jp_ws_fetch(*where, headers={"Authorization": "token wrong"}))
    assert error.code == 403
    for origin in ("https://evil.example", "http://localhost.evil.example", "null"):
        error = await refused(jp_ws_fetch(*where, headers={"Origin": origin}))
        assert error.code == 403, origin
    socket = await jp_ws_fetch(*where)
    frames = []
    while (message := await asyncio.wait_for(socket.read_message(), 20)) is not None:
        frames.append(message)
    assert b"the log" in frames
    socket.close()


@pytest.mark.parametrize(
    "run_id",
    [RUN_ID, "x", "..", "%2e%2e", "..%2f..%2fetc", "20260101T000000Z-abcdef%00", "x" * 10_000],
)
async def test_8_runs_that_are_none(
    jp_fetch: Fetch, jp_ws_fetch: Connect, project: Project, run_id: str
) -> None:
    a_run(project.folder)
    before = everything_in(project.root)
    assert (await refused(jp_ws_fetch(NAMESPACE, "runs", run_id, "log"))).code == 404
    assert (await refused(jp_fetch(NAMESPACE, "runs", run_id, "log"))).code == 404
    assert (await refused(jp_fetch(NAMESPACE, "runs", run_id))).code == 404
    assert (await refused(post(jp_fetch, f"runs/{run_id}/stop", {}))).code == 404
    assert everything_in(project.root) == before
