"""``runs``: start one, list them, look at one, stop one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from jupyter_core.utils import ensure_async

from .. import api, conversion, interpreter, notebook, variant
from ..dvc.rwlock import Holder
from ..dvcyaml import DvcYaml
from ..errors import NotFound, Place, Refused
from ..runs import queue, record
from ..runs.store import Store
from ..stage import own_stage
from . import params
from .confinement import Confinement
from .handler import Forbidden, Handler


class RunsHandler(Handler):
    """GET lists the runs of the project that a file or folder is in, POST starts one."""

    async def get(self) -> None:
        path = self.argument("path")
        self.reply(await self.work(lambda: self._list(path)))

    async def post(self) -> None:
        asked = self.body(api.RunRequest)
        if not self.context.settings.allow_runs:
            raise Forbidden.of("runs-not-allowed")
        root = self.context.root
        found = root.notebook(asked.path)
        self.project = root.project_of(found)
        kernel = await self._kernel(found) if asked.what == "step" else None
        run = await self.work(lambda: self._start(found, asked, kernel))
        project = Path(self.context.root.project(found))
        self.context.projects.follow(project)
        # Whoever has clicked waits for this, not for others to be told.
        self.reply(run, 201)
        await self.context.projects.changed(project)

    def _list(self, path: str) -> list[api.Run]:
        root = self.context.root
        project = root.project(root.entry(path))
        store = self.context.projects.store(project)
        return [wire(root, store, run) for run in store.find()]

    def _start(self, found: Path, asked: api.RunRequest, kernel: str | None) -> api.Run:
        root = self.context.root
        project = root.open(found)
        store = self.context.projects.store(project.root)
        file = DvcYaml.read(project.root / "dvc.yaml", "dvc.yaml")
        params.refuse_unreadable(root, project.root, file)
        set_values = params.overrides(root, project, found, asked.set_values)
        targets: list[str] = []
        if asked.what == "step" or set_values or asked.variant is not None:
            own = _stage_of(file, found)
            targets = [own if asked.variant is None else _variant_of(file, own, asked.variant)]
        run = queue.start(
            project.root,
            targets,
            what=asked.what,
            force=asked.force,
            # Forced, it is this step that is wanted again, not all that it needs.
            single=asked.force and asked.what == "step",
            set_values=set_values,
            python=interpreter.configured(project.settings) or kernel,
            log_limit=self.context.settings.max_log_size,
            keep=self._kept(project.settings.keep_runs),
        )
        return wire(root, store, run)

    def _kept(self, wanted: int | None) -> int:
        """A project may ask for fewer runs than the administrator allows."""
        most = self.context.settings.keep_runs
        return most if wanted is None else min(wanted, most)

    async def _kernel(self, found: Path) -> str | None:
        """The interpreter of the notebook's kernel, where it is one that can be named."""
        name = await self.work(lambda: notebook.read(found).kernel)
        kernels = self.context.serverapp.kernel_spec_manager
        if name is None or kernels is None:
            return None
        try:
            spec = await ensure_async(kernels.get_kernel_spec(name))
        except (KeyError, ValueError, OSError):
            # No such kernel here; then PATH decides, as in a terminal.
            return None
        argv = list(spec.argv)
        if not argv or not os.path.isabs(argv[0]) or not _is_python(argv[0]):
            return None
        return str(argv[0])


class RunHandler(Handler):
    """GET tells how a run is doing."""

    async def get(self, run_id: str) -> None:
        self.reply(await self.work(lambda: self._read(run_id)))

    def _read(self, run_id: str) -> api.Run:
        store = self.context.projects.store_of(run_id)
        return wire(self.context.root, store, store.read(run_id))


class StopHandler(Handler):
    """POST has a run ended with all that it started; which processes those are is not the page's
    to say."""

    async def post(self, run_id: str) -> None:
        if not self.context.settings.allow_runs:
            raise Forbidden.of("runs-not-allowed")
        run = await self.work(lambda: self._stop(run_id))
        await self.context.projects.changed(self.context.root.root / run.project)
        self.reply(run)

    def _stop(self, run_id: str) -> api.Run:
        store = self.context.projects.store_of(run_id)
        return wire(self.context.root, store, queue.stop(store.root, run_id))


def wire(root: Confinement, store: Store, run: record.Run) -> api.Run:
    """A run as the page knows it."""
    problem = run.problems[0] if run.problems else None
    return api.Run(
        id=run.id,
        number=run.number,
        project=root.name(store.root),
        what=run.request.what,
        targets=list(run.request.targets),
        state=run.state,
        created=run.created,
        started=run.started,
        ended=run.ended,
        stages=[
            api.RunStage(
                name=one.name,
                state=one.state,
                seconds=one.seconds,
                why=None if one.why is None else api.Reason.of(root.shown(one.why, store.root)),
            )
            for one in run.stages
        ],
        waiting_for=holders(root, store.root, run.waiting_for),
        error=None if problem is None else api.Error.of(root.shown(problem, store.root)),
        log_size=store.log_size(run.id),
    )


def holders(root: Confinement, project: Path, found: Sequence[Holder]) -> list[api.Holder]:
    """Those who are waited for, as the page knows them."""
    return [
        api.Holder(
            pid=one.pid,
            command=one.command,
            path=root.called(one.path, project) if one.path else None,
        )
        for one in found
    ]


def _stage_of(file: DvcYaml, found: Path) -> str:
    """The name of the notebook's own stage.

    Raises:
        Refused: it has none; it has to be synced first.
    """
    name = own_stage(file.stages, conversion.source_name(found))
    if name is None:
        raise Refused.of("notebook-without-stage", Place(str(found)))
    return name


def _variant_of(file: DvcYaml, own: str, name: str) -> str:
    """The name, where it is that of a variant of the notebook's stage.

    Raises:
        NotFound: it isn't.
    """
    if name not in variant.variants(file, own):
        raise NotFound.of("variant-missing-stage", Place(file.shown), name=name[:100])
    return name


def _is_python(path: str) -> bool:
    return Path(path).name.startswith("python") and shutil.which(path) is not None
