"""DVC's two locks, seen and held without importing DVC.

``.dvc/tmp/lock`` is an operating-system lock that a DVC command holds while it works on the project,
but not while a stage's command runs. ``.dvc/tmp/rwlock`` lists, for that time, the files that the
stage reads and writes. It is changed only by who holds ``.dvc/tmp/rwlock.lock``, and, but for
DVC's own cleaning up after an error, the first lock too. So: who holds the first lock and finds a
path unlisted may write it, and no stage starts to read it meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from .. import atomic
from ..errors import Arg, Busy, Place, Problem, Refused, warning

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

State = Literal["live", "dead", "reused", "doubtful"]
SAY_AFTER = 1.0
"""Seconds of waiting after which the holder is named."""
_POLL = 0.1
_CLOCK_SLACK = 2.0
"""Seconds by which a file's time and a process's start may disagree."""


class Holder(NamedTuple):
    """A process that holds a lock; ``path`` is what it holds (for kind ``lock``, the lock file).

    ``dead``: no such process, so DVC drops the entry by itself. ``reused``: the pid belongs to a
    process that started after the list was last written, and isn't DVC; DVC would wait forever.
    ``doubtful``: one of these two signs only.
    """

    pid: int
    command: str
    path: str
    kind: Literal["lock", "read", "write"]
    state: State = "live"

    @property
    def problem(self) -> Problem:
        """What to say while waiting for it."""
        args: dict[str, Arg] = {"pid": self.pid, "command": self.command, "path": self.path}
        return warning("rwlock-doubtful" if self.state == "doubtful" else "waiting-for", **args)


OnWait = Callable[[tuple[Holder, ...]], None]


class Entry(NamedTuple):
    """One line of the rwlock file, before anybody asked whether its process lives."""

    path: str
    pid: int
    command: str
    kind: Literal["read", "write"]


def temporary_folder(project: Path) -> Path:
    return project / ".dvc" / "tmp"


def entries(project: Path) -> tuple[Entry, ...]:
    """What the rwlock file lists.

    DVC doesn't write it atomically, so a broken one is looked at again for a while.

    Raises:
        Refused: it stays empty or broken; DVC never heals that.
    """
    path = temporary_folder(project) / "rwlock"
    end = time.monotonic() + 0.5
    while True:
        try:
            return _parse(path.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            reason = error.strerror or str(error)
        except ValueError as error:
            reason = str(error)
        if time.monotonic() > end:
            raise Refused.of("rwlock-broken", Place(_shown(project, path)), reason=reason)
        time.sleep(0.02)


def _shown(project: Path, path: Path) -> str:
    return path.relative_to(project).as_posix()


def _parse(data: bytes) -> tuple[Entry, ...]:
    if not data.strip():
        raise ValueError("it is empty")
    try:
        content = json.loads(data)
    except ValueError:
        raise ValueError("it is cut off or no JSON") from None
    found = []
    try:
        for path, info in content.get("write", {}).items():
            if info:
                found.append(Entry(path, int(info["pid"]), str(info["cmd"]), "write"))
        for path, infos in content.get("read", {}).items():
            found.extend(Entry(path, int(i["pid"]), str(i["cmd"]), "read") for i in infos)
    except (AttributeError, KeyError, TypeError):
        raise ValueError("it has another shape than DVC's") from None
    return tuple(found)


def holders(project: Path, paths: Iterable[Path] | None = None) -> list[Holder]:
    """Who holds the project, and who uses ``paths`` (None: any path); stale entries among them.

    Raises:
        Refused: the rwlock file is broken.
    """
    found = []
    with RepoLock(project).tried() as free:
        if not free:
            found.append(lock_holder(project))
    return found + users(project, paths)


def users(project: Path, paths: Iterable[Path] | None = None) -> list[Holder]:
    """Who reads or writes ``paths`` according to the rwlock file."""
    listed = entries(project)
    if paths is not None:
        wanted = [os.path.realpath(path) for path in paths]
        listed = tuple(e for e in listed if _overlaps_any(e.path, wanted))
    return judge(project, listed)


def judge(project: Path, listed: Sequence[Entry]) -> list[Holder]:
    """The entries with the state of their processes."""
    if not listed:
        return []
    try:
        written = os.stat(temporary_folder(project) / "rwlock").st_mtime
    except FileNotFoundError:
        return []
    states = {(e.pid, e.command): _state(e.pid, e.command, written) for e in listed}
    return [Holder(e.pid, e.command, e.path, e.kind, states[e.pid, e.command]) for e in listed]


def _overlaps_any(path: str, wanted: Iterable[str]) -> bool:
    real = os.path.realpath(path)
    return any(overlaps(real, other) for other in wanted)


def overlaps(left: str, right: str) -> bool:
    """The same path, or one inside the other."""
    return left == right or left.startswith(right + os.sep) or right.startswith(left + os.sep)


def _state(pid: int, command: str, written: float) -> State:
    from . import process

    found = process.look_up(pid)
    if found is None:
        return "dead"
    # Both signs are asked for: after a change of the clock every process seems to have started
    # after the file was written.
    later = found.identity.started > written + _CLOCK_SLACK
    other = found.command is not None and not _same_command(command, found.command)
    if later and other:
        return "reused"
    return "doubtful" if later or other else "live"


def _same_command(recorded: str, running: str) -> bool:
    # DVC records sys.argv, the system tells the interpreter and its options too. "dvc" is in the
    # name of this package as well.
    _, _, arguments = recorded.partition(" ")
    return (
        running.endswith(recorded)
        or ("dvc" in running and (not arguments or running.endswith(arguments)))
        or ("dvc" in recorded and "dvc" in running)
    )


def lock_holder(project: Path) -> Holder:
    """Who holds ``.dvc/tmp/lock``, by what that process wrote into it."""
    from . import process

    path = temporary_folder(project) / "lock"
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        text = ""
    # A hard-link lock has the form path|host|pid|number.
    parts = text.split("|")
    digits = parts[-2] if len(parts) >= 4 else text
    pid = int(digits) if digits.strip().isdigit() else 0
    found = process.look_up(pid)
    command = (found.command if found else None) or "unknown"
    return Holder(pid, command, _shown(project, path), "lock")


class _FileLock:
    """The lock of ``zc.lockfile``, which DVC uses: exclusive, on the whole file, pid inside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def try_acquire(self) -> bool:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        os.truncate(handle, 0) if sys.platform != "win32" else None
        os.write(handle, f" {os.getpid()}\n".encode())
        return True

    def release(self) -> None:
        if self._handle is not None:
            if sys.platform == "win32":
                os.lseek(self._handle, 0, os.SEEK_SET)
                msvcrt.locking(self._handle, msvcrt.LK_UNLCK, 1)
            os.close(self._handle)
            self._handle = None


class _HardLinkLock:
    """The lock of ``flufl.lock``, DVC's for file systems without locks (``core.hardlink_lock``)."""

    def __init__(self, path: Path) -> None:
        from datetime import timedelta

        from flufl.lock import Lock

        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(str(path), lifetime=timedelta(days=365))

    def try_acquire(self) -> bool:
        from datetime import timedelta

        from flufl.lock import TimeOutError

        try:
            self._lock.lock(timeout=timedelta(milliseconds=1))
        except TimeOutError:
            return False
        return True

    def release(self) -> None:
        self._lock.unlock(unconditionally=True)


def _hard_links(project: Path) -> bool:
    # The four files that DVC reads; what matters here is one word, so no parser of them all.
    import re

    home = Path(os.path.expanduser("~"))
    config_home = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    value = False
    for path in (
        Path("/etc/xdg/dvc/config"),
        Path(os.environ.get("DVC_GLOBAL_CONFIG_DIR") or config_home / "dvc") / "config",
        project / ".dvc" / "config",
        project / ".dvc" / "config.local",
    ):
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        match = re.search(r"(?mi)^\s*hardlink_lock\s*=\s*(\w+)", text)
        if match:
            value = match[1].lower() in {"true", "1", "yes", "on"}
    return value


class RepoLock:
    """DVC's lock of a project, held by this process; ``with`` waits for it.

    Raises (on entering):
        Busy: not free within ``timeout`` seconds (None: wait for as long as it takes).
        CannotWrite: ``.dvc/tmp`` can't be written.
    """

    def __init__(
        self, project: Path, on_wait: OnWait | None = None, timeout: float | None = None
    ) -> None:
        self._project = project
        self._on_wait = on_wait
        self._timeout = timeout
        self._lock: _FileLock | _HardLinkLock | None = None

    def try_acquire(self, name: str = "lock") -> bool:
        path = temporary_folder(self._project) / name
        try:
            lock = _HardLinkLock(path) if _hard_links(self._project) else _FileLock(path)
            free = lock.try_acquire()
        except OSError as error:
            from ..errors import CannotWrite

            raise CannotWrite.of(
                "file-unwritable", Place(str(path)), reason=error.strerror or str(error)
            ) from error
        if free:
            self._lock = lock
        return free

    def acquire(self, name: str = "lock") -> None:
        if self.try_acquire(name):
            return
        waiting = Waiting(self._on_wait, self._timeout)
        while not self.try_acquire(name):
            waiting.tick(lambda: (lock_holder(self._project),))

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @contextmanager
    def tried(self) -> Iterator[bool]:
        """Whether it was free; if so, held within the block."""
        free = self.try_acquire()
        try:
            yield free
        finally:
            self.release()

    def __enter__(self) -> RepoLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Waiting:
    """The rhythm of waiting for others: polls, and names the holders once they are known to stay."""

    def __init__(self, on_wait: OnWait | None, timeout: float | None = None) -> None:
        self._on_wait = on_wait
        self._start = time.monotonic()
        self._timeout = timeout
        self._said: tuple[Holder, ...] = ()

    def tick(self, who: Callable[[], tuple[Holder, ...]]) -> None:
        """Sleep a little; after a second tell ``on_wait``, and again when other holders appear."""
        waited = time.monotonic() - self._start
        if self._timeout is not None and waited > self._timeout:
            raise Busy([holder.problem._replace(severity="error") for holder in who()])
        if self._on_wait is not None and waited >= SAY_AFTER:
            found = _one_each(who())
            if found and found != self._said:
                self._said = found
                self._on_wait(found)
        time.sleep(_POLL)


def _one_each(found: Iterable[Holder]) -> tuple[Holder, ...]:
    """One line per process, its written path before those that it reads."""
    first: dict[int, Holder] = {}
    for holder in sorted(found, key=lambda h: (h.kind != "write", h.path)):
        first.setdefault(holder.pid, holder)
    return tuple(first.values())


@contextmanager
def held_for_writing(
    project: Path,
    paths: Sequence[Path],
    on_wait: OnWait | None = None,
    timeout: float | None = None,
) -> Iterator[tuple[Problem, ...]]:
    """Hold the project's lock at a moment when nobody uses ``paths``.

    Gives what was repaired for that: entries of processes that are proven to be gone.

    Raises:
        Busy: still in use after ``timeout`` seconds.
        Refused: the rwlock file is broken.
    """
    lock = RepoLock(project, on_wait, timeout)
    waiting = Waiting(on_wait, timeout)
    repaired: tuple[Problem, ...] = ()
    while True:
        lock.acquire()
        try:
            found = users(project, paths)
            if any(holder.state in ("dead", "reused") for holder in found):
                repaired += drop_stale(project)
                found = users(project, paths)
            if not found:
                yield repaired
                return
        finally:
            lock.release()
        # Not while holding the lock: its user needs that to record what it did.
        waiting.tick(lambda: tuple(found))


def drop_stale(project: Path) -> tuple[Problem, ...]:
    """Unlist processes that are proven to be gone; the caller holds the project's lock."""
    guard = RepoLock(project)
    guard.acquire("rwlock.lock")
    try:
        judged = judge(project, entries(project))
        stale = [holder for holder in judged if holder.state in ("dead", "reused")]
        if stale:
            _rewrite(project, [holder for holder in judged if holder not in stale])
    finally:
        guard.release()
    return tuple(
        warning("rwlock-repaired", pid=holder.pid, command=holder.command, path=holder.path)
        for holder in _one_each(stale)
    )


def _rewrite(project: Path, kept: Iterable[Holder]) -> None:
    write: dict[str, object] = {}
    read: dict[str, list[object]] = {}
    for holder in kept:
        info = {"pid": holder.pid, "cmd": holder.command}
        if holder.kind == "write":
            write[holder.path] = info
        else:
            read.setdefault(holder.path, []).append(info)
    data = json.dumps({"write": write, "read": read}).encode()
    atomic.write(temporary_folder(project) / "rwlock", data)
