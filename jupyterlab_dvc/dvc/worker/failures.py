"""DVC's exceptions as problems of ours."""

from __future__ import annotations

import errno
import os
import re
from typing import Any

from ...errors import (
    Busy,
    CannotWrite,
    DVCFailed,
    JupyterLabDVCError,
    NotFound,
    Place,
    Refused,
)

_MISSING_KEY = re.compile(
    r"failed to parse '(?:stages\.)?(.+?)' in '(.+?)': Could not find '(.+)'$"
)
_MARKER = re.compile(r"^(<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


_UNWRITABLE = frozenset(
    (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO)
)


def translated(error: BaseException) -> JupyterLabDVCError:
    """The error that says what ``error`` means for the user; unknown ones keep their own words."""
    from dvc import exceptions as dvc
    from dvc.config import ConfigError
    from dvc.lock import LockError
    from dvc.parsing import ResolveError
    from dvc.scm import SCMError
    from dvc.stage import exceptions as stage
    from dvc.utils.serialize import ParseError
    from dvc.utils.strictyaml import YAMLSyntaxError, YAMLValidationError

    if isinstance(error, JupyterLabDVCError):
        return error
    for cause in causes(error):
        if isinstance(cause, YAMLSyntaxError):
            return _syntax(cause)
        if isinstance(cause, YAMLValidationError):
            return _validation(cause)
        if isinstance(cause, ParseError):
            return _corrupted(cause)
        if isinstance(cause, dvc.NotDvcRepoError):
            return NotFound.of("dvc-no-project", Place(os.getcwd()))
        if isinstance(cause, (stage.StageFileDoesNotExistError, stage.StageFileIsNotDvcFileError)):
            return NotFound.of("dvc-no-pipeline", Place(str(getattr(cause, "file", "dvc.yaml"))))
        if isinstance(cause, LockError):
            return Busy.of("dvc-failed", reason=said(cause))
        if isinstance(cause, ResolveError):
            return _unresolved(cause)
        if isinstance(
            cause,
            (
                dvc.CyclicGraphError,
                dvc.OutputDuplicationError,
                dvc.OverlappingOutputPathsError,
                dvc.StagePathAsOutputError,
            ),
        ):
            return Refused.of("dvc-graph", reason=_graph_reason(cause))
        if isinstance(cause, ConfigError):
            return Refused.of("dvc-config-invalid", reason=said(cause))
        if isinstance(cause, SCMError):
            return Refused.of("dvc-no-git", reason=said(cause))
        if isinstance(cause, OSError) and cause.errno in _UNWRITABLE:
            reason = cause.strerror or said(cause)
            return CannotWrite.of("file-unwritable", Place(_file_of(cause)), reason=reason)
    if isinstance(error, dvc.DvcException):
        return DVCFailed.of("dvc-failed", reason=said(error))
    words, name = said(error), type(error).__name__
    reason = words if words.startswith(name) else f"{name}: {words}"
    return DVCFailed.of("dvc-failed", reason=reason)


def _file_of(error: OSError) -> str | None:
    return None if error.filename is None else os.fsdecode(error.filename)


def causes(error: BaseException) -> list[BaseException]:
    """The error and what caused it, outermost first."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__
    return found


def said(error: BaseException) -> str:
    """What it says, on one line, without the dot that our own sentence adds; never nothing.

    Of one that says nothing, what its cause says, or what kind of error it is.
    """
    for one in (*causes(error), error.__context__):
        words = " ".join(str(one or "").split()).rstrip(".")
        if words:
            return words
    return f"{type(error).__name__}, with no word of why"


def _syntax(error: Any) -> JupyterLabDVCError:
    path = os.path.normpath(error.relpath)
    return _unparsed(path, error.yaml_text, error.exc.__cause__, said(error))


def _corrupted(error: Any) -> JupyterLabDVCError:
    """A params file, or any other that DVC reads beside ``dvc.yaml``."""
    path = os.path.normpath(str(error.path))
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        text = ""
    return _unparsed(path, text, error.__cause__, said(error))


def _unparsed(path: str, text: str, cause: Any, words: str) -> JupyterLabDVCError:
    marker = _MARKER.search(text)
    if marker is not None:
        line = text.count("\n", 0, marker.start()) + 1
        return Refused.of("dvc-yaml-conflict", Place(path, line=line))
    mark = getattr(cause, "problem_mark", None) or getattr(cause, "context_mark", None)
    reason = getattr(cause, "problem", None) or words
    return Refused.of(
        "dvc-yaml-syntax",
        Place(path, line=None if mark is None else mark.line + 1),
        reason=str(reason),
    )


def _unresolved(error: BaseException) -> JupyterLabDVCError:
    words = said(error)
    missing = _MISSING_KEY.search(words)
    if missing is None:
        return Refused.of("dvc-yaml-invalid", Place("dvc.yaml"), reason=words)
    field, path, key = missing.groups()
    return Refused.of("dvc-key-missing", Place(path), field=field, key=key)


def _validation(error: Any) -> JupyterLabDVCError:
    from dvc.utils.serialize import parse_yaml_for_update

    data = parse_yaml_for_update(error.text, error.path)
    problems = []
    for one in error.exc.errors:
        line = _line_of(data, one.path)
        where = " -> ".join(map(str, one.path))
        reason = f"{one.error_message} in {where}" if where else one.error_message
        problems.append(
            Refused.of(
                "dvc-yaml-invalid", Place(os.path.normpath(error.path), line=line), reason=reason
            ).problems[0]
        )
    return Refused(problems)


def _line_of(data: Any, path: list[Any]) -> int | None:
    """The line of the last key of ``path`` that is there."""
    line = None
    for key in path:
        try:
            line = (data.lc.key(key) if hasattr(data, "keys") else data.lc.item(key))[0] + 1
            data = data[key]
        except (AttributeError, IndexError, KeyError, TypeError):
            break
    return line


def _graph_reason(error: Any) -> str:
    from dvc import exceptions as dvc

    if isinstance(error, dvc.OutputDuplicationError):
        return f"the output {error.output} belongs to {_names(error.stages)}"
    if isinstance(error, dvc.CyclicGraphError):
        # It keeps its stages in the sentence only.
        names = str(error).rpartition(": ")[2].rstrip(".").split(", ")
        shown = " and ".join(sorted(map(repr, names)))
        return f"{shown} need what the others of them make, in a circle"
    if isinstance(error, dvc.OverlappingOutputPathsError):
        outer, inner = error.parent, error.overlapping_out
        stages = _names([outer.stage, inner.stage])
        return f"the output {inner} is inside of the output {outer}; they belong to {stages}"
    return said(error)


def _names(stages: Any) -> str:
    return " and ".join(sorted(repr(stage.addressing) for stage in stages))
