"""What crosses the wire, declared once: ``scripts/generate_api.py`` makes ``src/_api.ts`` of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from .errors import Problem


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The release of the server half."""

    version: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is as it is.

    The page writes the sentence of ``code`` with ``args`` in the user's language, and shows
    ``message`` (English) where it doesn't know the code.
    """

    code: str
    args: dict[str, str | int]
    message: str

    @classmethod
    def of(cls, problem: Problem) -> Reason:
        return Reason(code=problem.code, args=dict(problem.args), message=problem.message)


class Error(Reason, frozen=True, kw_only=True):
    """A refusal, told as a reason is, with ``hint`` (English too).

    Cells and lines count from 1; ``line`` is the line in the cell where there is a cell, else the
    line in the file.
    """

    path: str | None
    cell: int | None
    line: int | None
    hint: str

    @classmethod
    def of(cls, problem: Problem) -> Error:
        return Error(**fields_of(problem))


def fields_of(problem: Problem) -> dict[str, Any]:
    """The fields of an ``Error`` or of what derives from it."""
    return {
        "code": problem.code,
        "args": dict(problem.args),
        "message": problem.message,
        "path": problem.place.path,
        "cell": problem.place.cell,
        "line": problem.place.line,
        "hint": problem.page_hint,
    }


class Finding(Error, frozen=True, kw_only=True):
    """What ``check`` found: what is wrong, or only worth saying."""

    severity: Literal["error", "warning"]

    @classmethod
    def of(cls, problem: Problem) -> Finding:
        return cls(**fields_of(problem), severity=problem.severity)


class Conflict(Error, frozen=True, kw_only=True):
    """Something edited by hand would be lost: the answer of a 409; ``diff`` is unified."""

    diff: str


class PathRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notebook, POSIX, relative to the server's root."""

    path: str


class SyncRequest(PathRequest, frozen=True, kw_only=True):
    """``sources_sha256`` is the SHA-256 (hexadecimal) of what the page has.

    It is taken over the UTF-8 JSON array of all cells' sources: no spaces, nothing but what JSON
    demands escaped. ``force`` overwrites what was edited by hand. ``preview`` is the ``rev`` of the
    preview that was looked at: where something else would be written by now, that is a conflict.
    """

    sources_sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    force: bool = False
    preview: str | None = None


class RunRequest(PathRequest, frozen=True, kw_only=True):
    """``set_values`` (``set`` on the wire) holds hyperparameters by their key, as typed.

    With any of them it runs as an experiment that leaves the workspace alone. ``variant`` is the
    name of one of the step's: then that runs, with what it needs, instead of the step's own stage.
    """

    what: Literal["step", "pipeline"]
    variant: str | None = None
    force: bool = False
    set_values: dict[str, str] = msgspec.field(default_factory=dict, name="set")


StepCondition = Literal[
    "no-step", "not-synced", "running", "queued", "failed", "stale", "up-to-date", "unknown"
]
RunCondition = Literal["queued", "running", "stopping", "succeeded", "failed", "stopped", "lost"]


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook as a step; ``script`` is its path, ``why`` the reasons of its state.

    ``hyperparameters`` tells whether there is anything to run it with other values of.
    """

    notebook: str
    stage: str | None
    script: str | None
    state: StepCondition
    why: list[Reason]
    hyperparameters: bool


class StageState(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of ``dvc.yaml``; ``notebook`` is the one that it was generated from."""

    name: str
    notebook: str | None
    state: StepCondition
    why: list[Reason]


class RunStage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage in a run; ``why`` says what a state such as ``skipped`` or ``failed`` comes from."""

    name: str
    state: str
    seconds: float | None
    why: Reason | None


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A process that holds what a run waits for; ``path`` is None for the whole project."""

    pid: int
    command: str
    path: str | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A process started for the user; times are seconds since the epoch.

    ``project`` is a folder relative to the server's root ("" for the root itself), ``number`` gives
    the order of its runs whatever the clock does, ``log_size`` the bytes in its log so far.
    """

    id: str
    number: int
    project: str
    what: str
    targets: list[str]
    state: RunCondition
    created: float
    started: float | None
    ended: float | None
    stages: list[RunStage]
    waiting_for: list[Holder]
    error: Error | None
    log_size: int


class LogEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text frame in a log's socket; one of the fields is there.

    ``offset`` counts the bytes of the log so far, behind what was just sent. ``dropped`` is a
    range that came faster than it could be sent; it can be asked for.
    """

    offset: int | None = None
    dropped: tuple[int, int] | None = None
    run: Run | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook's step and its project, ``rev`` naming this state of both.

    ``project`` is a folder relative to the server's root ("" for the root itself), None where the
    notebook is in none. ``run`` is the one that is on, or comes next. ``problem`` says why a part
    of it couldn't be found out. ``sync_waits_for`` are those who use what a sync, of any page, is
    about to write.
    """

    project: str | None
    rev: str
    step: StepState | None
    run: Run | None
    stages: list[StageState]
    problem: Error | None
    sync_waits_for: list[Holder] = []


class Prose(msgspec.Struct, frozen=True, kw_only=True):
    """A markdown cell, which is no part of the script."""

    cell: int
    text: str


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync without ``force`` refuses, and the difference that ``force`` would make."""

    error: Error
    diff: str


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync would write; ``lines`` has the cell and line of each line of ``script``.

    ``rev`` names all of it, for ``SyncRequest``.
    """

    rev: str
    script: str
    script_path: str
    script_diff: str
    lines: list[tuple[int, int] | None]
    prose: list[Prose]
    dvc_yaml_diff: str
    dvc_yaml_old: str
    dvc_yaml_new: str
    clashes: list[Clash]
    warnings: list[Error]
    writes: bool


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync wrote (paths), and the stages that DVC recorded as still up to date."""

    written: list[str]
    recommitted: list[str]
    stage: str
    script: str
    warnings: list[Error]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    problems: list[Finding]


class ParamRow(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of the step; ``value`` is what its hyperparameter has now, as text.

    ``key`` and ``file`` say where that stands; both None where it is no hyperparameter.
    """

    name: str
    type: str
    text: str
    value: str | None
    default: str | None
    required: bool
    key: str | None
    file: str | None
    hyperparameter: bool


class ParamsForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form of "Run with other values"."""

    stage: str
    rows: list[ParamRow]


WIRE_TYPES: tuple[type[msgspec.Struct], ...] = (
    Version,
    Error,
    Conflict,
    PathRequest,
    SyncRequest,
    RunRequest,
    State,
    Preview,
    Synced,
    Checked,
    ParamsForm,
    Run,
    LogEvent,
)
