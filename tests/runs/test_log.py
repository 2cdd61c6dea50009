"""What reaches the log, and what is said of what doesn't."""

from __future__ import annotations

import os
import select
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_dvc.runs.log import TAIL, Log

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")


def written(path: Path, data: bytes, limit: int = 1 << 30) -> bytes:
    log = Log(path, limit)
    log.start()
    view = memoryview(data)
    while view:
        view = view[os.write(log.descriptor, view) :]
    log.close()
    log.swallow()
    return path.read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\n",
        b"no end of line",
        bytes(range(256)) * 10,
        b"\r 10 %\r 20 %\x1b[31mred\x1b[0m\xff\xfe",
        b"x" * 10_000_000,
    ],
    ids=["nothing", "a line", "no end", "all bytes", "a bar", "10 MB in one line"],
)
def test_every_byte_arrives(tmp_path: Path, data: bytes) -> None:
    assert written(tmp_path / "log", data) == data


@pytest.mark.parametrize("size", [1000, 1001, 1000 + TAIL, 1001 + TAIL, 300_000, 3_000_000])
def test_the_beginning_and_the_end_are_kept(tmp_path: Path, size: int) -> None:
    data = os.urandom(size // 2).hex().encode().ljust(size, b"z")
    log = written(tmp_path / "log", data, 1000)
    if size <= 1000:
        assert log == data
        return
    notice = b"\n[The log is full (1000 bytes). Of what comes now only the end is kept.]\n"
    missing = size - 1000 - TAIL
    gap = b"\n[%d bytes are missing here: more than 1000 bytes]\n" % missing if missing > 0 else b""
    assert log == data[:1000] + notice + gap + data[-min(TAIL, size - 1000) :]


def test_what_is_said_after_an_empty_look_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, closing = threading.Event(), threading.Event()

    def slow_look(*arguments: Any) -> Any:
        found = select.select(*arguments)
        if arguments[-1] and not found[0]:
            # As on a busy machine: all else happens before this thread goes on.
            looked.set()
            assert closing.wait(10)
        return found

    monkeypatch.setattr("jupyterlab_dvc.runs.log.select", SimpleNamespace(select=slow_look))
    log = Log(tmp_path / "log", 1 << 20)
    # As a daemon that a stage left behind: the pipe has no end.
    held = os.dup(log.descriptor)
    log.start()
    assert looked.wait(10)
    log.say("ERROR: the last word")
    join = threading.Thread.join

    def joined(thread: threading.Thread, timeout: float | None = None) -> None:
        closing.set()
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", joined)
    log.close()
    os.close(held)
    assert (tmp_path / "log").read_text() == "ERROR: the last word\n"


def test_our_own_lines_stand_in_their_place(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", 1 << 20)
    log.start()
    for number in range(200):
        os.write(log.descriptor, f"{number}\n".encode())
        log.say(f"after {number}")
    log.drain()
    assert log.last_line() == "after 199"
    log.close()
    assert (tmp_path / "log").read_text() == "".join(f"{n}\nafter {n}\n" for n in range(200))


@pytest.mark.parametrize(
    ("printed", "last"),
    [
        (b"", ""),
        (b"a\nb\n\n  \n", "b"),
        (b"a\nb", "b"),
        (b" 10 %\r 20 %\r", "20 %"),
        (b"\xff", "\ufffd"),
        (b"y" * 5000 + b"\n", "y" * 1999),
    ],
)
def test_the_last_line(tmp_path: Path, printed: bytes, last: str) -> None:
    log = Log(tmp_path / "log")
    log.start()
    os.write(log.descriptor, printed)
    log.drain()
    assert log.last_line() == last
    log.close()


def test_a_daemon_keeps_its_reader(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    log.start()
    theirs = os.dup(log.descriptor)
    os.write(theirs, b"before\n")
    log.close()
    reader = threading.Thread(target=log.swallow)
    reader.start()
    # More than a pipe holds: without a reader this would be a signal, or wait for ever.
    view = memoryview(b"x" * 3_000_000)
    while view:
        view = view[os.write(theirs, view) :]
    os.close(theirs)
    reader.join(10)
    assert not reader.is_alive()
    assert (tmp_path / "log").read_bytes() == b"before\n"
