"""Attacks through what is sent and what a project holds; a refusal means that nothing happened."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient

from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import (
    REST,
    RUN_ID,
    Fetch,
    a_run,
    body_of,
    every_method,
    everything_in,
    post,
    read_everything,
    refused,
)
from tests.server.project import FIRST, FIRST_CODE, SECOND, SECOND_CODE, Project


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


TRAPS = {
    "aliases": ("dvc.yaml", BOMB + "stages: *i\n"),
    "deep dvc.yaml": ("dvc.yaml", "vars: " + "[" * 100_000),
    "aliases in params": ("params.yaml", BOMB),
    "deep params": ("params.yaml", "[" * 100_000),
    "deep settings": (".mlvtools", "[" * 100_000),
    "no notebook": ("first.ipynb", "[" * 100_000),
    "deep notebook": (
        "first.ipynb",
        '{"nbformat": 4, "cells": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ),
}
"""Files of a project, and what somebody has put into them."""


@pytest.mark.parametrize(("file", "content"), TRAPS.values(), ids=TRAPS)
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


def a_trap(project: Project) -> Path:
    """A git repository whose hooks, monitor and filters make a file, the path of which is given.

    So does a stage, and all that an import from the project's folder would find.
    """
    pwned = project.root.parent / "pwned"
    program = project.folder / "program"
    program.write_text(f"#!/bin/sh\ntouch '{pwned}'\n[ $# -gt 0 ] || cat\n")
    program.chmod(0o755)
    for name in ("helper", "json", "dvc", "sitecustomize"):
        (project.folder / f"{name}.py").write_text(f"open({str(pwned)!r}, 'w')\n")
    project.write("second", [SECOND, "import helper\n" + SECOND_CODE])
    project.stages(stage=f"touch '{pwned}'")

    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        subprocess.run(command, cwd=project.folder, check=True, capture_output=True)

    (project.folder / ".dvc" / "config").write_text("")
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message=all")
    hooks = project.folder / "hooks"
    hooks.mkdir()
    for folder in (hooks, project.folder / ".git" / "hooks"):
        for name in ("pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman"):
            (folder / name).write_bytes(program.read_bytes())
            (folder / name).chmod(0o755)
    for name, value in {
        "core.fsmonitor": program,
        "core.hooksPath": hooks,
        "core.pager": program,
        "diff.external": program,
        "diff.x.textconv": program,
        "filter.x.clean": program,
        "filter.x.smudge": program,
        "filter.y.process": program,
        "filter.x.required": "true",
    }.items():
        git("config", name, str(value))
    (project.folder / ".gitattributes").write_text("* filter=x diff=x\n*.ipynb filter=y\n")
    # It is one: who asks git without care falls into it.
    (project.folder / "params.yaml").touch()
    git("status")
    pwned.unlink()
    return pwned


async def test_23_asking_runs_nothing(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    """A stage, a module beside the notebook, a hook: none of them is run by looking."""
    pwned = a_trap(project)
    run_id = a_run(project.folder)
    path = project.path("second")
    for _ in range(2):
        await read_everything(jp_serverapp, jp_fetch, project, run_id)
        await post(jp_fetch, "params", {"path": path})
        code = "import helper\nopen('pwned', 'w')\n"
        cells = [{"number": n, "source": code} for n in (1, 2)]
        await post(jp_fetch, "parse", {"path": path, "cells": cells, "whole": True})
        await post(jp_fetch, "propose", {"path": path, "cells": cells})
        # Again as what git has in its index looks changed.
        (project.folder / "params.yaml").write_text("repeat:\n  times: 3\n")
    found = json.loads((await jp_fetch(NAMESPACE, "state", params={"path": path})).body)
    assert found["stages"][0]["state"] == "stale"
    assert not pwned.exists()
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
