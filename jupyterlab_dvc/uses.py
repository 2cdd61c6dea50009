"""The files that a step's cells read and write, found by reading the code and never running it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from . import accesses, bindings, cellcode
from .accesses import Access, Joined, Name, Part, Text
from .graph import ancestors
from .model import Cell, Directives
from .parameter import value_of

_LOOKS = re.compile(
    r"[^\s<>|*?{}\"'][^<>|*?{}\"'\n]*\.[A-Za-z][A-Za-z0-9]{0,9}|[^\s<>|*?{}\"':]+/[^<>|*?{}\"'\n:]*"
)
_LONGEST = 1_000


class Use(NamedTuple):
    """``path`` is relative to the project; in one that isn't certain ``{…}`` may stand for a part.

    ``whole``: nothing of the path is left open.
    """

    kind: Literal["in", "out"]
    path: str
    cell: int
    line: int
    param: str | None
    certain: bool
    whole: bool = True


@dataclass(frozen=True)
class Values:
    """What variables hold: ``params`` by the docstring's params, ``constants`` once and for all."""

    params: Mapping[str, str | None]
    constants: Mapping[str, str]


def values(directives: Directives, first: str, cells: Iterable[str]) -> Values:
    """The texts that the notebook's variables hold for certain.

    Args:
        first: the code of the first cell, which binds the params for the notebook.
        cells: the code of all cells, each as ``cellcode.read`` gives it.
    """
    own = {one.name: one for one in bindings.of(first) if isinstance(one.value, str)}
    params: dict[str, str | None] = {}
    for parameter in directives.params:
        bound = own.get(parameter.name)
        value = None if bound is None else str(bound.value)
        is_text = parameter.type.base in ("str", "Path")
        if value is None and is_text and parameter.default is not None:
            default = value_of(parameter.default)
            value = default if isinstance(default, str) else None
        params[parameter.name] = value
    counts: dict[str, int] = {}
    found: dict[str, str] = {}
    for code in cells:
        for name, count in bindings.stores(code).items():
            counts[name] = counts.get(name, 0) + count
        found.update(
            {one.name: one.value for one in bindings.of(code) if isinstance(one.value, str)}
        )
    constants = {
        name: value for name, value in found.items() if counts.get(name) == 1 and name not in params
    }
    return Values(params, constants)


def find(cells: Sequence[Cell], known: Values, folder: str) -> list[Use]:
    """Each file once, where it is first read or written.

    A file that is read only after the step itself has written it is no input.

    Args:
        cells: those of the script.
        folder: the notebook's, where a relative path begins, relative to the project.
    """
    found: dict[tuple[str, str], Use] = {}
    made: dict[str, None] = {}
    for cell in cells:
        for access in accesses.of(cellcode.read(cell.source).prepared):
            use = _use(access, cell.number, known, folder)
            if use is None:
                continue
            if use.kind == "out":
                made[use.path] = None
            elif any(above in made for above in (use.path, *ancestors(use.path))):
                continue
            earlier = found.setdefault((use.kind, use.path), use)
            if use.certain and not earlier.certain:
                found[use.kind, use.path] = earlier._replace(certain=True, param=use.param)
    read = {path for kind, path in found if kind == "in"}
    both = {path for path in read if ("out", path) in found}
    # A step can't have one path as both; which of them is meant, only its author knows.
    return [one._replace(certain=False) if one.path in both else one for one in found.values()]


def _use(access: Access, cell: int, known: Values, folder: str) -> Use | None:
    text, whole = _text(access.path, known)
    if len(text) > _LONGEST or not text.isprintable():
        return None
    if not whole and not _LOOKS.search(re.sub(r"\{[^}]*\}", "x", text)):
        return None
    if not whole and not re.sub(r"\{[^}]*\}", "", text).strip("/."):
        return None
    if text.strip() in ("", "."):
        return None
    if "://" in text or text.startswith(("~", "/dev/")) or re.match(r"[A-Za-z]:[\\/]", text):
        return None
    if whole and not access.sure and _LOOKS.fullmatch(text) is None:
        return None
    param = access.path.id if isinstance(access.path, Name) else None
    path = posixpath.normpath(posixpath.join(folder, text))
    certain = access.certain and whole and not isinstance(access.path, Joined)
    return Use(
        access.kind,
        path,
        cell,
        access.line,
        param if param in known.params else None,
        certain,
        whole,
    )


def _text(part: Part, known: Values) -> tuple[str, bool]:
    """The path as far as it is known, and whether that is all of it."""
    if isinstance(part, Text):
        return part.value, True
    if isinstance(part, Name):
        value = known.params.get(part.id)
        value = known.constants.get(part.id) if value is None else value
        return (value, True) if value is not None else (f"{{{part.id}}}", False)
    if isinstance(part, Joined):
        texts = [_text(one, known) for one in part.parts]
        whole = all(complete for _, complete in texts)
        pieces = [text for text, _ in texts]
        if part.separator:
            return posixpath.join(*pieces), whole
        return "".join(pieces), whole
    return "{…}", False
