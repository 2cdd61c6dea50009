"""A plain notebook as a step: the first cell that it would get, and what moves there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import bindings, cellcode, docstring, literal, names, parameter, paths, templating, uses
from .bindings import Binding
from .errors import Place, Problem, Refused, warning
from .model import Cell, Directives, Parameter, ParamType, PathDirective, PathKind, Text
from .step import is_ignored

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_QUOTES = literal.Literal((), 0, 0, '"""', False, "", 1)
_SCALARS = {"int": int, "float": float, "bool": bool, "str": str}


class Removal(NamedTuple):
    """A stretch that leaves a cell's source."""

    cell: int
    start: int
    stop: int


class Proposal(NamedTuple):
    """``first`` is the new first code cell; ``notes`` say what to look at, and have places."""

    first: str
    removals: tuple[Removal, ...]
    directives: Directives
    notes: tuple[Problem, ...]


class _Moved(NamedTuple):
    cell: Cell
    binding: Binding
    type: ParamType
    statement: str
    comment: str


def propose(
    cells: Sequence[Cell], ignore_keys: Sequence[str], title: str, folder: str, project: str
) -> Proposal:
    """The step that the notebook's code cells suggest.

    Args:
        title: what the step is called where nothing else can be said of it.
        folder: the notebook's, relative to the project.
        project: the project's own path, by which an absolute path in a cell is known as its own.

    Raises:
        Refused: the notebook is a step already.
    """
    first = next((cell for cell in cells if cellcode.holds_code(cell.source)), None)
    found = None if first is None else docstring.locate(first.source, first.number)
    if found is not None and docstring.parse(found).directives != Directives():
        raise Refused.of("already-step", Place(None, found.cell, found.lines[0]))
    kept = [
        cell
        for cell in cells
        if not is_ignored(cell, ignore_keys) and not cellcode.read(cell.source).problems
    ]
    moved = _parameters(cells, kept)
    codes = [_code(cell) for cell in cells]
    known = uses.values(Directives(), "", codes)
    held = {one.binding.name: one.binding.value for one in moved}
    texts = {name: value for name, value in held.items() if isinstance(value, str)}
    known = uses.Values(
        dict(texts), {name: text for name, text in known.constants.items() if name not in texts}
    )
    chosen = _Paths(project)
    for use in uses.find(kept, known, folder):
        chosen.add(use)
    notes = [*chosen.notes]
    if folder:
        for cell in kept:
            notes += [p.at(cell=cell.number) for p in paths.relative(_code(cell))]
    fed = {one.param for one in chosen.directives if one.param is not None}
    params = [_parameter(one, one.binding.name in fed) for one in moved]
    directives = Directives(params=tuple(params), paths=tuple(chosen.directives))
    if directives == Directives():
        directives = Directives(desc=Text(" ".join(title.split()) or "step"))
    notes.sort(key=lambda problem: (problem.place.cell or 0, problem.place.line or 0))
    return Proposal(
        _first_cell(directives, moved), tuple(_removals(moved)), directives, tuple(notes)
    )


def _code(cell: Cell) -> str:
    code = cellcode.read(cell.source)
    return "" if code.problems else code.prepared


def _first_cell(directives: Directives, moved: Sequence[_Moved]) -> str:
    text = docstring.write(directives)
    lines = ['"""', *(_encoded(line) for line in text.split("\n")), '"""']
    called = [one.binding.source for one in moved if one.binding.type == "Path"]
    if any(source.startswith("pathlib.") for source in called):
        lines.append("import pathlib")
    if any(source.startswith("Path") for source in called):
        lines.append("from pathlib import Path")
    return "\n".join([*lines, *(one.statement for one in moved)])


def _encoded(line: str) -> str:
    return literal.encode(line, _QUOTES) if line else ""


# Parameters


def _parameters(cells: Sequence[Cell], kept: Sequence[Cell]) -> list[_Moved]:
    """The literal assignments that the rest of the notebook reads, in its order."""
    counts: dict[str, int] = {}
    reads: dict[str, list[tuple[int, int]]] = {}
    for cell in cells:
        code = _code(cell)
        for name, count in bindings.stores(code).items():
            counts[name] = counts.get(name, 0) + count
    for cell in kept:
        for name, line in names.of(_code(cell)).reads.items():
            reads.setdefault(name, []).append((cell.number, line))
    found: list[_Moved] = []
    for cell in kept:
        if cell.source.lstrip().startswith("%%"):
            continue
        lines = _code(cell).split("\n")
        for one in bindings.of(_code(cell)):
            places = reads.get(one.name, [])
            if counts.get(one.name) != 1 or not one.alone or not _is_param(one, places, cell):
                continue
            moved = _moved(one, cell, lines)
            if moved is not None:
                found.append(moved)
    clashing = {
        name
        for name, _ in (
            (item.name, problem)
            for item, problem in parameter.clashes(tuple(_parameter(m, True) for m in found))
        )
    }
    return [one for one in found if one.binding.name not in clashing]


def _is_param(one: Binding, reads: Sequence[tuple[int, int]], cell: Cell) -> bool:
    if one.name.startswith("_") or parameter.check_name(one.name) is not None or not reads:
        return False
    if one.name.isupper():
        return True
    # A list in small letters is more often a result that grows.
    return one.type != "list" and all(place > (cell.number, one.last) for place in reads)


def _moved(one: Binding, cell: Cell, lines: list[str]) -> _Moved | None:
    type_text = _type(one)
    if type_text is None:
        return None
    statement = "\n".join(lines[one.line - 1 : one.last])
    moved = _Moved(cell, one, parameter.parse_type(type_text), statement, one.comment.rstrip("."))
    try:
        text = docstring.field_text("param", _parameter(moved, False))
    except (Refused, ValueError):
        moved = moved._replace(comment="")
        try:
            text = docstring.field_text("param", _parameter(moved, False))
        except (Refused, ValueError):
            # Among others a number with more digits than Python writes.
            return None
    return None if templating.has_template(text) else moved


def _type(one: Binding) -> str | None:
    if one.type == "None":
        return None
    if one.type != "list":
        return one.type
    values = one.value if isinstance(one.value, list) else []
    kinds = {type(value) for value in values}
    for name, kind in _SCALARS.items():
        if kinds == {kind}:
            return f"list[{name}]"
    return None


def _parameter(one: _Moved, is_fed: bool) -> Parameter:
    """As the docstring declares it; one that no directive feeds keeps its value as the default."""
    binding = one.binding
    if is_fed:
        return Parameter(binding.name, one.type, one.comment)
    source = binding.source
    if binding.type == "Path" or "\n" in source or not parameter.fits(source, one.type):
        source = repr(binding.value)
    about = f"{one.comment}." if one.comment else ""
    text = parameter.with_default(about, one.type, source)
    default, _ = parameter.default_of(text, one.type)
    return Parameter(binding.name, one.type, text, default)


def _removals(moved: Sequence[_Moved]) -> Iterator[Removal]:
    by_cell: dict[int, list[_Moved]] = {}
    for one in moved:
        by_cell.setdefault(one.cell.number, []).append(one)
    for number, ones in by_cell.items():
        source = ones[0].cell.source
        starts = [line.start() for line in _LINE.finditer(source)] + [len(source)]
        gone = {line for one in ones for line in range(one.binding.line, one.binding.last + 1)}
        spans: list[tuple[int, int]] = []
        for line in sorted(gone):
            start, stop = starts[line - 1], starts[min(line, len(starts) - 1)]
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], stop)
            else:
                spans.append((start, stop))
        left = "".join(
            source[stop:start]
            for (_, stop), (start, _) in zip(
                [(0, 0), *spans], [*spans, (len(source), 0)], strict=True
            )
        )
        if not left.strip():
            yield Removal(number, 0, len(source))
            continue
        start, stop = spans[-1]
        if stop == len(source) and start and source[stop - 1] not in "\r\n":
            # The line before is the last one now, and ends as that did: with the cell.
            start -= 2 if source.endswith("\r\n", 0, start) else 1
            spans[-1] = (start, stop)
        yield from (Removal(number, start, stop) for start, stop in spans)


# Paths


class _Paths:
    """The inputs and outputs to propose, none in the way of another."""

    def __init__(self, project: str) -> None:
        self._project = project
        self.directives: list[PathDirective] = []
        self.notes: list[Problem] = []

    def add(self, use: uses.Use) -> None:
        place = Place(None, use.cell, use.line)
        path = use.path
        if self._project and path.startswith(f"{self._project}/"):
            path = path[len(self._project) + 1 :]
        if not use.whole:
            self.notes.append(warning("proposed-open", place, path=path))
            return
        outside = path.startswith(("/", "../"))
        if outside and use.kind == "out":
            self.notes.append(warning("path-outside", place, path=path))
            return
        for other in self.directives:
            if not _overlap(path, other.path):
                continue
            if (other.kind == "in") != (use.kind == "in"):
                self.notes.append(warning("path-in-and-out", place, path=path))
                return
            if use.kind == "out":
                # What lies in the other one is covered; a folder around it isn't told apart.
                if not path.startswith(f"{other.path}/"):
                    self.notes.append(warning("path-twice", place, path=path))
                return
        kind: PathKind = use.kind
        directive = PathDirective(kind, path, use.param)
        try:
            text = docstring.field_text(f"dvc-{kind}", directive)
        except Refused:
            text = "{{"
        if templating.has_template(text):
            self.notes.append(warning("proposed-open", place, path=path))
            return
        if not use.certain:
            self.notes.append(warning("proposed-uncertain", place, path=path))
        self.directives.append(directive)


def _overlap(one: str, other: str) -> bool:
    one, other = posixpath.normpath(one), posixpath.normpath(other)
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
