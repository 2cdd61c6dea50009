"""DVC's lock of a project, seen and held without importing DVC.

``.dvc/tmp/lock`` is held by a DVC command while it works on the project, but not while a stage's
command runs: for that time ``.dvc/tmp/rwlock`` lists the stage's files. Entries are added under the
lock only. So: who holds the lock and finds a path unlisted may write it, and no stage begins to
read it meanwhile.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .. import atomic
from ..errors import Busy, CannotWrite, Place, Problem, Refused, warning
from . import rwlock
from .rwlock import Holder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Holder", "OnWait", "RepoLock", "Waiting", "held_for_writing", "holders", "repair"]

SAY_AFTER = 1.0
"""Seconds of waiting after which the holder is named."""
_POLL = 0.1
_SHOWN = 120
"""Characters of a command line; the rest would be a wall of text."""

OnWait = Callable[[tuple[Holder, ...]], None]
"""Told who is waited for, one line per process, once that is known to take a while."""


def temporary_folder(project: Path) -> Path:
    return project / ".dvc" / "tmp"


def holders(project: Path, paths: Iterable[Path] | None = None) -> list[Holder]:
    """Who holds the project, and who uses ``paths`` (None: any path); stale entries among them.

    Raises:
        Refused: the list of files in use is broken.
    """
    found = []
    if (temporary_folder(project) / "lock").exists():
        with RepoLock(project).tried() as free:
            if not free:
                found.append(lock_holder(project))
    return found + rwlock.users(project, paths)


def lock_holder(project: Path) -> Holder:
    """Who holds ``.dvc/tmp/lock``, by what that process wrote into it."""
    from . import process

    path = temporary_folder(project) / "lock"
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        text = ""
    found = process.look_up(int(text)) if text.strip().isdigit() else None
    if found is None:
        # A hard-link lock doesn't tell whose it is; then it's whoever seems to be at work here.
        found = next(iter(process.of_project(project)), None)
    shown = path.relative_to(project).as_posix()
    if found is None:
        return Holder(0, "", shown, "lock")
    return Holder(found.identity.pid, found.command or "?", shown, "lock")


class _FileLock:
    """The lock of ``zc.lockfile``, which DVC uses: exclusive, with the pid in the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def try_acquire(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        size = os.write(handle, f" {os.getpid()}\n".encode())
        os.ftruncate(handle, size)
        return True

    def release(self) -> None:
        if sys.platform == "win32":
            os.lseek(self._handle, 0, os.SEEK_SET)
            msvcrt.locking(self._handle, msvcrt.LK_UNLCK, 1)
        os.close(self._handle)


class _HardLinkLock:
    """The lock of ``flufl.lock``, DVC's for file systems without locks (``core.hardlink_lock``)."""

    def __init__(self, path: Path) -> None:
        from datetime import timedelta

        from flufl.lock import Lock

        path.parent.mkdir(parents=True, exist_ok=True)
        be_quiet_about_waiting()
        # As DVC: whoever is killed with it has to be cleared away by hand.
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
    from . import config

    value = config.read(project, "core", "hardlink_lock") or ""
    return value.lower() in {"true", "1", "yes", "on"}


def be_quiet_about_waiting() -> None:
    """``flufl.lock`` logs each failed attempt as an error."""
    import logging

    logging.getLogger("flufl.lock").setLevel(logging.CRITICAL)


class RepoLock:
    """DVC's lock of a project (``name``: another one of its locks); ``with`` waits for it.

    Raises (on entering):
        Busy: not free within ``timeout`` seconds (None: wait for as long as it takes).
        CannotWrite: ``.dvc/tmp`` can't be written.
    """

    def __init__(
        self,
        project: Path,
        on_wait: OnWait | None = None,
        timeout: float | None = None,
        name: str = "lock",
    ) -> None:
        self._project = project
        self._path = temporary_folder(project) / name
        self._on_wait = on_wait
        self._timeout = timeout
        self._kind: type[_FileLock | _HardLinkLock] = (
            _HardLinkLock if _hard_links(project) else _FileLock
        )
        self._lock: _FileLock | _HardLinkLock | None = None

    def try_acquire(self) -> bool:
        try:
            lock = self._kind(self._path)
            if not lock.try_acquire():
                return False
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotWrite.of(
                "file-unwritable", Place(str(self._path)), reason=reason
            ) from error
        self._lock = lock
        return True

    def acquire(self) -> None:
        if self.try_acquire():
            return
        waiting = Waiting(self._on_wait, self._timeout)
        while not self.try_acquire():
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
    """The rhythm of waiting: polls, and names the holders once they are known to stay."""

    def __init__(self, on_wait: OnWait | None, timeout: float | None = None) -> None:
        self._on_wait = on_wait
        self._start = time.monotonic()
        self._timeout = timeout
        self._said: tuple[Holder, ...] = ()

    def tick(self, who: Callable[[], Iterable[Holder]]) -> None:
        """Sleep a little; after a second tell ``on_wait``, and again when others hold it."""
        waited = time.monotonic() - self._start
        if self._timeout is not None and waited > self._timeout:
            raise Busy(h.problem._replace(severity="error") for h in one_each(who()))
        if self._on_wait is not None and waited >= SAY_AFTER:
            found = one_each(who())
            if found and found != self._said:
                self._said = found
                self._on_wait(found)
        time.sleep(_POLL)


def one_each(found: Iterable[Holder]) -> tuple[Holder, ...]:
    """One line per process, a path that it writes before those that it reads."""
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
        Refused: the list of files in use is broken.
    """
    lock = RepoLock(project, on_wait, timeout)
    waiting = Waiting(on_wait, timeout)
    repaired: tuple[Problem, ...] = ()
    while True:
        lock.acquire()
        try:
            found = tuple(rwlock.users(project, paths))
            if any(holder.stale for holder in found):
                repaired += drop_stale(project)
                found = tuple(rwlock.users(project, paths))
            if not found:
                yield repaired
                return
        finally:
            lock.release()
        # Not while holding the lock: its user needs that to record what it did.
        waiting.tick(found.__iter__)


def drop_stale(project: Path) -> tuple[Problem, ...]:
    """Unlist processes that are proven to be gone; the caller holds the project's lock.

    Raises:
        Refused: the list is broken.
    """
    if not rwlock.entries(project):
        return ()
    with RepoLock(project, name="rwlock.lock"):
        judged = rwlock.judge(project, rwlock.entries(project))
        stale = [holder for holder in judged if holder.stale]
        if stale:
            kept = [holder for holder in judged if not holder.stale]
            atomic.write(rwlock.file_of(project), rwlock.rewritten(kept))
    return tuple(
        warning("rwlock-repaired", pid=holder.pid, command=holder.command, path=holder.path)
        for holder in one_each(stale)
    )


def repair(project: Path) -> tuple[Problem, ...]:
    """Make the list of files in use right again, as far as that is safe; gives what was done.

    Entries of processes that are gone are dropped. A broken list is removed, if no DVC command or
    stage of this project runs on this machine.

    Raises:
        Busy: the list is broken, and one runs.
    """
    from . import process

    if not rwlock.file_of(project).exists():
        return ()
    with RepoLock(project, timeout=10.0):
        try:
            return drop_stale(project)
        except Refused as error:
            running = process.of_project(project)
            if running:
                raise Busy(
                    Problem(
                        "locks-in-use",
                        {"pid": one.identity.pid, "command": (one.command or "?")[:_SHOWN]},
                    )
                    for one in running
                ) from error
            rwlock.file_of(project).unlink(missing_ok=True)
            return (warning("rwlock-removed", Place(".dvc/tmp/rwlock")),)
