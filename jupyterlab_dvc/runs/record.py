"""What is known of a run, and its form on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ..dvc.rwlock import Holder
from ..errors import Place, Problem
from ..messages import MESSAGES

What = Literal["step", "pipeline"]
State = Literal["queued", "running", "stopping", "succeeded", "failed", "stopped", "lost"]
StageState = Literal[
    "pending",
    "running",
    "ran",
    "restored",
    "skipped",
    "committed",
    "failed",
    "changed",
    "stopped",
]
FINAL = frozenset({"succeeded", "failed", "stopped", "lost"})


@dataclass(frozen=True)
class Request:
    """What was asked for; two that are equal are the same click.

    ``set_values`` (key → value, ``file:key`` for another file than ``params.yaml``) makes it an
    experiment in a folder of its own.
    """

    what: What = "pipeline"
    targets: tuple[str, ...] = ()
    force: bool = False
    single: bool = False
    downstream: bool = False
    set_values: tuple[tuple[str, str], ...] = ()
    python: str | None = None


@dataclass(frozen=True)
class RunStage:
    """A stage in a run; ``why`` is what it failed of, ``seconds`` how long its command took.

    ``files`` and ``notebook`` are stamps of what a failed one was made from, as the run left it.
    """

    name: str
    state: StageState
    seconds: float | None = None
    why: Problem | None = None
    files: str | None = None
    notebook: str | None = None

    @property
    def has_failed(self) -> bool:
        return self.state in ("failed", "changed")


@dataclass(frozen=True)
class Run:
    """A run as its record tells; times are seconds since the epoch.

    ``number`` gives the order of a project's runs whatever the clock does. ``pid`` is the
    supervisor's, None before it began. ``stages`` stand in the order in which they come.
    ``experiment`` is the name that DVC gave it, where there were values to set.
    """

    id: str
    number: int
    request: Request
    created: float
    state: State = "queued"
    started: float | None = None
    ended: float | None = None
    stages: tuple[RunStage, ...] = ()
    waiting_for: tuple[Holder, ...] = ()
    problems: tuple[Problem, ...] = ()
    pid: int | None = None
    pid_started: float | None = None
    in_terminal: bool = False
    experiment: str | None = None

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    def with_stage(self, stage: RunStage) -> Run:
        """The run with that stage in its place, or at the end."""
        stages = list(self.stages)
        names = [one.name for one in stages]
        if stage.name in names:
            stages[names.index(stage.name)] = stage
        else:
            stages.append(stage)
        return replace(self, stages=tuple(stages))


def to_json(run: Run) -> bytes:
    """The record's file."""
    request = run.request
    data = {
        "version": 1,
        "id": run.id,
        "number": run.number,
        "what": request.what,
        "targets": request.targets,
        "force": request.force,
        "single": request.single,
        "downstream": request.downstream,
        "set": dict(request.set_values),
        "python": request.python,
        "created": run.created,
        "state": run.state,
        "started": run.started,
        "ended": run.ended,
        "stages": [
            {**vars(stage), "why": stage.why and problem_json(stage.why)} for stage in run.stages
        ],
        "waiting_for": [holder._asdict() for holder in run.waiting_for],
        "problems": [problem_json(problem) for problem in run.problems],
        "pid": run.pid,
        "pid_started": run.pid_started,
        "in_terminal": run.in_terminal,
        "experiment": run.experiment,
    }
    return json.dumps(data).encode() + b"\n"


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "args": dict(problem.args),
        "place": list(problem.place),
        "severity": problem.severity,
    }


def from_json(data: bytes) -> Run:
    """The run of a record's file, which anybody may have written.

    Raises:
        ValueError: it is none.
    """
    try:
        content = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(content, dict) or content.get("version") != 1:
        raise ValueError("no record of this version")
    try:
        return _run(content)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no record: {error}") from error


def _run(data: Mapping[str, Any]) -> Run:
    return Run(
        id=_is(str, data["id"]),
        number=_is(int, data["number"]),
        request=Request(
            what=_one_of(What, data["what"]),
            targets=tuple(_is(str, target) for target in data["targets"]),
            force=_is(bool, data["force"]),
            single=_is(bool, data["single"]),
            downstream=_is(bool, data["downstream"]),
            set_values=tuple((key, _is(str, value)) for key, value in data["set"].items()),
            python=_optional(str, data["python"]),
        ),
        created=_number(data["created"]),
        state=_one_of(State, data["state"]),
        started=_optional_number(data["started"]),
        ended=_optional_number(data["ended"]),
        stages=tuple(
            RunStage(
                _is(str, stage["name"]),
                _one_of(StageState, stage["state"]),
                _optional_number(stage["seconds"]),
                _why(stage["why"]),
                # Not in a record of an earlier version.
                _optional(str, stage.get("files")),
                _optional(str, stage.get("notebook")),
            )
            for stage in data["stages"]
        ),
        waiting_for=tuple(
            Holder(
                _is(int, holder["pid"]),
                _is(str, holder["command"]),
                _is(str, holder["path"]),
                _one_of(Literal["lock", "read", "write"], holder["kind"]),
                _one_of(Literal["live", "dead", "reused", "doubtful"], holder["state"]),
            )
            for holder in data["waiting_for"]
        ),
        problems=tuple(_problem(problem) for problem in data["problems"]),
        pid=_optional(int, data["pid"]),
        pid_started=_optional_number(data["pid_started"]),
        in_terminal=_is(bool, data["in_terminal"]),
        experiment=_optional(str, data["experiment"]),
    )


def _why(data: Any) -> Problem | None:
    # A text, as it once was, is still read.
    if data is None or isinstance(data, str):
        return Problem("as-said", {"text": data}) if data else None
    return _problem(data)


def _problem(data: Mapping[str, Any]) -> Problem:
    path, cell, line, column = data["place"]
    problem = Problem(
        _is(str, data["code"]),
        {key: value for key, value in data["args"].items() if isinstance(value, str | int)},
        Place(
            _optional(str, path), _optional(int, cell), _optional(int, line), _optional(int, column)
        ),
        _one_of(Literal["error", "warning"], data["severity"]),
    )
    if problem.code not in MESSAGES:
        # Written by another version; its sentence isn't known here.
        return Problem("dvc-failed", {"reason": problem.code})
    try:
        str(problem)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError("a problem without its arguments") from error
    return problem


def _is(kind: type, value: Any) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _optional(kind: type, value: Any) -> Any:
    return None if value is None else _is(kind, value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _optional_number(value: Any) -> float | None:
    return None if value is None else _number(value)


def _one_of(kind: Any, value: Any) -> Any:
    if value not in get_args(kind):
        raise TypeError(f"{value!r} is not known")
    return value
