"""Which process is which: a pid alone is reused, a pid with its start time is not."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_CLOCK_TICK = 0.05
"""Start times are read twice from the same kernel counter; this only absorbs float noise (s)."""


class Identity(NamedTuple):
    """A process for as long as it lives; ``started`` is seconds since the epoch."""

    pid: int
    started: float


class Process(NamedTuple):
    """A living process; ``command`` is None where the system doesn't tell us."""

    identity: Identity
    command: str | None


def look_up(pid: int) -> Process | None:
    """The process of that pid; None where there is none, or only a zombie, which holds nothing."""
    import psutil

    if pid <= 0:
        return None
    try:
        found = psutil.Process(pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            return None
        identity = Identity(pid, found.create_time())
    except (psutil.NoSuchProcess, OverflowError):
        return None
    except psutil.AccessDenied:
        return Process(Identity(pid, 0.0), None)
    try:
        command: str | None = " ".join(found.cmdline())
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        command = None
    return Process(identity, command)


def is_alive(identity: Identity) -> bool:
    found = look_up(identity.pid)
    return found is not None and abs(found.identity.started - identity.started) < _CLOCK_TICK


def descendants(pid: int) -> set[Identity]:
    """All that ``pid`` started and that still hangs below it."""
    import psutil

    try:
        children = psutil.Process(pid).children(recursive=True)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return set()
    return _identified(child.pid for child in children)


def seen_below(pid: int) -> set[Identity]:
    """Most of the ``descendants`` for a fraction of the work: to be asked again and again.

    The kernel's lists of children, which are short, instead of all processes of the machine; one
    may be missing in them while another is just ending.
    """
    if sys.platform != "linux":
        return descendants(pid)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        children = _children(one)
        if children is None:
            return descendants(pid)
        waiting += children - found
        found |= children
    return _identified(found)


def _children(pid: int) -> set[int] | None:
    """None where this kernel keeps no such lists."""
    found: set[int] = set()
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        # It has ended.
        return found
    for thread in threads:
        path = f"/proc/{pid}/task/{thread}"
        try:
            with open(f"{path}/children", "rb") as file:
                found.update(map(int, file.read().split()))
        except OSError:
            if os.path.exists(path) and not os.path.exists(f"{path}/children"):
                return None
    return found


def _identified(pids: Iterable[int]) -> set[Identity]:
    import psutil

    found = set()
    for pid in pids:
        try:
            found.add(Identity(pid, psutil.Process(pid).create_time()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def with_environment(name: str, value: str) -> set[Identity]:
    """Our own processes whose environment was started with ``name=value``.

    That finds what no longer hangs below its ancestor: a daemon has a session and a parent of its
    own, but keeps the environment.
    """
    import psutil

    found = set()
    for process in psutil.process_iter():
        try:
            if process.environ().get(name) == value:
                found.add(Identity(process.pid, process.create_time()))
        except (psutil.Error, OSError):
            continue
    return found


def of_project(project: Path) -> list[Process]:
    """DVC commands and stages that seem to be at work in ``project``.

    A stage is known by ``DVC_ROOT`` in its environment, a command by its words and folder. This
    process and those that wait for it (a shell with this command on its line) are left out.
    """
    import psutil

    root = os.path.realpath(project)
    own = psutil.Process()
    left_out = {own.pid, *(parent.pid for parent in own.parents())}
    found = []
    for process in psutil.process_iter():
        if process.pid in left_out:
            continue
        try:
            words = process.cmdline()
            command = " ".join(words)
            stage = process.environ().get("DVC_ROOT")
            folder = os.path.realpath(process.cwd())
            inside = folder == root or folder.startswith(root + os.sep)
            # Not the folders of a path: any program may be installed below one of that name.
            named = any("dvc" in os.path.basename(word) for word in words)
            if (inside and named) or (stage and os.path.realpath(stage) == root):
                found.append(Process(Identity(process.pid, process.create_time()), command))
        except (psutil.Error, OSError):
            continue
    return found


def signal_all(identities: Iterable[Identity], number: int) -> None:
    for identity in identities:
        if is_alive(identity):
            try:
                os.kill(identity.pid, number)
            except (ProcessLookupError, PermissionError):
                continue


def wait_gone(identities: Iterable[Identity], seconds: float) -> set[Identity]:
    """Wait until none of them lives; what still does after ``seconds`` is given back."""
    left = {identity for identity in identities if is_alive(identity)}
    end = time.monotonic() + seconds
    while left and time.monotonic() < end:
        time.sleep(0.02)
        left = {identity for identity in left if is_alive(identity)}
    return left


def adopt_orphans() -> None:
    """Become the parent of what our descendants leave behind, so that it stays findable (Linux).

    It is reaped by us then, too: the first process of a container often reaps nobody.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


_PR_SET_CHILD_SUBREAPER = 36


def reap_adopted() -> None:
    """Reap our children that have ended; not while one of them is still waited for otherwise."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return
