"""Somebody else at the same files, and disks that refuse: what the page is told, what is left."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPResponse

from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server.handler import SETTING
from jupyterlab_dvc.server.routes import NAMESPACE
from tests import failing_calls
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, FIRST_CODE, Project, digest
from tests.server.test_steps import answer, ended, state_of
from tests.small_disk import fill, small_disk

SCRIPT = Path("pipeline", "scripts", "mlvtools_first.py")


def files_of(project: Project) -> dict[str, bytes | None]:
    """All but what DVC keeps for itself."""
    return {k: v for k, v in everything_in(project.folder).items() if ".dvc/tmp" not in k}


class Holder:
    """A process that is listed as reading the script of the first step."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", "import time; time.sleep(600)", "dvc repro"]
        self._process = subprocess.Popen(command)
        self.pid = self._process.pid
        entry = {"pid": self.pid, "cmd": "dvc repro"}
        (folder / ".dvc" / "tmp").mkdir(exist_ok=True)
        (folder / ".dvc" / "tmp" / "rwlock").write_text(
            json.dumps({"write": {}, "read": {str(folder / SCRIPT): [entry]}})
        )

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def hold(project: Project) -> Iterator[Callable[[], Holder]]:
    made: list[Holder] = []

    def make() -> Holder:
        made.append(Holder(project.folder))
        return made[-1]

    yield make
    for one in made:
        one.end()


async def waiting(fetch: Fetch, path: str) -> Any:
    """The state, as soon as a sync waits for somebody."""
    for _ in range(600):
        state = await state_of(fetch, path)
        if state["sync_waits_for"]:
            return state
        await asyncio.sleep(0.05)
    raise AssertionError(state)


async def until(is_so: Callable[[], object]) -> None:
    for _ in range(1_200):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never is so")


@pytest.mark.parametrize("dvc", [False, True], ids=["without DVC", "recommitted by DVC"])
async def test_row_29_a_sync_that_waits_says_for_whom(
    jp_fetch: Fetch, project: Project, hold: Callable[[], Holder], dvc: bool
) -> None:
    path = project.path("first")
    if dvc:
        # What only looks different takes DVC's own commit, by another process.
        await answer(jp_fetch, "sync", project.sync("first"))
        await ended(jp_fetch, await answer(jp_fetch, "runs", {"path": path, "what": "step"}))
        project.write(
            "first", [FIRST, FIRST_CODE.replace(", ", ",   ").replace("(out)", "( out )")]
        )
    before = await state_of(jp_fetch, path)
    holder = hold()
    asked = asyncio.ensure_future(post(jp_fetch, "sync", project.sync("first")))
    state = await waiting(jp_fetch, path)
    assert state["sync_waits_for"] == [
        {"pid": holder.pid, "command": "dvc repro", "path": f"work/{SCRIPT.as_posix()}"}
    ]
    assert state["rev"] != before["rev"]
    holder.end()
    synced = json.loads((await asked).body)
    assert synced["written"]
    assert synced["recommitted"] == (["mlvtools_first"] if dvc else [])
    after = await state_of(jp_fetch, path)
    assert after["sync_waits_for"] == []
    assert after["step"]["state"] == ("up-to-date" if dvc else "stale")


@pytest.mark.parametrize("own_config", [{"wait_timeout": 1.5}])
async def test_row_29_a_sync_that_gives_up(
    jp_fetch: Fetch, project: Project, hold: Callable[[], Holder]
) -> None:
    """Also where DVC would have recommitted: nothing of it goes on behind the page's back."""
    path = project.path("first")
    await answer(jp_fetch, "sync", project.sync("first"))
    await ended(jp_fetch, await answer(jp_fetch, "runs", {"path": path, "what": "step"}))
    project.write("first", [FIRST, FIRST_CODE.replace("(out)", "( out )")])
    holder = hold()
    before = files_of(project)
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    assert (error.code, body_of(error)["code"]) == (423, "waiting-for")
    assert str(holder.pid) in body_of(error)["message"]
    assert (await state_of(jp_fetch, path))["sync_waits_for"] == []
    holder.end()
    await asyncio.sleep(0.5)
    assert files_of(project) == before


OUTSIDE = "# by hand\nstages:\n  # another one\n  other: {cmd: echo} # end\n"


async def test_row_19_between_load_and_save(
    jp_fetch: Fetch, project: Project, hold: Callable[[], Holder]
) -> None:
    """Loaded, then a stage has to end; meanwhile somebody writes ``dvc.yaml``."""
    holder = hold()
    asked = asyncio.ensure_future(post(jp_fetch, "sync", project.sync("first")))
    await waiting(jp_fetch, project.path("first"))
    (project.folder / "dvc.yaml").write_text(OUTSIDE)
    before = files_of(project)
    holder.end()
    error = await refused(asked)
    body = body_of(error)
    assert (error.code, body["code"], body["path"]) == (409, "changed-meanwhile", "work/dvc.yaml")
    assert "+  # another one\n" in body["diff"]
    assert files_of(project) == before
    await answer(jp_fetch, "sync", project.sync("first"))
    text = (project.folder / "dvc.yaml").read_text()
    assert text.startswith(OUTSIDE)
    assert "mlvtools_first:" in text


async def test_row_19_between_preview_and_sync(jp_fetch: Fetch, project: Project) -> None:
    """What was looked at is what is written, or nothing."""
    path = {"path": project.path("first")}
    seen = await answer(jp_fetch, "preview", path)
    assert (await answer(jp_fetch, "preview", path))["rev"] == seen["rev"]
    (project.folder / "dvc.yaml").write_text(OUTSIDE)
    before = files_of(project)
    for force in (False, True):
        body = {**project.sync("first", force), "preview": seen["rev"]}
        error = await refused(post(jp_fetch, "sync", body))
        assert (error.code, body_of(error)["code"]) == (409, "preview-outdated")
        # As it would be written now: below what stands there now.
        assert "   other: {cmd: echo} # end\n+  mlvtools_first:\n" in body_of(error)["diff"]
        assert files_of(project) == before
    rev = (await answer(jp_fetch, "preview", path))["rev"]
    await answer(jp_fetch, "sync", {**project.sync("first"), "preview": rev})
    assert (project.folder / "dvc.yaml").read_text().startswith(OUTSIDE)


async def test_row_19_a_stage_edited_outside(jp_fetch: Fetch, project: Project) -> None:
    await answer(jp_fetch, "sync", project.sync("first"))
    file = project.folder / "dvc.yaml"
    file.write_text("# kept\n" + file.read_text().replace("data/text.txt", "data/other.txt"))
    before = files_of(project)
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    assert (error.code, body_of(error)["code"]) == (409, "stage-edited")
    assert "data/other.txt" in body_of(error)["diff"]
    # The page has a button for it.
    assert body_of(error)["hint"].endswith("or overwrite it.")
    assert files_of(project) == before
    await answer(jp_fetch, "sync", project.sync("first", force=True))
    assert file.read_text().startswith("# kept\n")
    assert "other.txt" not in file.read_text()


async def test_row_20_the_command_line_syncs_what_the_page_has_not_saved(
    jp_fetch: Fetch, project: Project
) -> None:
    """The file is what counts; the page's own words are refused until they are saved."""
    dirty = [FIRST, FIRST_CODE + "print('not saved')\n"]
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlab_dvc.cli.main", "sync", "first.ipynb"],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"new: {SCRIPT.as_posix()}" in done.stdout
    assert "not saved" not in (project.folder / SCRIPT).read_text()
    before = files_of(project)
    body = {"path": project.path("first"), "sources_sha256": digest(dirty)}
    error = await refused(post(jp_fetch, "sync", body))
    assert body_of(error)["code"] == "file-not-saved"
    assert files_of(project) == before


async def test_row_21_the_notebook_changes_during_a_sync(
    jp_fetch: Fetch, project: Project, hold: Callable[[], Holder]
) -> None:
    holder = hold()
    asked = asyncio.ensure_future(post(jp_fetch, "sync", project.sync("first")))
    await waiting(jp_fetch, project.path("first"))
    project.write("first", [FIRST, FIRST_CODE + "# of the same length?\n"])
    before = files_of(project)
    holder.end()
    error = await refused(asked)
    body = body_of(error)
    assert (error.code, body["code"]) == (400, "changed-meanwhile")
    assert body["path"] == project.path("first")
    assert files_of(project) == before


BROKEN = {
    "invalid": ("stages:\n  a:\n    cmd: [\n", "yaml-invalid", 4),
    "a tab": ("stages:\n\ta: 1\n", "yaml-invalid", 2),
    "markers": (
        "stages:\n<<<<<<< HEAD\n  a: {cmd: echo 1}\n=======\n  a: {cmd: echo 2}\n>>>>>>> b\n",
        "yaml-merge-conflict",
        2,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_row_24_a_broken_dvc_yaml(jp_fetch: Fetch, project: Project, name: str) -> None:
    text, code, line = BROKEN[name]
    (project.folder / "dvc.yaml").write_text(text)
    before = files_of(project)
    path: dict[str, object] = {"path": project.path("first")}
    expected = (code, "work/dvc.yaml", line)

    def told(error: Any) -> tuple[object, ...]:
        return error["code"], error["path"], error["line"]

    asked: list[tuple[str, dict[str, object]]] = [
        ("preview", path),
        ("sync", project.sync("first")),
        ("sync", project.sync("first", force=True)),
        ("runs", {**path, "what": "step"}),
    ]
    for route, body in asked:
        error = await refused(post(jp_fetch, route, body))
        assert (error.code, *told(body_of(error))) == (400, *expected), route
    found = (await answer(jp_fetch, "check", path))["problems"]
    assert expected in [told(one) for one in found]
    state = await state_of(jp_fetch, project.path("first"))
    assert state["step"]["state"] == "unknown"
    assert told(state["problem"]) == expected
    assert files_of(project) == before


async def test_row_24_a_deleted_dvc_yaml(jp_fetch: Fetch, project: Project) -> None:
    path = project.path("first")
    await answer(jp_fetch, "sync", project.sync("first"))
    await ended(jp_fetch, await answer(jp_fetch, "runs", {"path": path, "what": "step"}))
    text = (project.folder / "dvc.yaml").read_bytes()
    (project.folder / "dvc.yaml").unlink()
    before = files_of(project)
    state = await state_of(jp_fetch, path)
    assert (state["step"]["state"], state["stages"]) == ("not-synced", [])
    error = await refused(post(jp_fetch, "runs", {"path": path, "what": "step"}))
    assert body_of(error)["code"] == "notebook-without-stage"
    run = await answer(jp_fetch, "runs", {"path": path, "what": "pipeline"})
    assert (await ended(jp_fetch, run))["error"]["code"] == "dvc-no-pipeline"
    assert files_of(project) == before
    await answer(jp_fetch, "sync", project.sync("first"))
    assert (project.folder / "dvc.yaml").read_bytes() == text
    assert (await state_of(jp_fetch, path))["step"]["state"] == "up-to-date"


@contextmanager
def unwritable(folder: Path) -> Iterator[str]:
    """Nobody can write there for the block; gives the system's word for it."""
    if os.geteuid() != 0:
        folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        modes = [path.stat().st_mode for path in folders]
        for path in folders:
            path.chmod(0o555)
        try:
            yield "Permission denied"
        finally:
            for path, mode in zip(folders, modes, strict=True):
                path.chmod(mode)
        return
    # Root may write anywhere, but not to what is mounted for reading.
    for options in (["--bind", str(folder)], ["-o", "remount,bind,ro"]):
        if subprocess.run(["mount", *options, str(folder)], check=False).returncode:
            pytest.skip("nothing can be mounted here")
    try:
        yield "Read-only file system"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="injected with Linux's means")
@pytest.mark.parametrize("where", [".", "pipeline"])
async def test_row_25_a_folder_that_cannot_be_written(
    jp_fetch: Fetch, project: Project, where: str
) -> None:
    path = project.path("first")
    await answer(jp_fetch, "sync", project.sync("first"))
    project.write("first", [FIRST, FIRST_CODE + "print('new')\n"])
    before = files_of(project)
    with unwritable(project.folder / where) as reason:
        error = await refused(post(jp_fetch, "sync", project.sync("first")))
        body = body_of(error)
        assert (error.code, body["code"]) == (507, "file-unwritable")
        assert reason in body["message"]
        assert body["path"].startswith("work/")
        assert body["hint"].startswith("What stood there before is unchanged")
        assert (await answer(jp_fetch, "preview", {"path": path}))["writes"] is True
        state = await state_of(jp_fetch, path)
        assert state["step"]["state"] == "not-synced"
        if where == ".":
            error = await refused(post(jp_fetch, "runs", {"path": path, "what": "step"}))
            assert (error.code, body_of(error)["code"]) == (507, "file-unwritable")
            assert reason in body_of(error)["message"]
        assert files_of(project) == before
    assert (await answer(jp_fetch, "sync", project.sync("first")))["written"]


@pytest.mark.skipif(failing_calls.why_not() != "", reason=failing_calls.why_not())
@pytest.mark.parametrize("call", ["fsync", "rename"])
async def test_row_18_the_disk_reports_an_error(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project, call: str
) -> None:
    """EIO of the system, for the threads of the server half."""
    path = project.path("first")
    await answer(jp_fetch, "sync", project.sync("first"))
    project.write("first", [FIRST, FIRST_CODE + "print('new')\n"])
    before = everything_in(project.folder)
    context = jp_serverapp.web_app.settings[SETTING]
    healthy = context._threads
    context._threads = ThreadPoolExecutor(1, initializer=failing_calls.fail, initargs=(call,))

    async def fails(asked: Awaitable[HTTPResponse]) -> None:
        error = await refused(asked)
        body = body_of(error)
        assert (error.code, body["code"]) == (507, "file-unwritable")
        assert "Input/output error" in body["message"]
        assert body["path"].startswith("work/")
        after = everything_in(project.folder)
        assert {k: v for k, v in after.items() if not k.startswith(".dvc/tmp")} == {
            k: v for k, v in before.items() if not k.startswith(".dvc/tmp")
        }

    await fails(post(jp_fetch, "sync", project.sync("first")))
    if call == "rename":
        await fails(post(jp_fetch, "runs", {"path": path, "what": "pipeline"}))
        listed = await jp_fetch(NAMESPACE, "runs", params={"path": path})
        assert json.loads(listed.body) == []
    context._threads.shutdown()
    context._threads = healthy
    assert (await answer(jp_fetch, "sync", project.sync("first")))["written"]


@pytest.mark.skipif(sys.platform != "linux", reason="injected with Linux's means")
async def test_row_16_a_full_disk(jp_fetch: Fetch, project: Project) -> None:
    """Where scripts go: nothing is written, and the page goes on."""
    path = project.path("first")
    folder = project.folder / "pipeline"
    with small_disk(folder, "64k"):
        await answer(jp_fetch, "sync", project.sync("first"))
        project.write("first", [FIRST, FIRST_CODE + f"text = {'x' * 100_000!r}\n"])
        before = files_of(project)
        error = await refused(post(jp_fetch, "sync", project.sync("first")))
        assert (error.code, body_of(error)["code"]) == (507, "file-unwritable")
        assert "No space left on device" in body_of(error)["message"]
        assert body_of(error)["path"] == f"work/{SCRIPT.as_posix()}"
        assert files_of(project) == before
        assert (await state_of(jp_fetch, path))["step"]["state"] == "not-synced"
        project.write("first", [FIRST, FIRST_CODE + "print('small')\n"])
        assert (await answer(jp_fetch, "sync", project.sync("first")))["written"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system of its own")
async def test_row_16_no_room_for_the_project_while_a_stage_runs(
    jp_fetch: Fetch, project: Project, tmp_path: Path
) -> None:
    """Of the stage that ended amid that nothing is recorded; what was recorded before is whole."""
    small = Project(project.root, "small")
    with small_disk(small.folder, "2m"):
        small.create()
        small.stages(
            first="echo > first.out",
            second=f"touch {tmp_path}/started; while [ ! -e {tmp_path}/go ]; do sleep 0.05; done;"
            " touch second.out",
        )
        path = small.path("first")
        body = {"path": path, "what": "pipeline"}
        run = await answer(jp_fetch, "runs", body)
        await until((tmp_path / "started").exists)
        before = {name: (small.folder / name).read_bytes() for name in ("dvc.lock", "dvc.yaml")}
        assert b"first:" in before["dvc.lock"]
        filler = fill(small.folder)
        (tmp_path / "go").touch()
        run = await ended(jp_fetch, run)
        assert run["state"] == "failed"
        assert "No space left on device" in run["error"]["message"]
        assert {name: (small.folder / name).read_bytes() for name in before} == before
        assert (await state_of(jp_fetch, path))["step"]["state"] == "not-synced"
        # What the run held for a while is free by now.
        fill(small.folder)
        error = await refused(post(jp_fetch, "sync", small.sync("first")))
        assert (error.code, body_of(error)["code"]) == (507, "file-unwritable")
        assert {name: (small.folder / name).read_bytes() for name in before} == before
        filler.unlink()
        assert (await answer(jp_fetch, "sync", small.sync("first")))["written"]
        run = await ended(jp_fetch, await answer(jp_fetch, "runs", body))
        assert (run["state"], run["error"]) == ("succeeded", None)
        assert b"second:" in (small.folder / "dvc.lock").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")
async def test_row_22_a_dvc_in_a_terminal(jp_fetch: Fetch, project: Project) -> None:
    """The run is queued, and whom it waits for is told in the page's words."""
    project.stages(first="touch started; while [ ! -e go ]; do sleep 0.02; done; echo > first.out")
    command = [sys.executable, "-m", "dvc", "repro", "-q"]
    body = {"path": project.path("first"), "what": "pipeline"}
    with subprocess.Popen(command, cwd=project.folder) as terminal:
        try:
            await until(lambda: (project.folder / "started").exists())
            run = await answer(jp_fetch, "runs", body)
            assert (await answer(jp_fetch, "runs", body))["id"] == run["id"]
            store = Store(project.folder)
            await until(lambda: store.read(run["id"]).waiting_for)
            found = json.loads((await jp_fetch(NAMESPACE, "runs", run["id"])).body)
            (holder,) = found["waiting_for"]
            assert (found["state"], holder["pid"]) == ("queued", terminal.pid)
            assert "repro -q" in holder["command"]
            assert holder["path"] == "work/first.out"
        finally:
            (project.folder / "go").touch()
        run = await ended(jp_fetch, run)
    assert (run["state"], run["waiting_for"]) == ("succeeded", [])
    assert terminal.returncode == 0


@pytest.mark.parametrize(
    ("rwlock", "code"),
    [
        ("", "rwlock-broken"),
        ('{"write": {', "rwlock-broken"),
        ('{"write": {"%s": {"pid": 4194303, "cmd": "dvc repro"}}, "read": {}}', None),
        (
            f'{{"write": {{"%s": {{"pid": {os.getpid()}, "cmd": "dvc repro"}}}}, "read": {{}}}}',
            None,
        ),
    ],
    ids=["empty", "cut off", "stale", "reused"],
)
async def test_row_23_the_list_of_files_in_use(
    jp_fetch: Fetch, project: Project, rwlock: str, code: str | None
) -> None:
    path = project.folder / ".dvc" / "tmp" / "rwlock"
    path.parent.mkdir()
    path.write_text(rwlock % (project.folder / SCRIPT) if code is None else rwlock)
    # Written before this process, which has the pid now, began.
    os.utime(path, (1_000_000_000, 1_000_000_000))
    before = files_of(project)
    if code is None:
        synced = await answer(jp_fetch, "sync", project.sync("first"))
        assert [one["code"] for one in synced["warnings"]] == ["rwlock-repaired"]
        assert synced["warnings"][0]["args"]["path"] == f"work/{SCRIPT.as_posix()}"
        assert '"pid"' not in path.read_text()
        return
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    body = body_of(error)
    assert (error.code, body["code"], body["path"]) == (400, code, "work/.dvc/tmp/rwlock")
    assert "--repair" in body["hint"]
    assert files_of(project) == before
    assert path.read_text() == rwlock
    # The page's button: the list goes, where nothing of DVC runs.
    done = await answer(jp_fetch, "repair", {"path": "work"})
    assert [one["code"] for one in done["done"]] == ["rwlock-removed"]
    assert not path.exists()
    assert (await answer(jp_fetch, "sync", project.sync("first")))["warnings"] == []
    assert await answer(jp_fetch, "repair", {"path": "work"}) == {"done": []}


async def test_row_23_a_list_outside_of_the_root_is_left_alone(
    jp_fetch: Fetch, project: Project
) -> None:
    outside = project.root.parent / "elsewhere"
    outside.mkdir()
    (outside / "rwlock").write_text("")
    (project.folder / ".dvc" / "tmp").symlink_to(outside)
    error = await refused(post(jp_fetch, "repair", {"path": "work"}))
    assert (error.code, body_of(error)["code"]) == (400, "link-outside")
    assert [path.name for path in outside.iterdir()] == ["rwlock"]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")
async def test_row_23_no_repair_while_a_stage_runs(jp_fetch: Fetch, project: Project) -> None:
    project.stages(first="touch started; while [ ! -e go ]; do sleep 0.02; done; echo > first.out")
    rwlock = project.folder / ".dvc" / "tmp" / "rwlock"
    command = [sys.executable, "-m", "dvc", "repro", "-q"]
    with subprocess.Popen(command, cwd=project.folder) as terminal:
        try:
            await until(lambda: (project.folder / "started").exists())
            known = rwlock.read_text()
            rwlock.write_text("")
            error = await refused(post(jp_fetch, "repair", {"path": "work"}))
            assert (error.code, body_of(error)["code"]) == (423, "locks-in-use")
            assert str(terminal.pid) in body_of(error)["message"]
            assert rwlock.read_text() == ""
            rwlock.write_text(known)
        finally:
            (project.folder / "go").touch()
    assert terminal.returncode == 0
