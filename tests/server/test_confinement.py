"""Paths that lead out of the server's root, and targets that nobody writes to."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient

from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import (
    FOLDERS,
    REST,
    RUN_ID,
    UNSAVED,
    Fetch,
    a_run,
    body_of,
    every_method,
    everything_in,
    post,
    refused,
)
from tests.server.project import FIRST, FIRST_CODE, Project

HASH = "0" * 64


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
FREE = ("work/missing.ipynb", "<img src=x onerror=alert(1)>.ipynb")
"""Places in the root where nothing is yet."""


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
            if one in ("", ".") and route in FOLDERS:
                # The root is a folder as any other.
                continue
            if method == "GET":
                rest = {key: str(value) for key, value in REST.get(route, {}).items()}
                answer = jp_fetch(NAMESPACE, route, params={"path": one, **rest})
            else:
                answer = post(jp_fetch, route, {"path": one, **REST.get(route, {})})
            if (one, method, route) == ("work", "GET", "runs"):
                # Folders have runs, too.
                assert json.loads((await answer).body) == []
                continue
            if (one, route) == ("work", "repair"):
                # Nothing is wrong there, and nothing is touched.
                assert json.loads((await answer).body) == {"done": []}
                continue
            if one == "work" and route in FOLDERS:
                assert (await refused(answer)).code == 409
                continue
            if one in FREE and route in UNSAVED:
                assert (await answer).code == 200
                continue
            error = await refused(answer)
            assert error.code == 404, (method, route, one)
            assert "secret =" not in json.dumps(body_of(error))
            assert len(json.dumps(body_of(error))) < 3_000
        asked.add(route)
    assert {"state", "preview", "sync", "check", "params", "runs", "parse", "complete"} <= asked
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
    ("key", "written"),
    [
        ("python_script_root_dir", "mlvtools_first.py"),
        # The executables of the classic commands; a sync writes them where this is set.
        ("dvc_cmd_root_dir", "mlvtools_first_dvc"),
    ],
)
@pytest.mark.parametrize(
    "target", [".git/hooks", ".dvc", "../outside", "{outside}", "link", "a/.b", "."]
)
async def test_12_where_scripts_go(
    jp_fetch: Fetch, project: Project, outside: Path, key: str, written: str, target: str
) -> None:
    (project.folder / "link").symlink_to(outside)
    paths = {"python_script_root_dir": "scripts", key: target.format(outside=outside)}
    (project.folder / ".mlvtools").write_text(json.dumps({"path": paths}))
    if target == ".":
        (project.folder / ".dvc" / "x").write_text("not to be written to")
        (project.folder / written).symlink_to(project.folder / ".dvc" / "x")
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
