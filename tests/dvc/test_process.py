"""Which process is which, and which hang below one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from jupyterlab_dvc.dvc import process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")


def test_identity_is_not_a_pid_alone() -> None:
    mine = process.look_up(os.getpid())
    assert mine is not None
    assert process.is_alive(mine.identity)
    assert not process.is_alive(mine.identity._replace(started=mine.identity.started - 60))


FAMILY = """\
import subprocess, sys, threading, time
def start(*command):
    subprocess.Popen(command).wait()
threading.Thread(target=start, args=("setsid", "sh", "-c", "sleep 60 & sleep 60; true")).start()
threading.Thread(target=start, args=("sleep", "60")).start()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere they are the same")
def test_the_cheap_look_sees_the_whole_family() -> None:
    """Children of other threads, and of children with a session of their own, too."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdin=subprocess.DEVNULL) as parent:
        try:
            end = time.monotonic() + 30
            while len(seen := process.seen_below(parent.pid)) < 4:
                assert time.monotonic() < end, seen
                time.sleep(0.01)
            assert seen == process.descendants(parent.pid)
            cheap = cost(lambda: process.seen_below(parent.pid))
            assert cheap < 0.5 * cost(lambda: process.descendants(parent.pid))
        finally:
            process.signal_all(process.descendants(parent.pid), signal.SIGKILL)
            parent.kill()
    assert process.seen_below(parent.pid) == set()


def cost(look: Callable[[], object]) -> float:
    """Processor seconds of twenty looks."""
    began = time.process_time()
    for _ in range(20):
        look()
    return time.process_time() - began
