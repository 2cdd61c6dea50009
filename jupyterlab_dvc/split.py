"""A notebook cut in two: the texts of both, each a step that has what it needs."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from . import bindings, cellcode, crossing, docstring, names, parameter, uses
from .division import Division, overlap
from .docstring_edit import Add, Remove, edit
from .errors import Place, Problem, Refused, warning
from .model import (
    Cell,
    Directives,
    Parameter,
    ParamType,
    PathDirective,
    PathKind,
    Text,
)
from .step import is_ignored

_EXTENSION = ".pkl"
_MOST = 200
"""Variables that may cross: each is a file."""


class Kept(NamedTuple):
    """A variable and its file, relative to the project.

    ``param`` hands the path over where the notebook runs in another folder than its script.
    """

    name: str
    path: str
    certain: bool
    param: str | None = None


@dataclass(frozen=True)
class Split:
    """``first`` is the first code cell as it becomes, ``append`` goes to the notebook's end.

    ``other`` are the cells of the new notebook that come before those that move; ``repeated`` says
    what of this notebook is in them: its imports, and the names of functions and classes.
    """

    crossing: tuple[Kept, ...]
    repeated: tuple[str, ...]
    first: str
    append: tuple[str, ...]
    other: tuple[str, ...]
    moved: tuple[int, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True)
class Surroundings:
    """``folder`` is the notebook's, relative to the project; ``stage`` the name for a data folder.

    ``is_taken`` tells of a path (relative to the project) whether anything is, or will be, there.
    """

    ignore_keys: Sequence[str]
    folder: str
    stage: str
    title: str
    is_taken: Callable[[str], bool]


def split(cells: Sequence[Cell], at: int, around: Surroundings) -> Split:
    """The notebook with the cells from the one numbered ``at`` on as a step of their own.

    Args:
        cells: all code cells.

    Raises:
        Refused: there is no code on one side of the cut, a cell has errors, the step is a whole
            command, or something can't cross.
    """
    return _Cut(cells, at, around).split()


class _Cut:
    def __init__(self, cells: Sequence[Cell], at: int, around: Surroundings) -> None:
        self._around = around
        self._own = [cell for cell in cells if cell.number < at]
        self._moved = [cell for cell in cells if cell.number >= at]
        with_code = [cell for cell in cells if cellcode.holds_code(cell.source)]
        if not with_code or with_code[0].number >= at:
            raise Refused.of("split-nothing-before", Place(None, at))
        if with_code[-1].number < at:
            raise Refused.of("split-nothing-after", Place(None, at))
        self._first = with_code[0]
        found = docstring.locate(self._first.source, self._first.number)
        parsed = docstring.parse(found) if found is not None else None
        if parsed is not None and parsed.errors:
            raise Refused(parsed.errors)
        self._directives = parsed.directives if parsed is not None else Directives()
        if self._directives.command is not None:
            raise Refused.of("split-command", Place(None, self._first.number))
        self._notes: list[Problem] = []

    def split(self) -> Split:
        own, moved = self._kept(self._own), self._kept(self._moved)
        errors = [
            problem.at(cell=cell.number)
            for cell in (*own, *moved)
            for problem in cellcode.read(cell.source).problems
        ]
        if errors:
            raise Refused(errors)
        if not moved:
            raise Refused.of("split-nothing-after", Place(None, self._moved[0].number))
        declared = [one.name for one in self._directives.params]
        numbers = {cell.number for cell in own}
        found = crossing.find(
            [(cell, cell.number in numbers) for cell in self._own], moved, declared
        )
        problems = [one for one in found.problems if one.severity == "error"]
        if problems:
            raise Refused(problems)
        if len(found.variables) > _MOST:
            args: dict[str, str | int] = {"count": len(found.variables), "most": _MOST}
            raise Refused(Problem("split-many", args, Place(None, moved[0].number)))
        self._notes += found.problems
        kept = self._files(found.variables)
        sides = Division(self._directives, self._uses(own), self._uses(moved), own, found.params)
        sides.divide()
        problems = [one for one in sides.problems if one.severity == "error"]
        if problems:
            raise Refused(problem.at(cell=self._first.number) for problem in problems)
        self._notes += (problem.at(cell=self._first.number) for problem in sides.problems)
        first = self._own_first(sides, kept)
        other = replace(
            sides.other,
            params=(*_params(kept), *sides.other.params),
            paths=(*_paths("in", kept), *sides.other.paths),
        )
        if other == Directives():
            other = replace(other, desc=Text(self._around.title))
        pickling = self._pickling()
        return Split(
            tuple(kept),
            (*found.imports, *found.definitions),
            first,
            (pickling.written(kept),) if kept else (),
            tuple(
                text
                for text in (
                    self._other_first(other, kept),
                    "\n".join([*found.imports, *found.guarded]),
                    "\n\n\n".join(found.early),
                    pickling.read([one for one in kept if one.name in found.first]),
                    "\n\n\n".join(found.late),
                    pickling.read([one for one in kept if one.name not in found.first]),
                )
                if text
            ),
            tuple(cell.number for cell in self._moved),
            tuple(self._notes),
        )

    def _kept(self, cells: Sequence[Cell]) -> list[Cell]:
        """Those of the script."""
        return [
            cell
            for cell in cells
            if cellcode.holds_code(cell.source)
            and not is_ignored(cell, self._around.ignore_keys)
            and not (cell is self._first and self._directives.params)
        ]

    def _uses(self, cells: Sequence[Cell]) -> list[uses.Use]:
        codes = []
        for cell in (*self._own, *self._moved):
            code = cellcode.read(cell.source)
            codes.append("" if code.problems else code.prepared)
        first = cellcode.read(self._first.source)
        known = uses.values(self._directives, "" if first.problems else first.prepared, codes)
        paths = {one.param: one.path for one in self._directives.paths if one.param is not None}
        params = {name: paths.get(name) if v is None else v for name, v in known.params.items()}
        return uses.find(cells, uses.Values(params, known.constants), self._around.folder)

    # Files of variables

    def _files(self, variables: Sequence[crossing.Variable]) -> list[Kept]:
        if not variables:
            return []
        others = [posixpath.normpath(path.path) for path in self._directives.paths]
        for number in range(1, 1_000):
            suffix = "" if number == 1 else f"-{number}"
            for folder in (
                f"data/{self._around.stage}{suffix}",
                f"{self._around.stage}-data{suffix}",
            ):
                clash = any(overlap(folder, other) for other in others)
                if not clash and not self._around.is_taken(folder):
                    return [
                        Kept(one.name, f"{folder}/{file}{_EXTENSION}", one.certain, param)
                        for one, file, param in zip(
                            variables, _distinct(variables), self._names(variables), strict=True
                        )
                    ]
        raise Refused.of("split-no-folder", Place(None, self._first.number))

    def _names(self, variables: Sequence[crossing.Variable]) -> list[str | None]:
        """A param for each file, where a path relative to the project isn't one for the kernel."""
        if not self._around.folder or not self._has_room_for_params():
            return [None] * len(variables)
        taken = {one.name for one in self._directives.params}
        for cell in (*self._own, *self._moved):
            code = cellcode.read(cell.source)
            found = names.of(code.prepared) if not code.problems else names.Names()
            taken |= found.binds | found.reads.keys()
        chosen: list[str | None] = []
        for one in variables:
            name, number = f"{one.name.strip('_') or 'value'}_file", 1
            while name in taken or parameter.check_name(name) is not None:
                number += 1
                name = f"{one.name.strip('_') or 'value'}_file_{number}"
            taken.add(name)
            chosen.append(name)
        return chosen

    def _has_room_for_params(self) -> bool:
        """Whether a param may be declared: it takes the first cell out of the script."""
        if self._directives.params:
            return True
        body = cellcode.parse(cellcode.read(self._first.source).prepared).body
        return len(body) == 1 and docstring.locate(self._first.source, 1) is not None

    def _pickling(self) -> _Pickling:
        bound: dict[str, set[str]] = {}
        for cell in self._own:
            code = cellcode.read(cell.source)
            for one in () if code.problems else cellcode.parse(code.prepared).body:
                for name in names.of_body([one]).binds:
                    bound.setdefault(name, set()).add(type(one).__name__)
        taken = {name for name, kinds in bound.items() if kinds - {"Import", "ImportFrom"}}
        taken |= {one.name for one in self._directives.params}
        return _Pickling("_" * ("pickle" in taken), "_" * ("Path" in taken))

    # First cells

    def _own_first(self, sides: Division, written: Sequence[Kept]) -> str:
        source = self._first.source
        try:
            for line in sorted(sides.removed, reverse=True):
                source = edit(source, Remove(line))
            for param in _params(written):
                source = edit(source, Add(docstring.field_text("param", param)))
            for one in (*sides.added, *_paths("out", written)):
                source = edit(source, Add(docstring.field_text(f"dvc-{one.kind}", one)))
        except Refused as error:
            places = (p._replace(place=Place(None, self._first.number)) for p in error.problems)
            raise Refused(places) from None
        bound = self._bound(written)
        return "\n".join([source.rstrip("\n"), *bound]) if bound else source

    def _bound(self, kept: Sequence[Kept]) -> list[str]:
        """Where the files are as seen from the notebook's folder."""
        return [
            f"{one.param} = {_quoted(posixpath.relpath(one.path, self._around.folder))}"
            for one in kept
            if one.param is not None
        ]

    def _other_first(self, directives: Directives, kept: Sequence[Kept]) -> str:
        source = ""
        items: tuple[tuple[str, docstring.Item], ...] = (
            *(("param", one) for one in directives.params),
            *((f"dvc-{one.kind}", one) for one in directives.paths),
            *(("dvc-extra", one) for one in directives.extras),
            *(("dvc-param", one) for one in directives.hyperparameters),
            *(("dvc-desc", one) for one in [directives.desc] if one is not None),
        )
        for key, item in items:
            source = edit(source, Add(docstring.field_text(key, item)))
        bound = {}
        for cell in self._own:
            if cell is self._first:
                code = cellcode.read(cell.source)
                bound = {one.name: one for one in bindings.of(code.prepared)}
        lines = []
        called = [bound[one.name] for one in directives.params if one.name in bound]
        if any(one.source.startswith("pathlib.") for one in called):
            lines.append("import pathlib")
        if any(one.source.startswith("Path(") for one in called):
            lines.append("from pathlib import Path")
        lines += self._bound(kept)
        ours = {one.param for one in kept}
        for param in directives.params:
            if param.name in ours:
                continue
            if param.name in bound:
                lines.append(f"{param.name} = {bound[param.name].source}")
            elif param.default is not None:
                # Over several lines it is one expression only in parentheses.
                several = "\n" in param.default
                value = f"({param.default})" if several else param.default
                lines.append(f"{param.name} = {value}")
            else:
                place = Place(None, self._first.number)
                self._notes.append(warning("split-value", place, name=param.name))
        return "\n".join([source.rstrip("\n"), *lines])


@dataclass(frozen=True)
class _Pickling:
    """Cells that write and read variables; each prefix keeps a name of the notebook's own free."""

    pickle: str
    path: str

    def written(self, kept: Sequence[Kept]) -> str:
        lines = [self._imports()]
        if kept[0].param is None:
            folder = _quoted(posixpath.dirname(kept[0].path))
            lines.append(f"{self.path}Path({folder}).mkdir(parents=True, exist_ok=True)")
        for one in kept:
            if one.param is not None:
                lines.append(f"{self._file(one)}.parent.mkdir(parents=True, exist_ok=True)")
            value = f"{self.pickle}pickle.dumps({one.name})"
            lines.append(f"{self._file(one)}.write_bytes({value})")
        return "\n".join(lines)

    def read(self, kept: Sequence[Kept]) -> str:
        if not kept:
            return ""
        loads = f"{self.pickle}pickle.loads"
        lines = [f"{one.name} = {loads}({self._file(one)}.read_bytes())" for one in kept]
        return "\n".join([self._imports(), *lines])

    def _file(self, one: Kept) -> str:
        return f"{self.path}Path({one.param or _quoted(one.path)})"

    def _imports(self) -> str:
        pickle = "import pickle" + (f" as {self.pickle}pickle" if self.pickle else "")
        path = "from pathlib import Path" + (f" as {self.path}Path" if self.path else "")
        return f"{pickle}\n{path}\n"


def _params(kept: Sequence[Kept]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(one.param, ParamType("str", source="str"), f"Where `{one.name}` is kept")
        for one in kept
        if one.param is not None
    )


def _paths(kind: PathKind, kept: Sequence[Kept]) -> tuple[PathDirective, ...]:
    return tuple(PathDirective(kind, one.path, one.param) for one in kept)


def _quoted(path: str) -> str:
    return f'"{path}"'


def _distinct(variables: Sequence[crossing.Variable]) -> list[str]:
    """A file name for each, also where a file system takes ``X`` for ``x``."""
    found: list[str] = []
    seen: set[str] = set()
    for one in variables:
        name, number = one.name, 1
        while name.lower() in seen:
            number += 1
            name = f"{one.name}-{number}"
        seen.add(name.lower())
        found.append(name)
    return found
