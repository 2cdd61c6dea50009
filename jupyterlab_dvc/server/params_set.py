"""Values of hyperparameters written to their files, each of its param's type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import files, param_value, params, params_edit, typed_value
from ..dvc import recommit
from ..dvc.locks import Holder
from ..errors import Busy, Conflict, Place, Problem, Refused
from ..model import Directives, Hyperparameter, Parameter
from ..params import MISSING
from ..plan import Plan
from ..project import Project
from ..stage_fields import DEFAULT_PARAMS_FILE
from ..writes import Write, digest
from .confinement import Confinement
from .rows import text_of


def write(
    root: Confinement,
    project: Project,
    directives: Directives,
    values: Mapping[str, str | None],
    expected: Mapping[str, str | None],
) -> dict[str, str | None]:
    """Set the keys, all of them or none; what they were is the answer.

    Raises:
        Refused: one is no hyperparameter of the step, not of its type, or can't be set.
        Conflict: one isn't what was expected.
        Busy: a run reads the file.
    """
    known = by_name(directives)
    types = {one.name: one for one in directives.params}
    texts: dict[str, tuple[bytes | None, str]] = {}
    undo: dict[str, str | None] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        hyper = known.get(name)
        if hyper is None:
            problems.append(unknown(name, directives))
            continue
        file = hyper.file or DEFAULT_PARAMS_FILE
        if file not in texts:
            texts[file] = _read(root, project.root, file)
        before, text = texts[file]
        old = params.select(params.parse(text, file), hyper.key)
        shown = None if old is MISSING else text_of(old)
        if name in expected and expected[name] != shown:
            is_now = "not there" if shown is None else short(shown)
            problem = Problem("params-changed", {"key": name, "value": is_now}, Place(file))
            raise Conflict(problem)
        undo[name] = params_edit.spelled(text, file, hyper.key) or shown
        try:
            new = _typed(name, value, types.get(hyper.param or ""), old)
        except Refused as error:
            problems += error.problems
            continue
        texts[file] = before, params_edit.edited(text, file, hyper.key, new)
    if problems:
        raise Refused(problems)
    changes = [
        (files.change(project.root, project.root / file, text.encode()), before)
        for file, (before, text) in texts.items()
    ]
    root.refuse_targets(project.root, Plan(changes=tuple(change for change, _ in changes)))
    writes = [
        Write(change.path, change.new, None, digest(before))
        for change, before in changes
        if change.new != (before or b"")
    ]
    recommit.apply(project.root, writes, (), _give_up)
    return undo


def by_name(directives: Directives) -> dict[str, Hyperparameter]:
    """The step's hyperparameters by each name that a request may have for them."""
    known: dict[str, Hyperparameter] = {}
    for one in directives.hyperparameters:
        known.setdefault(name_of(one), one)
        known.setdefault(f"{one.file or DEFAULT_PARAMS_FILE}:{one.key}", one)
    for one in directives.hyperparameters:
        # A key alone will do where no other file has it.
        known.setdefault(one.key, one)
    return known


def name_of(hyper: Hyperparameter) -> str:
    """``key`` in ``params.yaml``, else ``file:key``."""
    if hyper.file in (None, DEFAULT_PARAMS_FILE):
        return hyper.key
    return f"{hyper.file}:{hyper.key}"


def unknown(name: str, directives: Directives) -> Problem:
    """What to say of a key that the step doesn't have."""
    names = ", ".join(dict.fromkeys(map(name_of, directives.hyperparameters))) or "none"
    return Problem("run-key-unknown", {"key": short(name), "known": names})


def short(text: str) -> str:
    """A text that was sent, for a message."""
    return text if len(text) <= 100 else text[:100] + "…"


def _read(root: Confinement, folder: Path, file: str) -> tuple[bytes | None, str]:
    """The file's bytes, None where there is none, and its text."""
    path = folder / file
    if not root.holds(path):
        raise Refused.of("target-refused", Place(file))
    if not path.exists():
        return None, ""
    data = files.read(path)
    try:
        return data, data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused.of("yaml-not-utf8", Place(file)) from None


def _typed(name: str, text: str | None, param: Parameter | None, old: object) -> object:
    if text is None:
        return MISSING
    if isinstance(old, Mapping):
        file, _, key = name.rpartition(":")
        raise Refused.of("hyperparameter-mapping", key=key, file=file or DEFAULT_PARAMS_FILE)
    try:
        value = typed_value.parse(text, param.type if param else None, old)
    except typed_value.Unfit:
        type = (param.type.source if param else None) or "str"
        args = {"key": name, "value": short(text), "type": type}
        raise Refused(Problem("run-value-type", args)) from None
    # What goes to no param doesn't get into a command.
    reason = None
    if param is not None:
        is_list = isinstance(value, list)
        reason = param_value.unfit_unpacked(value) if is_list else param_value.unfit(value)
    if reason is not None:
        raise Refused.of("run-value", key=name, reason=reason)
    return value


def _give_up(holders: Sequence[Holder]) -> None:
    """Called after a second of waiting: the page is told, and may try again."""
    raise Busy(holder.problem._replace(severity="error") for holder in holders)
