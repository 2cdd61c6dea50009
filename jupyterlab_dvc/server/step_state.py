"""A notebook's step, its project's stages and its run, as one state: the first that holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from .. import api, conversion, notebook
from ..dvc import contract
from ..dvc.contract import StageStatus
from ..dvcyaml import DvcYaml
from ..errors import JupyterLabDVCError, Place, Problem
from ..runs import failure
from ..runs.record import Run, RunStage
from ..runs.store import Store
from ..stage import unescape
from ..stage_fields import own_meta
from . import fingerprint
from .confinement import Confinement
from .runs import wire

Condition = Literal[
    "no-step", "not-synced", "running", "queued", "failed", "stale", "up-to-date", "unknown"
]
Status = StageStatus | JupyterLabDVCError


def without_project(root: Confinement, path: Path) -> api.State:
    """The state of a notebook that is in no project; a step there can't be synced."""
    problem: Problem | None = None
    condition: Condition = "no-step"
    try:
        if conversion.is_step(notebook.read(path)):
            condition = "unknown"
            problem = Problem("no-project", {}, Place(str(path)))
    except JupyterLabDVCError:
        # Of another language, or broken: no step of ours in either case.
        condition = "no-step"
    return _state(root, None, path, _Step(condition, problem=problem), None, [])


def compute(
    root: Confinement,
    folder: Path,
    path: Path,
    store: Store,
    runs: Sequence[Run],
    status: Status,
) -> api.State:
    """The state in a project; ``runs`` are the project's, the newest first."""
    active = next((run for run in reversed(runs) if not run.is_final), None)
    try:
        root.refuse_links(folder)
        file = DvcYaml.read(folder / "dvc.yaml", "dvc.yaml")
    except JupyterLabDVCError as error:
        file = DvcYaml("", "dvc.yaml")
        status = error
    stages = _Stages(root, folder, file, runs, status)
    step = _step(root, folder, path, stages)
    problem = step.problem
    if problem is None and isinstance(status, JupyterLabDVCError):
        step.problem = status.problems[0]
    run = None if active is None else wire(root, store, active)
    return _state(root, folder, path, step, run, stages.all(), file.etag + step.says)


class _Step:
    def __init__(
        self,
        condition: Condition,
        stage: str | None = None,
        script: Path | None = None,
        why: Sequence[Problem] = (),
        problem: Problem | None = None,
        hyperparameters: bool = False,
        says: str = "",
    ) -> None:
        self.condition = condition
        self.stage = stage
        self.script = script
        self.why = why
        self.problem = problem
        self.hyperparameters = hyperparameters
        self.says = says


def _step(root: Confinement, folder: Path, path: Path, stages: _Stages) -> _Step:
    try:
        if not conversion.is_step(notebook.read(path)):
            return _Step("no-step")
    except JupyterLabDVCError as error:
        if all(problem.code == "notebook-language" for problem in error.problems):
            return _Step("no-step")
        return _Step("unknown", why=error.problems, problem=error.problems[0])
    try:
        project = root.open(path)
        plan = project.plan_sync([path])
        converted = conversion.convert(folder, project.settings, path)
    except JupyterLabDVCError as error:
        return _Step("unknown", why=error.problems, problem=error.problems[0])
    name = plan.stages[0].name
    directives = converted.step.directives
    has = bool(directives.hyperparameters)
    made = _Step("unknown", name, converted.target, hyperparameters=has, says=ascii(directives))
    condition, why = stages.of(name)
    if condition in ("running", "queued"):
        made.condition, made.why = condition, why
    elif condition == "failed" and stages.is_as_it_failed(name, path):
        made.condition, made.why = condition, why
    elif not plan.up_to_date:
        made.condition = "not-synced"
        made.why = [change.reason for change in plan.differing]
    else:
        made.condition, made.why = stages.without_failure(name)
    return made


class _Stages:
    """What runs, the status and ``dvc.yaml`` say of each stage."""

    def __init__(
        self, root: Confinement, folder: Path, file: DvcYaml, runs: Sequence[Run], status: Status
    ) -> None:
        self._root = root
        self._folder = folder
        self._file = file
        self._status = status
        self._active = [run for run in reversed(runs) if not run.is_final]
        self._ended: dict[str, tuple[RunStage, float]] = {}
        for run in runs:
            for stage in run.stages:
                if run.is_final and not run.request.set_values and stage.state != "pending":
                    self._ended.setdefault(stage.name, (stage, run.ended or run.created))
        self._files = failure.files(folder, file)

    def all(self) -> list[api.StageState]:
        """Every stage of ``dvc.yaml``, in its order; a group counts as one."""
        found = []
        for entry, fields in self._file.stages.items():
            name = str(entry)
            condition, why = self.of(name)
            if condition == "failed" and not self.is_as_it_failed(name):
                condition, why = self.without_failure(name)
            found.append(
                api.StageState(
                    name=name,
                    notebook=self._notebook(fields),
                    state=condition,
                    why=_reasons(self._root, self._folder, why),
                )
            )
        return found

    def of(self, name: str) -> tuple[Condition, Sequence[Problem]]:
        """As if nothing had changed since the last run."""
        for run in self._active:
            for stage in run.stages:
                if _is(stage.name, name) and stage.state in ("running", "pending"):
                    running = stage.state == "running"
                    return ("running" if running else "queued"), [_in(run)]
            targets = run.request.targets
            if not run.stages and (not targets or name in targets):
                return "queued", [_in(run)]
        ended = self._ended.get(name)
        if ended is not None and ended[0].has_failed:
            return "failed", [ended[0].why] if ended[0].why else []
        return self.without_failure(name)

    def without_failure(self, name: str) -> tuple[Condition, Sequence[Problem]]:
        """What DVC says."""
        if isinstance(self._status, JupyterLabDVCError):
            return "unknown", self._status.problems
        if name not in self._file.stages:
            return "unknown", []
        entries = [
            entry for stage, found in self._status.items() if _is(stage, name) for entry in found
        ]
        if contract.BUSY in entries:
            return "running", [Problem("stage-busy")]
        if self._finished_meanwhile(name):
            return "up-to-date", []
        reasons = list(contract.reasons(entries))
        return ("stale", reasons) if reasons else ("up-to-date", [])

    def is_as_it_failed(self, name: str, notebook: Path | None = None) -> bool:
        """Whether the stage's files, and the notebook, are as the run in which it failed left them.

        The times of files tell it only where that run kept no stamps: the clock may have been set.
        """
        stage, ended = self._ended[name]
        files = self._files.get(name, ())
        if stage.files is None:
            own = [] if notebook is None else [str(notebook)]
            return fingerprint.newest(self._folder, [*own, *files]) <= ended
        if stage.files != failure.stamp(self._folder, *files):
            return False
        return notebook is None or stage.notebook == failure.stamp(
            self._folder, conversion.source_name(notebook)
        )

    def _finished_meanwhile(self, name: str) -> bool:
        """The status is from before a run that is still on and is through with this stage."""
        return any(
            _is(stage.name, name) and stage.state in ("ran", "restored", "committed", "skipped")
            for run in self._active
            if not run.request.set_values
            for stage in run.stages
        )

    def _notebook(self, fields: object) -> str | None:
        meta = own_meta(fields) if isinstance(fields, Mapping) else {}
        name = meta.get("notebook")
        if not isinstance(name, str):
            return None
        return self._root.name(self._folder / unescape(name))


def _is(stage: str, name: str) -> bool:
    """Whether it is that stage, or one of the group of that name."""
    return stage == name or stage.startswith(f"{name}@")


def _in(run: Run) -> Problem:
    return Problem("stage-in-run", {"number": run.number})


def _reasons(root: Confinement, folder: Path | None, why: Sequence[Problem]) -> list[api.Reason]:
    return [api.Reason.of(root.shown(problem, folder)) for problem in why]


def _state(
    root: Confinement,
    folder: Path | None,
    path: Path,
    step: _Step,
    run: api.Run | None,
    stages: list[api.StageState],
    more: str = "",
) -> api.State:
    """``more`` is what else pages ask for again when it changes: ``dvc.yaml``, the directives."""
    problem = None if step.problem is None else root.shown(step.problem, folder)
    state = api.State(
        project=None if folder is None else root.name(folder),
        rev="",
        step=api.StepState(
            notebook=root.name(path),
            stage=step.stage,
            script=None if step.script is None else root.name(step.script),
            state=step.condition,
            why=_reasons(root, folder, step.why),
            hyperparameters=step.hyperparameters,
        ),
        run=run,
        stages=stages,
        problem=None if problem is None else api.Error.of(problem),
    )
    still = (
        state
        if run is None
        else msgspec.structs.replace(state, run=msgspec.structs.replace(run, log_size=0))
    )
    rev = hashlib.sha256(msgspec.json.encode(still) + more.encode()).hexdigest()[:32]
    return msgspec.structs.replace(state, rev=rev)
