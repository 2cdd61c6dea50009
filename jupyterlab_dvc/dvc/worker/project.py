"""DVC's ``Repo`` opened our way: waits for locks, writes ``dvc.lock`` atomically."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ... import atomic
from ...errors import Refused
from .. import contract
from ..locks import Waiting, be_quiet_about_waiting, drop_stale, lock_holder
from ..rwlock import Holder, overlaps, users
from .events import Events, problem_data


@contextmanager
def opened(root: str, events: Events, timeout: float | None = None) -> Iterator[Any]:
    """The project around ``root``, which becomes the current folder: DVC's targets count from it.

    ``timeout`` is how many seconds its lock is waited for (None: as many as it takes).

    Raises:
        DVCFailed: a DVC of another version.
        NotFound: no DVC project.
    """
    contract.check_version()
    contract.find_project(Path(root))
    os.chdir(root)
    from dvc.repo import Repo

    be_quiet_about_waiting()
    _write_atomically()
    _list_files_whole()
    _wait_for_the_guard()
    _read_params_once()
    repo = Repo()
    repo.lock = WaitingLock(repo.lock, Path(repo.root_dir), events, timeout)
    with repo:
        yield repo


class WaitingLock:
    """DVC's lock, waited for without an end unless there is a ``timeout``; the holder is named.

    DVC gives up after 3 s, which can throw away a stage that has just finished.
    """

    def __init__(self, lock: Any, project: Path, events: Events, timeout: float | None) -> None:
        self._lock = lock
        self._timeout = timeout
        self._project = project
        self._events = events

    @property
    def is_locked(self) -> bool:
        return bool(self._lock.is_locked)

    def lock(self) -> None:
        if self._try():
            return
        waiting = Waiting(self._events.waiting, self._timeout)
        while not self._try():
            self._events.check_audience()
            waiting.tick(lambda: (lock_holder(self._project),))

    def _try(self) -> bool:
        from datetime import timedelta

        from dvc.lock import HardlinkLock, LockError

        try:
            if isinstance(self._lock, HardlinkLock):
                self._lock.lock(timedelta(milliseconds=1))
            else:
                self._lock._do_lock()
        except LockError:
            return False
        return True

    def unlock(self) -> None:
        self._lock.unlock()

    def __enter__(self) -> None:
        self.lock()

    def __exit__(self, *_: object) -> None:
        self.unlock()


def wait_until_unused(
    repo: Any, read: list[str], write: list[str], events: Events, timeout: float | None = None
) -> bool:
    """With DVC's lock held, wait until it would let us read and write these paths.

    The lock is free while waiting (its holder needs it to finish) and held again afterwards.
    Gives whether anybody else had the lock meanwhile, so that what was read may be out of date.
    """
    project = Path(repo.root_dir)
    waiting = Waiting(events.waiting, timeout)
    waited = False
    while True:
        if not os.path.exists(os.path.join(repo.tmp_dir, "rwlock")):
            return waited
        blockers = _blockers(project, read, write)
        if any(holder.stale for holder in blockers):
            unlist_stale(project, events)
            blockers = _blockers(project, read, write)
        if not blockers:
            return waited
        waited = True
        repo.lock.unlock()
        try:
            events.check_audience()
            waiting.tick(blockers.__iter__)
        finally:
            repo.lock.lock()


def unlist_stale(project: Path, events: Events) -> None:
    """Unlist processes that are gone, and say so; the caller holds DVC's lock."""
    for problem in drop_stale(project):
        events.emit("log", level="warning", text=str(problem), problem=problem_data(problem))


def only_look(project: Path) -> None:
    """Have DVC neither list what this process reads nor unlist what others have left.

    For as long as it holds DVC's lock nobody begins to write, nor ends.
    """
    from dvc import rwlock
    from dvc.lock import LockError

    written = [
        os.path.realpath(holder.path)
        for holder in users(project)
        if holder.kind == "write" and not holder.stale
    ]

    @contextmanager
    def look(
        _folder: str, _fs: Any, _command: str, read: list[str], _write: list[str], _links: bool
    ) -> Iterator[None]:
        wanted = [os.path.realpath(path) for path in read] if written else []
        if any(overlaps(path, other) for path in wanted for other in written):
            raise LockError("busy")
        yield

    _replace(rwlock, "rwlock", look)


def _blockers(project: Path, read: list[str], write: list[str]) -> list[Holder]:
    written = [os.path.realpath(path) for path in write]
    return [
        holder
        for holder in users(project, (*read, *write))
        if holder.pid != os.getpid()
        and (
            holder.kind == "write"
            or any(overlaps(os.path.realpath(holder.path), path) for path in written)
        )
    ]


def paths_of(entries: list[Any]) -> list[str]:
    """The paths that DVC would lock for these dependencies or outputs."""
    from dvc.dependency.db import AbstractDependency
    from dvc.dependency.repo import RepoDependency

    return [e.fs_path for e in entries if not isinstance(e, (RepoDependency, AbstractDependency))]


def _write_atomically() -> None:
    # DVC truncates and rewrites dvc.lock; a reader, or a kill, would see half of it.
    from dvc.utils.serialize import _common

    original = _common._dump_data

    def dump(path: Any, data: Any, dumper: Any, fs: Any = None, **options: Any) -> None:
        if fs is not None and fs.protocol != "local":
            original(path, data, dumper, fs=fs, **options)
            return
        stream = io.StringIO()
        dumper(data, stream, **options)
        atomic.write(Path(path), stream.getvalue().encode())

    _replace(_common, "_dump_data", dump)
    # Imported by name there.
    from dvc.utils.serialize import _yaml

    _replace(_yaml, "_dump_data", dump)


def _list_files_whole() -> None:
    # DVC truncates and rewrites the list of files in use, and fails for ever with an empty one: a
    # run that is stopped in between would leave that behind.
    from dvc import rwlock

    original = rwlock._edit_rwlock

    @contextmanager
    def edit(lock_dir: str, fs: Any, hardlink: bool) -> Iterator[Any]:
        with original(lock_dir, _WholeFiles(fs), hardlink) as lock:
            yield lock

    _replace(rwlock, "_edit_rwlock", edit)


class _WholeFiles:
    """A file system whose files are replaced, once they are written; the rest is the other's."""

    def __init__(self, fs: Any) -> None:
        self._fs = fs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fs, name)

    @contextmanager
    def open(self, path: str, mode: str = "r", **options: Any) -> Iterator[Any]:
        # One process at a time writes it, so that the name need not be a new one.
        written = path if mode == "r" else f"{path}.tmp"
        with self._fs.open(written, mode, **options) as file:
            yield file
        if written != path:
            os.replace(written, path)


def _wait_for_the_guard() -> None:
    # The lock around each edit of rwlock, held for milliseconds: DVC gives up after 3 s.
    import functools

    from dvc import lock, rwlock

    _replace(rwlock, "make_lock", functools.partial(lock.make_lock, wait=True))


def _read_params_once() -> None:
    # DVC parses params.yaml anew for each stage, in pure Python: 75 s for 1,000 stages.
    import copy

    from dvc.dependency import param

    original = param.load_path
    seen: dict[tuple[Any, ...], Any] = {}

    def load_path(path: str, fs: Any, **options: Any) -> Any:
        if fs.protocol != "local" or options:
            return original(path, fs, **options)
        found = os.stat(path)
        key = (path, found.st_mtime_ns, found.st_size, found.st_ino)
        if key not in seen:
            seen[key] = original(path, fs)
        return copy.deepcopy(seen[key])

    _replace(param, "load_path", load_path)


def _replace(module: Any, name: str, value: Callable[..., Any]) -> None:
    if not hasattr(module, name):
        raise Refused.of("dvc-failed", reason=f"this DVC has no {module.__name__}.{name}")
    setattr(module, name, value)
