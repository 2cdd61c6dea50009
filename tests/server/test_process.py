"""What becomes of runs and their log when the server's process has a hard time."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from jupyterlab_dvc.runs.log import LIMIT
from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server.context import THREADS
from jupyterlab_dvc.server.events import PROJECT
from jupyterlab_dvc.server.routes import NAMESPACE
from tests import failing_calls
from tests.server.log_reader import LogReader
from tests.server.project import FIRST, FIRST_CODE, Project
from tests.server.running import RunningServer, running, wait_until
from tests.server.test_attacks import TRAPS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="injected with Linux's means")

SLOW = "echo begin; touch started; while [ ! -e go ]; do sleep 0.05; done; echo end > first.out"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def activity(server: RunningServer) -> str:
    """What an idle culler goes by."""
    return str(server.get("/api/status")["last_activity"])


def wait_for_activity(server: RunningServer, seconds: float) -> None:
    before = activity(server)
    wait_until(lambda: activity(server) > before, seconds)


def whole_log(server: RunningServer, run_id: str) -> bytes:
    async def read() -> bytes:
        page = await LogReader(server.port, "/", server.headers, run_id).connect()
        assert await page.read() == 1000
        return bytes(page.data)

    return asyncio.run(read())


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGKILL], ids=["row 1: SIGTERM", "row 2: SIGKILL"]
)
def test_a_run_is_found_again(project: Project, home: Path, number: signal.Signals) -> None:
    """Also row 27: the new server, that no page has asked anything, isn't idle."""
    project.write("first", [FIRST, FIRST_CODE])
    with running(home, project.root) as server:
        server.post("sync", project.sync("first"))
        project.stages(first=SLOW, second="cat first.out; sleep 0.3; echo > second.out")
        path = project.path("first")
        run_id = server.post("runs", {"path": path, "what": "pipeline"})["id"]
        wait_until(lambda: (project.folder / "started").exists())
        server.end(number)
    # The record is written a tenth of a second after what it tells, at most.
    wait_until(lambda: Store(project.folder).read(run_id).state == "running")
    with running(home, project.root) as server:
        wait_for_activity(server, 30)
        wait_for_activity(server, 10)
        (project.folder / "go").touch()
        log = whole_log(server, run_id)
        assert log.splitlines()[2:3] == [b"begin"] and b"\nend\n" in log
        assert log == Store(project.folder).log(run_id)
        run = server.get(f"runs/{run_id}")
        assert (run["state"], run["log_size"]) == ("succeeded", len(log))
        # No run, nobody there: idle it is.
        end = activity(server)
        time.sleep(1.5)
        assert activity(server) == end


def test_row_27_the_page_is_closed(project: Project, home: Path) -> None:
    """The one that started the run asks no more; files aren't even looked at any longer."""
    project.stages(first=SLOW)
    with running(home, project.root, watch_seconds=0.1) as server:
        path = project.path("first")
        run_id = server.post("runs", {"path": path, "what": "pipeline"})["id"]
        wait_until(lambda: (project.folder / "started").exists())
        for _ in range(3):
            wait_for_activity(server, 10)
        (project.folder / "go").touch()
        wait_until(lambda: Store(project.folder).read(run_id).is_final)


def counted(process: psutil.Process) -> tuple[int, int, int]:
    """Its open files, threads and zombies."""
    children = process.children()
    zombies = [one for one in children if one.status() == psutil.STATUS_ZOMBIE]
    return process.num_fds(), process.num_threads(), len(zombies)


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.faults)])
def test_row_26_starts_and_stops(project: Project, home: Path, times: int) -> None:
    """By requests, forked from the warm process: neither it nor the server keeps anything.

    A fifth of the five hundred, which the runs' own test makes: each waits for several answers.
    """
    project.stages(first="touch started; sleep 60")
    path = project.path("first")

    def start_and_stop(number: int) -> None:
        (project.folder / "started").unlink(missing_ok=True)
        run_id = server.post("runs", {"path": path, "what": "pipeline"})["id"]
        if number % 5 == 3:
            wait_until((project.folder / "started").exists)
        server.post(f"runs/{run_id}/stop", {})
        wait_until(lambda: server.get(f"runs/{run_id}")["state"] == "stopped")

    with running(home, project.root) as server:
        assert server.get(f"state?path={path}")
        process = psutil.Process(server.process.pid)
        # All of the threads that it may have are there from here on.
        with ThreadPoolExecutor(4 * THREADS) as pool:
            list(pool.map(server.get, [f"state?path={path}"] * 20 * THREADS))
        for number in range(5):
            start_and_stop(number)
        (warm,) = (one for one in process.children() if "--warm" in one.cmdline())
        # What the last run leaves behind takes a moment to end.
        wait_until(lambda: warm.children() == [])
        before = [counted(process), counted(warm)]
        for number in range(times):
            start_and_stop(number)

        def are_as_before() -> bool:
            now = [counted(process), counted(warm)]
            return all(
                count <= had
                for one, other in zip(now, before, strict=True)
                for count, had in zip(one, other, strict=True)
            )

        wait_until(are_as_before, 10)
        assert [one for one in process.children() if "--warm" in one.cmdline()] == [warm]
        assert (before[0][2], before[1][2]) == (0, 0)


def peak(server: RunningServer) -> int:
    """The most memory that its process ever had, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def status_of(server: RunningServer, route: str, body: bytes | Iterator[bytes]) -> int:
    """A body without a length is sent in pieces."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {**server.headers, "Content-Type": "application/json"}
    with closing(connection):
        connection.request("POST", f"/{NAMESPACE}/{route}", body, headers)
        return connection.getresponse().status


def test_24_bounded_memory(project: Project, home: Path) -> None:
    """A server meets all traps in turn, and bodies that are deep, or large and without a length."""
    deep = b'{"path": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with running(home, project.root) as server:
        for name in ("first", "second"):
            server.post("sync", project.sync(name))
            server.post("preview", {"path": project.path(name)})
            assert server.get(f"state?path={project.path(name)}")
        before = peak(server)
        for file, content in TRAPS.values():
            name = "second" if file == "params.yaml" else "first"
            good = project.folder / file
            text = good.read_text() if good.exists() else None
            body = json.dumps({"path": project.path(name)}).encode()
            sync = json.dumps(project.sync(name)).encode()
            good.write_text(content)
            assert status_of(server, "preview", body) == 400, file
            assert status_of(server, "sync", sync) == 400, file
            assert server.get(f"state?path={project.path(name)}")["step"]["state"] == "unknown"
            good.unlink() if text is None else good.write_text(text)
        for route in ("preview", "sync", "parse", "edit"):
            assert status_of(server, route, deep) == 400
            assert status_of(server, route, (b" " * 100_000 for _ in range(100))) == 413
        assert server.get(f"state?path={project.path('first')}")["step"]["state"] == "stale"
        assert peak(server) - before < 50_000_000


NO_INOTIFY = """\
import ctypes, errno
from tests.failing_calls import fail
fail("inotify", errno.EMFILE)
assert ctypes.CDLL(None).inotify_init1(0) == -1
"""


@pytest.mark.skipif(failing_calls.why_not() != "", reason=failing_calls.why_not())
def test_row_28_no_inotify_left(project: Project, home: Path) -> None:
    """As where other programs have used them up: what others change is heard of all the same."""
    with running(home, project.root, NO_INOTIFY) as server:
        state = f"state?path={project.path('first')}"
        assert server.get(state)["step"]["state"] == "not-synced"
        server.post("sync", project.sync("first"))
        assert server.get(state)["step"]["state"] == "stale"

        async def heard() -> str:
            address = f"ws://127.0.0.1:{server.port}/api/events/subscribe"
            socket = await websocket_connect(HTTPRequest(address, headers=server.headers))
            (project.folder / "dvc.yaml").unlink()
            message = await asyncio.wait_for(socket.read_message(), 30)
            assert socket.protocol is not None
            stream = socket.protocol.stream
            assert stream is not None
            socket.close()
            stream.close()
            return str(message)

        event = json.loads(asyncio.run(heard()))
        assert (event["schema_id"], event["project"]) == (PROJECT, "work")
        assert server.get(state)["step"]["state"] == "not-synced"


def test_a_socket_that_opens_before_anybody_asks_hears_of_changes(
    project: Project, home: Path
) -> None:
    """As that of a page which was open when the server started again."""
    with running(home, project.root) as server:

        async def heard() -> str:
            address = f"ws://127.0.0.1:{server.port}/api/events/subscribe"
            socket = await websocket_connect(HTTPRequest(address, headers=server.headers))
            assert server.get(f"state?path={project.path('first')}")
            project.stages(first="echo > first.out")
            message = await asyncio.wait_for(socket.read_message(), 30)
            socket.close()
            return str(message)

        event = json.loads(asyncio.run(heard()))
        assert (event["schema_id"], event["project"]) == (PROJECT, "work")


@pytest.mark.faults
@pytest.mark.parametrize("command", ["yes 'a line of it' | head -c 1000000000", "yes"])
def test_row_13_a_flood_while_a_page_reads(project: Project, home: Path, command: str) -> None:
    """A gigabyte, and one without an end: little of the server's memory, the end is there."""
    project.stages(first=f"touch started; {command}; echo the last; exit 3")
    with running(home, project.root) as server:
        path = project.path("first")
        assert server.get(f"state?path={path}")
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        run_id = server.post("runs", {"path": path, "what": "pipeline"})["id"]
        highest = 0

        async def read() -> LogReader:
            page = await LogReader(server.port, "/", server.headers, run_id).connect()

            def measured(_: LogReader) -> bool:
                nonlocal highest
                highest = max(highest, process.memory_info().rss)
                return False

            assert await page.read(measured) == 1000
            return page

        async def read_and_stop() -> LogReader:
            reading = asyncio.ensure_future(read())
            if command == "yes":
                await asyncio.sleep(5)
                await asyncio.to_thread(server.post, f"runs/{run_id}/stop", {})
            return await reading

        page = asyncio.run(read_and_stop())
        assert highest - before < 50_000_000
        store = Store(project.folder)
        log = store.log(run_id, 0, 1 << 30)
        assert len(log) == page.at
        assert len(log) < LIMIT + 200_000
        assert b"[The log is full" in log
        if command != "yes":
            assert b"the last\n" in page.data[-1_000:]
            assert page.state == "failed"
        else:
            assert page.state == "stopped"
