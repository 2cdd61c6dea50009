"""A project's runs on disk: ``.dvc/tmp/jupyterlab-dvc/runs/ID/{record.json,events.jsonl,log}``.

Reading asks no process and changes nothing. That a supervisor lives is told by its lock on the
events: the system drops it with the process, whatever became of its pid or of the clock.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import atomic
from ..errors import CannotWrite, NotFound, Place, Problem
from . import record
from .record import FINAL, Request, Run

if sys.platform != "win32":
    import fcntl

ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
RECORD, EVENTS, LOG, STOP = "record.json", "events.jsonl", "log", "stop"
UNCLAIMED = "unclaimed"
"""Stands beside a new record until somebody sees to the run; who removes it is the one who does."""
SPARE = "spare"
"""Room on the disk for the last record, should there be none left by then."""
SPARE_BYTES = 64 * 1024
KEEP = 50
"""Runs of a project that are kept."""
_MOST_BYTES = 16 * 1024 * 1024
_EVENTS_AT_ONCE = 1024 * 1024


class Store:
    """The runs of the project in ``root`` (the folder that holds ``.dvc``)."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.abspath(root))
        self.folder = self.root / ".dvc" / "tmp" / "jupyterlab-dvc" / "runs"

    # Reading

    def read(self, run_id: str) -> Run:
        """The run as it is now.

        Raises:
            NotFound: no such run; a name that is no run's id names none either.
        """
        run = self._record(run_id)
        if run is None:
            raise NotFound.of("run-unknown", id=run_id[:100])
        if run.is_final:
            return run
        if not self._is_supervised(run):
            # It may have ended just now.
            run = self._record(run_id) or run
            if run.is_final:
                return run
            return replace(
                run,
                state="lost",
                ended=self._last_sign(run_id),
                waiting_for=(),
                stages=tuple(
                    replace(stage, state="stopped") if stage.state == "running" else stage
                    for stage in run.stages
                ),
                problems=(*run.problems, Problem("run-lost")),
            )
        if (self._folder_of(run_id) / STOP).exists():
            return replace(run, state="stopping")
        return run

    def find(self) -> list[Run]:
        """All runs, the newest first; what is no run's folder is passed over."""
        found = []
        for name in self.ids():
            try:
                found.append(self.read(name))
            except NotFound:
                continue
        return sorted(found, key=lambda run: run.number, reverse=True)

    def active(self) -> list[Run]:
        """Those that haven't ended, in the order in which they come."""
        return [run for run in reversed(self.find()) if not run.is_final]

    def log_size(self, run_id: str) -> int:
        """Bytes in the log so far; 0 where there is none."""
        try:
            return os.lstat(self._folder_of(run_id) / LOG).st_size
        except FileNotFoundError:
            return 0

    def log(self, run_id: str, offset: int = 0, limit: int = 1024 * 1024) -> bytes:
        """At most ``limit`` bytes of the log from ``offset``; none beyond its end."""
        return self._read(run_id, LOG, offset, limit)

    def events(self, run_id: str, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """The events from a byte offset of their file, and the offset behind them.

        Each has ``time``, ``event``, and what the event tells. At most a megabyte at once.
        """
        data = self._read(run_id, EVENTS, offset, _EVENTS_AT_ONCE)
        end = data.rfind(b"\n") + 1
        found = []
        for line in data[:end].splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                found.append(event)
        return found, offset + end

    def ids(self) -> list[str]:
        """Of what may be runs, in no order."""
        try:
            return [name for name in os.listdir(self.folder) if ID.fullmatch(name)]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _folder_of(self, run_id: str) -> Path:
        if not ID.fullmatch(run_id):
            raise NotFound.of("run-unknown", id=run_id[:100])
        return self.folder / run_id

    def _record(self, run_id: str) -> Run | None:
        try:
            run = record.from_json(self._read(run_id, RECORD, 0, _MOST_BYTES))
        except ValueError:
            return None
        return run if run.id == run_id else None

    def _read(self, run_id: str, name: str, offset: int, limit: int) -> bytes:
        folder = self._folder_of(run_id)
        handle = _open(folder, name)
        if handle is None:
            return b""
        try:
            return os.pread(handle, limit, offset)
        finally:
            os.close(handle)

    def mark(self, run_id: str) -> object:
        """Another one when the record was replaced; that a run was lost doesn't show in it."""
        try:
            found = os.stat(self._folder_of(run_id) / RECORD)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _is_supervised(self, run: Run) -> bool:
        if sys.platform == "win32":
            # No run starts there.
            return False
        handle = _open(self._folder_of(run.id), EVENTS)
        if handle is None:
            return False
        try:
            return not _try_lock(handle, shared=True)
        except OSError:
            # A file system without locks: then by the process itself.
            return _lives(run)
        finally:
            os.close(handle)

    def _last_sign(self, run_id: str) -> float | None:
        times = []
        for name in (RECORD, EVENTS, LOG):
            try:
                times.append(os.lstat(self._folder_of(run_id) / name).st_mtime)
            except FileNotFoundError:
                continue
        return max(times, default=None)

    # Writing

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Only one process at a time starts runs in a project."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | _NO_LINKS, 0o666)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise
            yield
        finally:
            os.close(handle)

    def create(
        self, request: Request, *, in_terminal: bool = False, keep: int = KEEP
    ) -> tuple[Run, int]:
        """A new queued run, and the locked descriptor of its events, for its supervisor.

        To be called within ``starting``. Of the others the oldest that have ended are removed, so
        that ``keep`` of those are left once this one has ended too.

        Raises:
            CannotWrite: nothing can be written here; nothing is left of the run.
        """
        now = time.time()
        others = self.find()
        run = Run(
            id=time.strftime("%Y%m%dT%H%M%SZ-", time.gmtime(now)) + os.urandom(3).hex(),
            number=max((run.number for run in others), default=0) + 1,
            request=request,
            created=now,
            in_terminal=in_terminal,
        )
        # First of all, so that there is room; the number is found by then.
        self._prune(others, keep - 1)
        folder = self.folder / run.id
        try:
            folder.mkdir()
            for name in (LOG, SPARE, UNCLAIMED):
                os.close(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            with open(folder / SPARE, "r+b") as spare:
                spare.write(b" " * SPARE_BYTES)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            handle = os.open(folder / EVENTS, flags, 0o666)
            try:
                _try_lock(handle, shared=False)
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    os.close(handle)
                    raise
            try:
                self.save(run)
            except CannotWrite:
                os.close(handle)
                raise
        except (OSError, CannotWrite) as error:
            _remove(folder)
            if isinstance(error, CannotWrite):
                raise
            raise _unwritable(folder, error) from error
        return run, handle

    def claim(self, run_id: str) -> bool:
        """Whether the caller is the first, and the only one, to see to a run that was created."""
        try:
            # Atomic wherever files are, on a full disk and where there are no locks too.
            (self._folder_of(run_id) / UNCLAIMED).unlink()
        except FileNotFoundError:
            return False
        return True

    def save(self, run: Run) -> None:
        """Replace the record; a final one is there to stay, and gets onto a full disk too.

        Raises:
            CannotWrite: the old record stands.
        """
        folder = self.folder / run.id
        data = record.to_json(run)
        if not run.is_final:
            _replace(folder / RECORD, data)
            return
        try:
            atomic.write(folder / RECORD, data)
        except CannotWrite:
            if not _write_spare(folder, data):
                raise
        _unlink(folder / SPARE)

    def ask_to_stop(self, run_id: str) -> None:
        """Leave word for the supervisor, which looks for it ten times a second."""
        path = self._folder_of(run_id) / STOP
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | _NO_LINKS, 0o666))
        except OSError as error:
            raise _unwritable(path, error) from error

    def is_asked_to_stop(self, run_id: str) -> bool:
        return (self._folder_of(run_id) / STOP).exists()

    def _prune(self, newest_first: list[Run], keep: int) -> None:
        ended = [run for run in newest_first if run.is_final]
        for run in ended[max(keep, 0) :]:
            _remove(self.folder / run.id)


_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)


def _open(folder: Path, name: str) -> int | None:
    """A regular file in a folder, neither through a link; None where that isn't."""
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return None
        # Not to wait for the other end, should it be a pipe.
        flags = os.O_RDONLY | _NO_LINKS | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(folder / name, flags)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None


def _try_lock(handle: int, *, shared: bool) -> bool:
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(run: Run) -> bool:
    from ..dvc import process

    if run.pid is None or run.pid_started is None:
        return time.time() - run.created < 10
    return process.is_alive(process.Identity(run.pid, run.pid_started))


def _replace(path: Path, data: bytes) -> None:
    # Not synced to the disk: after a crash of the machine no run goes on anyway.
    temporary = path.with_suffix(".tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        _unlink(temporary)
        raise _unwritable(path, error) from error


def _write_spare(folder: Path, data: bytes) -> bool:
    """Use the room that was kept for this."""
    if len(data) > SPARE_BYTES:
        return False
    try:
        handle = os.open(folder / SPARE, os.O_WRONLY | _NO_LINKS)
        try:
            os.pwrite(handle, data, 0)
            os.ftruncate(handle, len(data))
        finally:
            os.close(handle)
        os.replace(folder / SPARE, folder / RECORD)
    except OSError:
        return False
    return True


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> CannotWrite:
    reason = error.strerror or str(error)
    return CannotWrite(Problem("file-unwritable", {"reason": reason}, Place(str(path))))


__all__ = ["FINAL", "ID", "Store"]
