"""Attacks on the routes; a refusal means that nothing has happened either."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPResponse

from jupyterlab_dvc.runs.record import Request
from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import (
    RUN_ID,
    Fetch,
    body_of,
    everything_in,
    methods_of,
    own_routes,
    post,
    refused,
)
from tests.server.project import FIRST, FIRST_CODE, Project

Connect = Callable[..., Awaitable[Any]]

READING = {"parse", "preview", "check", "complete"}
# What a route's body needs beside the path.
REST: dict[str, dict[str, object]] = {
    "sync": {"sources_sha256": "0" * 64},
    "runs": {"what": "step"},
}
HASH = "0" * 64


def action(path: str, method: str) -> str:
    """As the design has it: a few only read, whatever their method."""
    reads = method in ("GET", "HEAD") or path in READING or path.endswith("/log")
    return "read" if reads else "write"


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


def every_method(serverapp: ServerApp) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, handler in own_routes(serverapp).items()
        for method in methods_of(handler)
    ]


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
    before = everything_in(project.root)
    body = {"path": project.path("first")}
    for path in ("preview", "check"):
        assert (await post(jp_fetch, path, body)).code == 200
    for path in ("state", "runs"):
        assert (await jp_fetch(NAMESPACE, path, params=body)).code == 200
    for path, rest in (("sync", project.sync("first")), ("runs", {**body, "what": "step"})):
        assert (await refused(post(jp_fetch, path, rest))).code == 403
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


async def test_4_and_5_a_cookie_alone_writes_nothing(
    jp_serverapp: ServerApp,
    http_server_port: tuple[object, int],
    jp_fetch: Fetch,
    jp_base_url: str,
    project: Project,
) -> None:
    address, cookie = await cookie_of(jp_serverapp, http_server_port[1], jp_base_url)
    client = AsyncHTTPClient()
    known = await client.fetch(f"{address}version", headers={**cookie, "Referer": address})
    assert known.code == 200
    before = everything_in(project.root)
    forms = {"Content-Type": "text/plain", "Origin": "https://evil.example"}
    for headers in ({"Content-Type": "application/json"}, forms):
        for path, method in every_method(jp_serverapp):
            if method == "GET":
                continue
            body = {**project.sync("first"), **REST.get(path, {})}
            error = await client.fetch(
                address + path,
                method=method,
                body=json.dumps(body),
                headers={**cookie, **headers},
                raise_error=False,
            )
            assert error.code in (403, 404, 415), (method, path)
            assert error.code != 404 or "Origin" in headers
    assert everything_in(project.root) == before


async def test_5_a_form_is_no_request_even_where_nothing_else_protects(
    jp_serverapp: ServerApp,
    http_server_port: tuple[object, int],
    jp_fetch: Fetch,
    jp_base_url: str,
    project: Project,
) -> None:
    jp_serverapp.web_app.settings["disable_check_xsrf"] = True
    address, cookie = await cookie_of(jp_serverapp, http_server_port[1], jp_base_url)
    before = everything_in(project.root)
    error = await AsyncHTTPClient().fetch(
        f"{address}sync",
        method="POST",
        body=json.dumps(project.sync("first")),
        headers={**cookie, "Content-Type": "text/plain"},
        raise_error=False,
    )
    assert error.code == 415
    assert everything_in(project.root) == before


def a_run(folder: Path) -> str:
    """The id of a run that was and is no more."""
    store = Store(folder)
    with store.starting():
        run, events = store.create(Request())
    os.close(events)
    (store.folder / run.id / "log").write_bytes(b"the log")
    return run.id


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


@pytest.fixture
def outside(project: Project) -> Path:
    """A project beside the root, whose name begins as the root's does, and links to it."""
    folder = project.root.parent / f"{project.root.name}-secret"
    other = Project(folder.parent, folder.name).create()
    other.write("secret", [FIRST, FIRST_CODE + "# the secret\n"])
    (project.root / "folder").symlink_to(folder)
    (project.root / "file.ipynb").symlink_to(folder / "secret.ipynb")
    (project.folder / "file.ipynb").symlink_to(folder / "secret.ipynb")
    (project.folder / ".hidden.ipynb").write_bytes((folder / "secret.ipynb").read_bytes())
    return folder


PATHS = [
    "../x.ipynb",
    "%2e%2e/root_dir-secret/secret.ipynb",
    "..%2froot_dir-secret%2fsecret.ipynb",
    "/etc/passwd",
    "//etc/passwd",
    "~/.bashrc",
    "work/first.ipynb\0",
    "\0",
    "../root_dir-secret/secret.ipynb",
    "work/../../root_dir-secret/secret.ipynb",
    "work/../work/first.ipynb",
    "folder/secret.ipynb",
    "file.ipynb",
    "work/file.ipynb",
    "work/.hidden.ipynb",
    "work/.dvc/config",
    "work",
    ".",
    "",
    "work/missing.ipynb",
    "work/first.ipynb/x",
    "x" * 10_000,
    "<img src=x onerror=alert(1)>.ipynb",
]


@pytest.mark.parametrize("path", PATHS)
async def test_9_to_11_paths(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project, outside: Path, path: str
) -> None:
    paths = [path, str(outside / "secret.ipynb"), str(project.folder / "first.ipynb")]
    before = everything_in(project.root.parent)
    asked = set()
    for route, method in every_method(jp_serverapp):
        if RUN_ID in route or route == "version":
            continue
        for one in paths if path == PATHS[0] else [path]:
            if method == "GET":
                answer = jp_fetch(NAMESPACE, route, params={"path": one})
            else:
                answer = post(jp_fetch, route, {"path": one, **REST.get(route, {})})
            error = await refused(answer)
            assert error.code == 404, (method, route, one)
            assert "secret =" not in json.dumps(body_of(error))
            assert len(json.dumps(body_of(error))) < 3_000
        asked.add(route)
    assert {"state", "preview", "sync", "check", "params", "runs"} <= asked
    assert everything_in(project.root.parent) == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"?path={quote('work/ä 100%.ipynb')}", 200),
        ("?path=%2e%2e/root_dir-secret/secret.ipynb", 404),
        ("?path=%2e%2e%2froot_dir-secret/secret.ipynb", 404),
        ("?path=%252e%252e%252froot_dir-secret/secret.ipynb", 404),
        ("?path=work/first.ipynb%00", 404),
        ("?path=%ff", 400),
        ("", 400),
        ("?path=work/first.ipynb&path=work/second.ipynb", 400),
    ],
)
async def test_9_a_path_in_a_query_is_unescaped_once(
    http_server_port: tuple[object, int],
    jp_fetch: Fetch,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
    project: Project,
    outside: Path,
    query: str,
    code: int,
) -> None:
    project.write("ä 100%", [FIRST, FIRST_CODE])
    for route in ("state", "runs"):
        address = f"http://localhost:{http_server_port[1]}{jp_base_url}{NAMESPACE}/{route}{query}"
        answer = await AsyncHTTPClient().fetch(address, headers=jp_auth_header, raise_error=False)
        assert answer.code == code


@pytest.mark.parametrize(
    "scripts", [".git/hooks", ".dvc", "../outside", "{outside}", "link", "a/.b", "."]
)
async def test_12_where_scripts_go(
    jp_fetch: Fetch, project: Project, outside: Path, scripts: str
) -> None:
    (project.folder / "link").symlink_to(outside)
    settings = {"path": {"python_script_root_dir": scripts.format(outside=outside)}}
    (project.folder / ".mlvtools").write_text(json.dumps(settings))
    if scripts == ".":
        (project.folder / ".dvc" / "x").write_text("not to be written to")
        (project.folder / "mlvtools_first.py").symlink_to(project.folder / ".dvc" / "x")
    before = everything_in(project.root.parent)
    for route, body in (
        ("preview", {"path": project.path("first")}),
        ("sync", project.sync("first", force=True)),
    ):
        error = await refused(post(jp_fetch, route, body))
        assert (error.code, body_of(error)["code"]) == (400, "target-refused")
    assert everything_in(project.root.parent) == before


async def test_12_a_dvc_yaml_elsewhere(jp_fetch: Fetch, project: Project, outside: Path) -> None:
    (outside / "dvc.yaml").write_text("stages: {secret: {cmd: secret}}\n")
    (project.folder / "dvc.yaml").symlink_to(outside / "dvc.yaml")
    before = everything_in(project.root.parent)
    for route, body in (
        ("preview", {"path": project.path("first")}),
        ("sync", project.sync("first", force=True)),
    ):
        error = await refused(post(jp_fetch, route, body))
        assert (error.code, body_of(error)["code"]) == (400, "link-outside")
    found = await jp_fetch(NAMESPACE, "state", params={"path": project.path("first")})
    assert b"secret" not in found.body
    assert everything_in(project.root.parent) == before


async def test_12_a_project_elsewhere(jp_fetch: Fetch, project: Project, outside: Path) -> None:
    linked = Project(project.root, "linked")
    linked.folder.mkdir()
    linked.write("first", [FIRST, FIRST_CODE])
    (linked.folder / ".dvc").symlink_to(outside / ".dvc")
    # A project above the root is none of the server's either.
    (project.root.parent / ".dvc").mkdir()
    before = everything_in(project.root.parent)
    for name in ("linked/first", "alone"):
        Project(project.root, "").write("alone", [FIRST, FIRST_CODE])
        before.setdefault(f"{project.root.name}/alone.ipynb", None)
        body = {"path": f"{name}.ipynb", "sources_sha256": HASH}
        error = await refused(post(jp_fetch, "sync", body))
        assert (error.code, body_of(error)["code"]) == (404, "no-project")
    assert set(everything_in(project.root.parent)) == set(before)


async def test_14_text_is_only_text(jp_fetch: Fetch, project: Project) -> None:
    evil = "<img src=x onerror=alert(1)>"
    project.write(evil, [f"# {evil}", FIRST, FIRST_CODE])
    response = await post(jp_fetch, "preview", {"path": project.path(evil)})
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert json.loads(response.body)["prose"] == [{"cell": 1, "text": f"# {evil}"}]
    log = await jp_fetch(NAMESPACE, "runs", a_run(project.folder), "log")
    assert log.headers["Content-Type"] == "application/octet-stream"
    assert log.headers["X-Content-Type-Options"] == "nosniff"


async def test_16_names_that_a_shell_would_run(jp_fetch: Fetch, project: Project) -> None:
    names = ["$(touch pwned)", "`touch pwned`", ";touch pwned;", "a\ntouch pwned\nb", "-x", "a'b"]
    names = [f"{name}{number}" for number, name in enumerate(names)]
    for number, name in enumerate(names):
        project.write(name, [FIRST.replace("text.txt", f"{number}.txt"), FIRST_CODE])
        synced = json.loads((await post(jp_fetch, "sync", project.sync(name))).body)
        assert synced["stage"]
    body = {"path": project.path(names[0]), "what": "pipeline"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    while run["state"] in ("queued", "running"):
        await asyncio.sleep(0.1)
        run = json.loads((await jp_fetch(NAMESPACE, "runs", run["id"])).body)
    assert (run["state"], len(run["stages"])) == ("succeeded", len(names)), run
    assert not [path for path in everything_in(project.root.parent) if path.endswith("pwned")]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("repeat.times", "1'; touch pwned; '", "run-value"),
        ("repeat.times", "1\ntouch pwned", "run-value"),
        ("repeat.times", "1\0", "run-value"),
        ("repeat.times", "$(touch pwned)", "run-value-type"),
        ("repeat.times", "!!python/object/apply:os.system [touch pwned]", "run-value-type"),
        ("repeat.times", "${HOME}", "run-value-type"),
        ("repeat.times", "٣", "run-value-type"),
        ("repeat", "1", "run-key-unknown"),
        ("end", "x", "run-key-unknown"),
        ("--force", "1", "run-key-unknown"),
        ("../other.yaml:repeat.times", "1", "run-key-unknown"),
        ("x" * 10_000, "1", "run-key-unknown"),
    ],
)
async def test_18_values(
    jp_fetch: Fetch, project: Project, key: str, value: str, code: str
) -> None:
    await post(jp_fetch, "sync", project.sync("second"))
    before = everything_in(project.root)
    body = {"path": project.path("second"), "what": "step", "set": {key: value}}
    error = await refused(post(jp_fetch, "runs", body))
    assert (error.code, body_of(error)["code"]) == (400, code)
    assert len(json.dumps(body_of(error))) < 2_000
    assert everything_in(project.root) == before


@pytest.mark.parametrize("value", ["2'; touch pwned; '", "2\ntouch pwned"])
async def test_18_a_params_file_s_values(jp_fetch: Fetch, project: Project, value: str) -> None:
    await post(jp_fetch, "sync", project.sync("second"))
    (project.folder / "params.yaml").write_text(json.dumps({"repeat": {"times": value}}))
    before = everything_in(project.root)
    body = {"path": project.path("second"), "what": "step"}
    assert (await refused(post(jp_fetch, "runs", body))).code == 400
    assert (await refused(post(jp_fetch, "sync", project.sync("second")))).code == 400
    assert everything_in(project.root) == before


@pytest.mark.parametrize(
    "extra",
    [
        {"targets": ["--force"]},
        {"targets": ["-C", "/"]},
        {"env": {"PATH": "/evil"}},
        {"cwd": "/"},
        {"executable": "/bin/sh"},
        {"python": "/bin/sh"},
        {"what": "--force"},
        {"what": "x;id"},
        {"force": "yes"},
        {"set": {"repeat.times": 3}},
        {"set": ["--force"]},
        {"path": ["work/first.ipynb"]},
        {"path": None},
    ],
)
async def test_19_and_20_what_a_run_is_asked_with(
    jp_fetch: Fetch, project: Project, extra: dict[str, object]
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    before = everything_in(project.root)
    body = {"path": project.path("first"), "what": "step", **extra}
    error = await refused(post(jp_fetch, "runs", body))
    assert (error.code, body_of(error)["code"]) == (400, "request-invalid")
    assert everything_in(project.root) == before


async def test_20_no_route_takes_what_it_doesn_t_know(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    before = everything_in(project.root)
    for path, method in every_method(jp_serverapp):
        if method != "POST" or RUN_ID in path:
            continue
        body = {"path": project.path("first"), **REST.get(path, {}), "env": {"A": "b"}}
        error = await refused(post(jp_fetch, path, body))
        assert (error.code, body_of(error)["code"]) == (400, "request-invalid"), path
        assert "env" in body_of(error)["message"]
    assert everything_in(project.root) == before


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{",
        '"\\ud800"',
        "[" * 100_000,
        '{"path":' * 100_000,
        '{"path": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"path": "\\ud800"}',
        "\xff",
    ],
)
async def test_24_bodies(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project, body: str
) -> None:
    before = everything_in(project.root)
    for path, method in every_method(jp_serverapp):
        if method == "POST" and RUN_ID not in path:
            error = await refused(post(jp_fetch, path, body))
            assert error.code in (400, 404), path
            assert len(json.dumps(body_of(error))) < 2_000
    assert everything_in(project.root) == before


@pytest.mark.parametrize("own_config", [{"max_body_size": 1_000}])
async def test_24_bodies_over_the_limit(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    before = everything_in(project.root)
    large = json.dumps({"path": project.path("first"), "x": "y" * 1_000_000})
    for path, method in every_method(jp_serverapp):
        if method != "POST":
            continue
        error = await refused(post(jp_fetch, path, large))
        assert error.code == 413, path
        if RUN_ID in path:
            continue

        async def in_pieces(write: Callable[[bytes], Awaitable[None]]) -> None:
            for _ in range(100):
                await write(b" " * 100_000)

        answer = jp_fetch(
            NAMESPACE,
            path,
            method="POST",
            body_producer=in_pieces,
            headers={"Content-Type": "application/json"},
        )
        assert (await refused(answer)).code == 413, path
    assert (await post(jp_fetch, "check", {"path": project.path("first")})).code == 200
    assert everything_in(project.root) == before


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("dvc.yaml", BOMB + "stages: *i\n"),
        ("dvc.yaml", "vars: " + "[" * 100_000),
        ("params.yaml", "[" * 100_000),
        (".mlvtools", "[" * 100_000),
        ("first.ipynb", "[" * 100_000),
        ("first.ipynb", '{"nbformat": 4, "cells": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    ],
    ids=[
        "aliases",
        "deep dvc.yaml",
        "deep params",
        "deep settings",
        "no notebook",
        "deep notebook",
    ],
)
async def test_24_files(jp_fetch: Fetch, project: Project, file: str, content: str) -> None:
    name = "second" if file == "params.yaml" else "first"
    body = project.sync(name)
    (project.folder / file).write_text(content)
    before = everything_in(project.root)
    error = await refused(post(jp_fetch, "preview", {"path": project.path(name)}))
    assert error.code == 400
    if file != "first.ipynb":
        assert (await refused(post(jp_fetch, "sync", body))).code == 400
    assert everything_in(project.root) == before
    found = await jp_fetch(NAMESPACE, "state", params={"path": project.path(name)})
    assert json.loads(found.body)["step"]["state"] == "unknown"


async def test_25_secrets_stay_secret(
    jp_serverapp: ServerApp,
    http_server_port: tuple[object, int],
    jp_fetch: Fetch,
    jp_base_url: str,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-key-of-the-remote")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("jupyterlab_dvc.server.check.CheckHandler._compute", broken)
    monkeypatch.setattr("jupyterlab_dvc.server.runs.RunsHandler._list", broken)
    token = jp_serverapp.identity_provider.token
    caplog.set_level("DEBUG", logger=jp_serverapp.log.name)
    address = f"http://localhost:{http_server_port[1]}{jp_base_url}{NAMESPACE}/"
    for method, route, body in (
        ("POST", "check", json.dumps({"path": project.path("first")})),
        ("GET", "runs", None),
    ):
        answer = await AsyncHTTPClient().fetch(
            f"{address}{route}?token={token}&path=work/first.ipynb",
            method=method,
            body=body,
            headers={"Content-Type": "application/json"},
            raise_error=False,
        )
        assert answer.code == 500
        assert json.loads(answer.body)["code"] == "unexpected"
        said = answer.body.decode() + str(answer.headers) + caplog.text
        assert "ZeroDivisionError" in caplog.text
        assert token not in said
        assert "the-key-of-the-remote" not in said


async def test_27_runs_of_others(jp_fetch: Fetch, project: Project, outside: Path) -> None:
    # Reached by a link, and above the root.
    (project.folder / ".dvc" / "tmp").symlink_to(outside / ".dvc" / "tmp")
    for folder in (outside, project.root.parent):
        run_id = a_run(folder)
        before = everything_in(project.root.parent)
        assert (await refused(jp_fetch(NAMESPACE, "runs", run_id))).code == 404
        assert (await refused(jp_fetch(NAMESPACE, "runs", run_id, "log"))).code == 404
        assert (await refused(post(jp_fetch, f"runs/{run_id}/stop", {}))).code == 404
        assert everything_in(project.root.parent) == before


async def test_23_asking_runs_nothing(jp_fetch: Fetch, project: Project) -> None:
    """A stage, a module beside the notebook, a hook: none of them is run by looking."""
    (project.folder / "helper.py").write_text("open('pwned', 'w')\n")
    project.write("first", [FIRST, "import helper\n" + FIRST_CODE])
    (project.folder / "dvc.yaml").write_text("stages:\n  s:\n    cmd: touch pwned\n    outs: [x]\n")
    for name in ("json.py", "dvc.py", "sitecustomize.py"):
        (project.folder / name).write_text("open('pwned', 'w')\n")
    path = project.path("first")
    found = json.loads((await jp_fetch(NAMESPACE, "state", params={"path": path})).body)
    assert found["stages"][0]["state"] == "stale"
    for route in ("preview", "check", "params"):
        await post(jp_fetch, route, {"path": path})
    assert not [path for path in everything_in(project.root.parent) if path.endswith("pwned")]


@pytest.mark.parametrize("own_config", [{"allow_sync": False, "allow_runs": False}])
async def test_what_the_administrator_forbids(jp_fetch: Fetch, project: Project) -> None:
    run_id = a_run(project.folder)
    before = everything_in(project.root)
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    assert (error.code, body_of(error)["code"]) == (403, "sync-not-allowed")
    body = {"path": project.path("first"), "what": "step"}
    error = await refused(post(jp_fetch, "runs", body))
    assert (error.code, body_of(error)["code"]) == (403, "runs-not-allowed")
    error = await refused(post(jp_fetch, f"runs/{run_id}/stop", {}))
    assert (error.code, body_of(error)["code"]) == (403, "runs-not-allowed")
    assert everything_in(project.root) == before
