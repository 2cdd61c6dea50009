"""The projects that somebody asked about: what is known of each, and who hears of a change."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .. import api
from ..dvc import reader
from ..dvc.contract import StageStatus
from ..dvc.locks import Holder, OnWait
from ..dvcyaml import DvcYaml
from ..errors import JupyterLabDVCError, NotFound
from ..runs.store import ID, RECORD, Store
from . import events, fingerprint, params, step_state
from .active_runs import ActiveRuns
from .confinement import Confinement
from .runs import holders

if TYPE_CHECKING:
    from .context import Context

_LOOK_EVERY = 1.0
"""Seconds between looks at the files of projects that a page has asked about; at least."""
_SHARE = 1 / 300
"""How much of a processor looking may take, whatever the number of files."""
_SHARE_OF_THREAD = 1 / 5
"""The same of a thread, which waits where files are slow or others have the processor."""
_MOST_FOLDERS = 20_000
"""Folders below the root that are searched for a run that no project asked about has."""
_PAUSE = 0.02
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})
_MOST_STATES = 200

Status = StageStatus | JupyterLabDVCError


@dataclass
class Known:
    """A project and what was found out about it last.

    ``asked`` is when a page last asked, or listened, ``seen`` what its files looked like at the
    last look, ``waiting`` whom the syncs that are on wait for.
    """

    store: Store
    asked: float = 0.0
    seen: str = ""
    active: bool = False
    status: tuple[str, asyncio.Future[Status]] | None = None
    last_status: Status | None = None
    waiting: dict[object, tuple[Holder, ...]] = field(default_factory=dict)
    states: OrderedDict[tuple[Path, str, str], api.State] = field(default_factory=OrderedDict)

    @property
    def rev(self) -> str:
        """Another one where others are waited for."""
        return _digest(self.seen, *self.waiting.values())


class Projects:
    """All of them belong to one server."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[Path, Known] = {}
        self._watch: asyncio.TimerHandle | None = None
        self._looking: asyncio.Future[None] | None = None
        self._active_runs = ActiveRuns(context, self._tell)

    # Runs

    def store(self, project: Path) -> Store:
        """The runs of a project.

        Raises:
            NotFound: they are kept outside of the root.
        """
        return self._remember(project).store

    def store_of(self, run_id: str) -> Store:
        """The store that has the run, of any project below the root.

        Raises:
            NotFound: none has.
        """
        root = self._context.root
        if ID.fullmatch(run_id):
            for known in list(self._known.values()):
                if _has(root, known.store, run_id):
                    return known.store
            for project in _projects_below(root):
                store = Store(project)
                if _has(root, store, run_id):
                    return self._remember(project).store
        raise NotFound.of("run-unknown", id=run_id[:100])

    async def find_runs(self) -> None:
        """Follow the runs that are on already, of a server before this one among others.

        Nobody may have asked about them yet; a culler must not take the server for idle all the
        same.
        """
        root = self._context.root

        def find() -> list[Path]:
            found = []
            for project in _projects_below(root, _PAUSE):
                store = Store(project)
                if root.holds(store.folder) and store.active():
                    found.append(project)
            return found

        for project in await self._context.work(find):
            self._follow(project, self._remember(project))

    def follow(self, project: Path) -> None:
        """A run of the project is on: what is known of its state may not hold any more."""
        self._follow(project, self._remember(project))

    def _follow(self, project: Path, known: Known) -> None:
        known.active = True
        self._active_runs.follow(project, known.store)

    def _remember(self, project: Path) -> Known:
        known = self._known.get(project)
        if known is None:
            store = Store(project)
            if not self._context.root.holds(store.folder):
                raise NotFound.of("no-project")
            known = self._known[project] = Known(store)
        return known

    # States

    async def state(self, notebook: Path) -> api.State:
        """The notebook's state now; what it takes DVC to know is asked once for each change."""
        root = self._context.root
        project = root.project_of(notebook)
        if project is None:
            return await self._context.work(lambda: step_state.without_project(root, notebook))
        known = self._remember(project)
        known.asked = time.monotonic()
        self._begin_watching()
        mark, seen, own = await self._context.work(
            lambda: (
                fingerprint.project(project, known.store),
                fingerprint.seen(project, known.store),
                fingerprint.notebook(notebook),
            )
        )
        known.seen = known.seen or seen
        key = (notebook, own, mark)
        if key in known.states and not known.active:
            return self._with_waits(project, known, known.states[key])
        runs = await self._context.work(known.store.find)
        known.active = any(not run.is_final for run in runs)
        if known.active:
            self._follow(project, known)
        status = await self._status(project, known, mark)
        state = await self._context.work(
            lambda: step_state.compute(root, project, notebook, known.store, runs, status)
        )
        known.states[key] = state
        while len(known.states) > _MOST_STATES:
            known.states.popitem(last=False)
        return self._with_waits(project, known, state)

    def _with_waits(self, project: Path, known: Known, state: api.State) -> api.State:
        found = tuple(holder for one in known.waiting.values() for holder in one)
        if not found:
            return state
        return msgspec.structs.replace(
            state,
            rev=_digest(state.rev, found),
            sync_waits_for=holders(self._context.root, project, found),
        )

    async def _status(self, project: Path, known: Known, mark: str) -> Status:
        if known.active and known.last_status is not None:
            # The run itself tells more; and each answer of DVC's would take from its processor.
            return known.last_status
        if known.status is None or known.status[0] != mark:
            future = asyncio.ensure_future(self._ask(project))
            known.status = (mark, future)
        status = await asyncio.shield(known.status[1])
        known.last_status = status
        if isinstance(status, JupyterLabDVCError):
            # It may be another one the next time.
            known.status = None
        return status

    async def _ask(self, project: Path) -> Status:
        def ask() -> Status:
            self._context.root.refuse_links(project)
            file = DvcYaml.read(project / "dvc.yaml", "dvc.yaml")
            params.refuse_unreadable(self._context.root, project, file)
            return reader.status(project)

        try:
            return await self._context.work(ask)
        except JupyterLabDVCError as error:
            return error

    # Changes

    async def changed(self, project: Path | None) -> None:
        """Something was done to the project through the server: say so at once."""
        if project is None:
            return
        known = self._remember(project)
        known.asked = time.monotonic()
        known.seen = ""
        self._follow(project, known)
        self._begin_watching()
        await self._look_at(project, known)

    @contextmanager
    def waiting(self, project: Path | None) -> Iterator[OnWait]:
        """For a sync: whom it waits for is in the project's state as long as it does.

        What it gives is to be called away from the loop.
        """
        loop = asyncio.get_running_loop()
        sync = object()

        def waits(holders: tuple[Holder, ...]) -> None:
            if project is not None:
                known = self._remember(project)
                known.waiting[sync] = holders
                self._tell(project, known.rev)

        def on_wait(holders: tuple[Holder, ...]) -> None:
            loop.call_soon_threadsafe(waits, holders)

        try:
            yield on_wait
        finally:
            known = None if project is None else self._known.get(project)
            if project is not None and known is not None and sync in known.waiting:
                del known.waiting[sync]
                self._tell(project, known.rev)

    def _tell(self, project: Path, rev: str) -> None:
        events.emit(self._context.serverapp, self._context.root.name(project), rev)

    def _begin_watching(self, delay: float = _LOOK_EVERY) -> None:
        if self._watch is None:
            loop = asyncio.get_running_loop()
            self._watch = loop.call_later(delay, self._look)

    def _look(self) -> None:
        self._watch = None
        self._looking = asyncio.ensure_future(self._look_at_all())

    async def _look_at_all(self) -> None:
        now = time.monotonic()
        if events.is_heard(self._context.serverapp):
            # A page asks nothing while nothing happens; its socket tells that it is there.
            for known in self._known.values():
                known.asked = now
        end = now - self._context.settings.watch_seconds
        watched = [(project, known) for project, known in self._known.items() if known.asked >= end]
        begin, used = time.monotonic(), 0.0
        for project, known in watched:
            try:
                used += await self._look_at(project, known)
            except Exception:
                # The others are still to be watched.
                self._context.log.exception("%s can't be watched", project)
        if watched:
            taken = time.monotonic() - begin
            self._begin_watching(max(_LOOK_EVERY, used / _SHARE, taken / _SHARE_OF_THREAD))

    async def _look_at(self, project: Path, known: Known) -> float:
        """Gives the seconds of a processor that it took."""

        def look() -> tuple[str, float]:
            begin = time.thread_time()
            return fingerprint.seen(project, known.store), time.thread_time() - begin

        seen, used = await self._context.work(look)
        if seen != known.seen:
            known.seen = seen
            # A run may have been started elsewhere.
            self._active_runs.follow(project, known.store)
            self._tell(project, seen)
        return used


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _has(root: Confinement, store: Store, run_id: str) -> bool:
    folder = store.folder / run_id
    return (folder / RECORD).is_file() and root.holds(folder)


def _projects_below(root: Confinement, pause: float = 0.0) -> Iterator[Path]:
    """``pause`` is how many seconds others may work after every hundred folders."""
    for count, (path, folders, _) in enumerate(os.walk(root.root)):
        if ".dvc" in folders and root.holds(Path(path, ".dvc")):
            yield Path(path)
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        if count >= _MOST_FOLDERS:
            return
        if pause and count % 100 == 99:
            time.sleep(pause)
