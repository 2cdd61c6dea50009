"""The runs that are on: each step of theirs is told, and a server isn't idle under them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_server._tz import utcnow

from ..errors import NotFound
from ..runs.record import Run
from ..runs.store import Store

if TYPE_CHECKING:
    from .context import Context

_LOOK_EVERY = 0.5
"""Seconds between looks at the records of runs that are on; there is nothing to do between runs."""

Tell = Callable[[Path, str], None]


class ActiveRuns:
    """``tell`` hears of a project whenever a run of it begins, comes to another stage, or ends.

    What it is given besides names how the project's runs stand then.
    """

    def __init__(self, context: Context, tell: Tell) -> None:
        self._context = context
        self._tell = tell
        self._known: dict[Path, _Project] = {}
        self._due: set[Path] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Future[None] | None = None

    def follow(self, project: Path, store: Store) -> None:
        """Look at the project's runs, soon and until none is on."""
        self._known.setdefault(project, _Project(store))
        self._due.add(project)
        if self._timer is None and self._looking is None:
            self._later()

    def _later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK_EVERY, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        # What is to be followed from now on is in the next look, whatever this one finds.
        due, self._due = self._due, set()
        for path in due:
            try:
                await self._look_at(path)
            except Exception:
                # The others are still to be followed.
                self._context.log.exception("The runs of %s can't be followed", path)
        self._looking = None
        if self._due:
            self._later()

    async def _look_at(self, path: Path) -> None:
        project = self._known[path]
        before = project.standing
        if await self._context.work(project.look):
            self._due.add(path)
            # What idle cullers go by.
            times = self._context.serverapp.web_app.settings["last_activity_times"]
            times["jupyterlab_dvc"] = utcnow()
        if project.standing != before:
            self._tell(path, project.standing)


class _Project:
    """The runs of one; ``standing`` changes with what a page shows of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended: set[str] = set()
        self.standing = ""

    def look(self) -> bool:
        """Whether any is on; reads no record of one that is known to have ended."""
        on = []
        for run_id in self._store.ids():
            if run_id in self._ended:
                continue
            try:
                run = self._store.read(run_id)
            except NotFound:
                # Not written yet, or removed just now.
                continue
            if run.is_final:
                self._ended.add(run_id)
            else:
                on.append(run)
        on.sort(key=lambda run: run.number)
        # A short one may begin and end between two looks.
        shown = [len(self._ended), *map(_shown, on)]
        self.standing = hashlib.sha256(repr(shown).encode()).hexdigest()[:32]
        return bool(on)


def _shown(run: Run) -> tuple[object, ...]:
    stages = [(stage.name, stage.state) for stage in run.stages]
    return run.id, run.state, stages, run.waiting_for
