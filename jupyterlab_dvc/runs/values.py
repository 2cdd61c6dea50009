"""Before a run: values of hyperparameters that a command can't carry."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from ..errors import NotFound, Problem, Refused
from .record import Request


def check(root: Path, request: Request) -> None:
    """A value may have changed since its stage was made, and DVC would give it to the shell.

    Raises:
        Refused: such a value in the params files, or among those to set.
    """
    from .. import graph, hyperparameter, param_value, params
    from ..dvcyaml import DvcYaml

    problems = [
        Problem("run-value", {"key": key, "reason": reason})
        for key, value in request.set_values
        if (reason := param_value.unfit(value)) is not None
    ]
    problems += [
        Problem("run-key", {"key": key}) for key, _ in request.set_values if not _is_key(key)
    ]
    if problems:
        raise Refused(problems)
    read = params.reader(root)
    file = DvcYaml.read(root / "dvc.yaml", "dvc.yaml")
    names: set[str] | None = set(request.targets) or None
    if request.downstream:
        names = None
    if names is not None and not request.single:
        try:
            names = {name for target in names for name in graph.order(file, target, read)}
        except NotFound:
            # A group, a stage of another file, or unknown: DVC knows. All are looked at.
            names = None
    problems = hyperparameter.check_values(file, read, names)
    if problems:
        raise Refused(problems)


# Neither an operator of DVC's -S (`+key`, `~key`) nor a pattern of dpath, which looks it up.
_KEY = re.compile(r"[^\x00-\x20*?\[\]{}$,=:+~-][^\x00-\x1f*?\[\]{}$,=:]*")


def _is_key(key: str) -> bool:
    """Whether it is ``key`` or ``file:key``, the file one of the project's."""
    file, colon, name = key.rpartition(":")
    path = PurePosixPath(file)
    inside = bool(path.parts) and not path.is_absolute() and ".." not in path.parts
    hidden = any(part.startswith((".", "-")) for part in path.parts)
    return _KEY.fullmatch(name) is not None and (not colon or (inside and not hidden))
