"""A run's log on its way to pages: nothing missing, nothing twice, whatever stands between."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server import log
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, post
from tests.server.log_reader import LogReader
from tests.server.project import Project
from tests.server.proxy import proxied

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="injected with Linux's means")

Reader = Callable[..., LogReader]
# Numbered lines, until somebody says that it's enough.
COUNT = (
    'n=0; while [ ! -e enough ]; do n=$((n+1)); echo "line $n"; [ $((n % 500)) = 0 ] && sleep 0.02;'
    " done; echo the end > first.out"
)


@pytest.fixture
def reader(
    http_server_port: tuple[object, int],
    jp_fetch: Fetch,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
) -> Iterator[Reader]:
    """Makes readers; ``port`` is for one that comes through a proxy."""
    made = []

    def make(run_id: str, port: int | None = None) -> LogReader:
        one = LogReader(port or http_server_port[1], jp_base_url, jp_auth_header, run_id)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def store(project: Project) -> Store:
    return Store(project.folder)


async def ended(store: Store, run_id: str) -> Any:
    end = time.monotonic() + 60
    while not (run := store.read(run_id)).is_final:
        assert time.monotonic() < end, run
        await asyncio.sleep(0.02)
    return run


def beyond(offset: int) -> Callable[[LogReader], bool]:
    return lambda page: page.at >= offset


def whole(store: Store, run_id: str) -> bytes:
    return store.log(run_id, 0, 1 << 30)


@pytest.mark.parametrize("how", ["row 9: closed", "row 11: cut"])
async def test_a_page_goes_on_where_it_stopped(
    project: Project,
    store: Store,
    reader: Reader,
    http_server_port: tuple[object, int],
    how: str,
) -> None:
    project.stages(first=COUNT)
    run_id = queue.start(project.folder).id
    async with proxied(http_server_port[1]) as proxy:
        page = reader(run_id, proxy.port)
        for turn in range(4):
            await page.connect()
            assert await page.read(beyond(page.at + 20_000)) is None, turn
            if how.endswith("cut"):
                proxy.cut()
                assert await page.read() == 1006
            else:
                page.close()
        (project.folder / "enough").touch()
        await page.connect()
        assert await page.read() == 1000
    assert (page.state, page.gaps) == ("succeeded", [])
    assert bytes(page.data) == whole(store, run_id)
    lines = [line for line in page.data.decode().splitlines() if line.startswith("line ")]
    assert lines == [f"line {n + 1}" for n in range(len(lines))]


async def test_row_11_what_was_cut_leaves_nothing_in_the_server(
    project: Project, store: Store, reader: Reader, http_server_port: tuple[object, int]
) -> None:
    project.stages(first=COUNT)
    run_id = queue.start(project.folder).id
    me = psutil.Process()
    async with proxied(http_server_port[1]) as proxy:
        before: tuple[int, int] | None = None
        for _ in range(6):
            page = await reader(run_id, proxy.port).connect()
            assert await page.read(beyond(1_000)) is None
            proxy.cut()
            await page.read()
            # The server finds out by the system's word, soon but not at once.
            end = time.monotonic() + 10
            while before is not None and (me.num_fds(), len(asyncio.all_tasks())) > before:
                assert time.monotonic() < end
                await asyncio.sleep(0.02)
            if before is None:
                await asyncio.sleep(0.5)
                before = me.num_fds(), len(asyncio.all_tasks())
    (project.folder / "enough").touch()
    assert (await ended(store, run_id)).state == "succeeded"


async def test_row_10_two_pages(
    jp_fetch: Fetch, project: Project, store: Store, reader: Reader
) -> None:
    """The same bytes in both, and a stop through one is seen in the other."""
    project.stages(first=f"trap 'exit 3' INT TERM; {COUNT}", second="echo > second.out")
    run_id = queue.start(project.folder).id
    pages = [await reader(run_id).connect(), await reader(run_id).connect()]
    for page in pages:
        assert await page.read(lambda page: page.at > 5_000 and page.state == "running") is None
    late = await reader(run_id).connect()
    assert (await post(jp_fetch, f"runs/{run_id}/stop", {})).code == 200
    codes = await asyncio.gather(*(page.read() for page in (*pages, late)))
    assert codes == [1000] * 3
    for page in (*pages, late):
        states = [run["state"] for run in page.runs]
        assert states[-1] == "stopped", states
        assert page.gaps == []
        assert [s["state"] for s in page.runs[-1]["stages"]] == ["stopped", "pending"]
        assert bytes(page.data) == whole(store, run_id)


SILENT = "echo before; touch silent; sleep {}; echo after > first.out; cat first.out"


@pytest.mark.parametrize(
    ("own_config", "cuts"),
    [({"log_ping_seconds": 0.3}, 0), ({"log_ping_seconds": 60.0}, 1), ({"log_ping_seconds": 0}, 1)],
    ids=["pinged", "too seldom", "never"],
)
async def test_row_12_silence_behind_a_proxy(
    project: Project, reader: Reader, http_server_port: tuple[object, int], cuts: int
) -> None:
    project.stages(first=SILENT.format(4))
    run_id = queue.start(project.folder).id
    async with proxied(http_server_port[1], silence=1.5) as proxy:
        page = reader(run_id, proxy.port)
        end = time.monotonic() + 30
        while not (project.folder / "silent").exists():
            assert time.monotonic() < end
            await asyncio.sleep(0.02)
        await page.connect()
        assert await page.read() == (1006 if cuts else 1000)
        assert min(proxy.cuts, 1) == cuts
    assert (b"after\n" in page.data) == (not cuts)


@pytest.mark.faults
async def test_row_12_five_minutes_behind_a_proxy_of_a_minute(
    project: Project, reader: Reader, http_server_port: tuple[object, int], monkeypatch: Any
) -> None:
    monkeypatch.setattr("tests.server.log_reader.SECONDS", 400.0)
    project.stages(first=SILENT.format(300))
    run_id = queue.start(project.folder).id
    async with proxied(http_server_port[1], silence=60.0) as proxy:
        page = await reader(run_id, proxy.port).connect()
        assert await page.read() == 1000
        assert proxy.cuts == 0
    assert page.data.endswith(b"after\n")


FLOOD = """\
import os, time
block = (b"x" * 99 + b"\\n") * 1000
begin = time.monotonic()
for _ in range(300):
    os.write(1, block)
open("took", "w").write(str(time.monotonic() - begin))
"""


@pytest.mark.parametrize("own_config", [{"max_log_backlog": 1_000_000}])
async def test_row_14_a_slow_reader(project: Project, store: Store, reader: Reader) -> None:
    """One that reads nothing while 30 MB are printed: the stage doesn't wait for it."""
    (project.folder / "flood.py").write_text(FLOOD)
    project.stages(
        first="while [ ! -e go ]; do sleep 0.02; done; python flood.py;"
        " echo the end > first.out; cat first.out"
    )
    run_id = queue.start(project.folder).id
    page = await reader(run_id).connect()
    assert await page.read(lambda page: page.state == "running") is None
    memory = psutil.Process().memory_info().rss
    (project.folder / "go").touch()
    # From here on nothing is read: the socket's buffers fill up.
    run = await ended(store, run_id)
    assert run.state == "succeeded"
    took = float((project.folder / "took").read_text())
    assert psutil.Process().memory_info().rss - memory < 20_000_000
    assert await page.read() == 1000
    assert page.gaps
    assert page.data.endswith(b"the end\n")
    log = whole(store, run_id)
    assert page.at == len(log)
    kept = bytearray(log)
    for begin, end in reversed(page.gaps):
        del kept[begin:end]
    assert kept == page.data
    assert sum(end - begin for begin, end in page.gaps) > 10_000_000
    # What was left out can still be asked for.
    begin, end = page.gaps[0]
    assert store.log(run_id, begin, 10) == log[begin : begin + 10]

    # As fast as where nobody listens, but for what the machine does else.
    (project.folder / "took").unlink()
    again = queue.start(project.folder, force=True)
    await ended(store, again.id)
    alone = float((project.folder / "took").read_text())
    assert took < 3 * alone + 0.5, (took, alone)


async def test_what_was_there_already_is_not_slowed_down(
    project: Project, store: Store, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is printed meanwhile is: at this rate one chunk would take two minutes."""
    monkeypatch.setattr(log, "_RATE_OF_NEW", 1_000)
    project.stages(
        first="head -c 1000000 /dev/zero; touch printed;"
        " while [ ! -e enough ]; do sleep 0.02; done; echo > first.out"
    )
    run_id = queue.start(project.folder).id
    end = time.monotonic() + 30
    while not (project.folder / "printed").exists() or store.log_size(run_id) < 1_000_000:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    page = await reader(run_id).connect()
    assert await page.read(beyond(1_000_000)) is None
    assert (page.state, page.gaps) == ("running", [])
    (project.folder / "enough").touch()
    assert await page.read() == 1000
    assert bytes(page.data) == whole(store, run_id)


BYTES = {
    "invalid UTF-8": b"\xff\xfe\x80 \xc3( \xed\xa0\x80 \xf4\x90\x80\x80\n",
    "bars": b"".join(b"\r%3d %%" % n for n in range(101)) + b"\n",
    "ANSI": b"\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 \x1b[2J\x1b[H\n",
    "NUL and all": bytes(range(256)),
    "a line of 10 MB": b"y" * 10_000_000 + b"\n",
    "cut characters": "ü".encode() * 100_001,
    "what a frame's text could be": b'{"offset": 0}\n{"dropped": [0, 9]}\n',
}


@pytest.mark.parametrize("own_config", [{"max_log_backlog": 100_000_000}], ids=["whole"])
@pytest.mark.parametrize("name", BYTES)
async def test_row_15_bytes_pass_as_they_are(
    jp_fetch: Fetch, project: Project, store: Store, reader: Reader, name: str
) -> None:
    (project.folder / "printed").write_bytes(BYTES[name])
    project.stages(first="cat printed; exit 1")
    run_id = queue.start(project.folder).id
    page = await reader(run_id).connect()
    assert await page.read() == 1000
    assert page.gaps == []
    assert bytes(page.data) == whole(store, run_id)
    assert BYTES[name] in page.data
    # Where sockets are blocked, in parts.
    asked = bytearray()
    while part := (
        await jp_fetch(NAMESPACE, "runs", run_id, "log", params={"offset": str(len(asked))})
    ).body:
        asked += part
    assert asked == page.data
    # As the reason of the failure it is one line of printable text.
    why = page.runs[-1]["stages"][0]["why"]
    assert why["code"] == "stage-exit-line"
    assert "exit code 1" in why["message"]
    assert why["args"]["line"] in why["message"]
    assert len(why["message"]) < 1_000
    assert why["args"]["line"].isprintable()
