"""A notebook cut in two: the texts of both, each a step that has what it needs."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from . import bindings, cellcode, crossing, docstring, names, shell, uses
from .docstring_edit import Add, Remove, edit
from .errors import Place, Problem, Refused, warning
from .model import Cell, Directives, Hyperparameter, Parameter, PathDirective, Text
from .step import is_ignored

_EXTENSION = ".pkl"


class Kept(NamedTuple):
    """A variable and its file, relative to the project."""

    name: str
    path: str
    certain: bool


@dataclass(frozen=True)
class Split:
    """``first`` is the first code cell as it becomes, ``append`` goes to the notebook's end.

    ``other`` are the cells of the new notebook that come before those that move.
    """

    crossing: tuple[Kept, ...]
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
        self._notes += found.problems
        kept = self._files(found.variables)
        sides = _Sides(self._directives, self._uses(own), self._uses(moved), own, found.params)
        sides.divide()
        problems = [one for one in sides.problems if one.severity == "error"]
        if problems:
            raise Refused(problem.at(cell=self._first.number) for problem in problems)
        self._notes += (problem.at(cell=self._first.number) for problem in sides.problems)
        writes = tuple(PathDirective("out", one.path) for one in kept)
        reads = tuple(PathDirective("in", one.path) for one in kept)
        first = self._own_first(sides, writes)
        other = replace(sides.other, paths=(*reads, *sides.other.paths))
        if other == Directives():
            other = replace(other, desc=Text(self._around.title))
        pickling = self._pickling()
        return Split(
            tuple(kept),
            first,
            (pickling.written(kept),) if kept else (),
            tuple(
                text
                for text in (
                    self._other_first(other),
                    "\n".join(found.imports),
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
                clash = any(_overlap(folder, other) for other in others)
                if not clash and not self._around.is_taken(folder):
                    return [
                        Kept(one.name, f"{folder}/{file}{_EXTENSION}", one.certain)
                        for one, file in zip(variables, _distinct(variables), strict=True)
                    ]
        raise Refused.of("split-no-folder", Place(None, self._first.number))

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

    def _own_first(self, sides: _Sides, writes: Sequence[PathDirective]) -> str:
        source = self._first.source
        try:
            for line in sorted(sides.removed, reverse=True):
                source = edit(source, Remove(line))
            for one in (*sides.added, *writes):
                source = edit(source, Add(docstring.field_text(f"dvc-{one.kind}", one)))
        except Refused as error:
            places = (p._replace(place=Place(None, self._first.number)) for p in error.problems)
            raise Refused(places) from None
        return source

    def _other_first(self, directives: Directives) -> str:
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
        for param in directives.params:
            if param.name in bound:
                lines.append(f"{param.name} = {bound[param.name].source}")
            elif param.default is not None:
                lines.append(f"{param.name} = {param.default}")
            else:
                place = Place(None, self._first.number)
                self._notes.append(warning("split-value", place, name=param.name))
        return "\n".join([source.rstrip("\n"), *lines])


class _Sides:
    """The directives of both steps: what stays, what goes, and what both need."""

    def __init__(
        self,
        directives: Directives,
        own: Sequence[uses.Use],
        moved: Sequence[uses.Use],
        kept: Sequence[Cell],
        params: set[str],
    ) -> None:
        self._directives = directives
        self._own_uses, self._moved_uses = own, moved
        self._own_reads = {
            name for cell in kept for name in names.of(cellcode.read(cell.source).prepared).reads
        }
        self._moved_reads = set(params)
        self.removed: list[int] = []
        self.added: list[PathDirective] = []
        self.problems: list[Problem] = []
        self.other = Directives()
        # Params that a directive which stays hands over.
        self._needed: set[str] = set()

    def divide(self) -> None:
        paths: list[PathDirective] = []
        for one in self._directives.paths:
            stays, goes = self._path(one)
            paths += [goes] if goes is not None else []
            self._leave(one.line, one.param, stays)
        paths += self._undeclared()
        self._moved_reads |= {one.param for one in paths if one.param is not None}
        hypers: list[Hyperparameter] = []
        for hyper in self._directives.hyperparameters:
            name = hyper.param
            needed = name is None or name in self._moved_reads
            hypers += [hyper] if needed else []
            self._leave(hyper.line, name, name is None or not needed or name in self._own_reads)
        extras = [one for one in self._directives.extras if self._extra(one)]
        params: list[Parameter] = []
        for param in self._directives.params:
            needed = param.name in self._moved_reads
            params += [param] if needed else []
            stays = not needed or param.name in self._own_reads | self._needed
            if not stays:
                self.removed.append(param.line)
        self.other = Directives(
            params=tuple(params),
            paths=tuple(paths),
            extras=tuple(extras),
            hyperparameters=tuple(hypers),
        )

    def _leave(self, line: int, param: str | None, stays: bool) -> None:
        if not stays:
            self.removed.append(line)
        elif param is not None:
            self._needed.add(param)

    def _path(self, one: PathDirective) -> tuple[bool, PathDirective | None]:
        """Whether it stays, and what the new step has of it."""
        own, moved = self._evidence(one, self._own_uses), self._evidence(one, self._moved_uses)
        own_reads = one.param in self._own_reads
        moved_reads = one.param in self._moved_reads
        if one.kind == "in":
            goes = bool(moved) or moved_reads
            return bool(own) or own_reads or not goes, one if goes else None
        if "out" in own and "out" in moved:
            problem = Problem("split-output-both", {"path": one.path}).at(line=one.line)
            self.problems.append(problem._replace(place=Place()))
            return True, None
        as_input = PathDirective("in", one.path, one.param if moved_reads else None)
        if "out" in moved:
            return False, one
        if "out" in own:
            return True, as_input if moved or moved_reads else None
        if moved_reads and not own_reads and "in" not in moved:
            return False, one
        if not (own_reads and not moved_reads):
            self.problems.append(warning("split-unclear", path=one.path))
        return True, as_input if "in" in moved or moved_reads else None

    def _evidence(self, one: PathDirective, found: Sequence[uses.Use]) -> set[str]:
        path = posixpath.normpath(one.path)
        return {
            use.kind
            for use in found
            if (use.param is not None and use.param == one.param)
            or (use.whole and _overlap(use.path, path))
        }

    def _undeclared(self) -> list[PathDirective]:
        """Files that go from one to the other, though no directive said so."""
        declared = [posixpath.normpath(one.path) for one in self._directives.paths]
        found: list[PathDirective] = []
        for use in self._moved_uses:
            made = any(
                other.kind == "out" and other.whole and other.path == use.path
                for other in self._own_uses
            )
            is_known = any(_overlap(use.path, other) for other in declared)
            inside = not use.path.startswith(("/", "../"))
            if use.kind == "in" and use.whole and made and not is_known and inside:
                self.added.append(PathDirective("out", use.path))
                found.append(PathDirective("in", use.path))
        return found

    def _extra(self, one: Text) -> bool:
        """Whether the new step has it; it stays where a param that it names does."""
        options = {param.option: param.name for param in self._directives.params}
        given: set[str] = set()
        for option in shell.options(one.text):
            given |= {name for known, name in options.items() if known.startswith(option)}
        goes = bool(given) and given <= self._moved_reads
        stays = not goes or bool(given & self._own_reads)
        if stays:
            self._needed |= given
        else:
            self.removed.append(one.line)
        if given & self._moved_reads and not goes:
            self.problems.append(warning("split-extra", text=one.text))
        return goes


@dataclass(frozen=True)
class _Pickling:
    """Cells that write and read variables; each prefix keeps a name of the notebook's own free."""

    pickle: str
    path: str

    def written(self, kept: Sequence[Kept]) -> str:
        folder = posixpath.dirname(kept[0].path)
        return "\n".join(
            [
                self._imports(),
                f"{self.path}Path({_quoted(folder)}).mkdir(parents=True, exist_ok=True)",
                *(
                    f"{self.path}Path({_quoted(one.path)})"
                    f".write_bytes({self.pickle}pickle.dumps({one.name}))"
                    for one in kept
                ),
            ]
        )

    def read(self, kept: Sequence[Kept]) -> str:
        if not kept:
            return ""
        return "\n".join(
            [
                self._imports(),
                *(
                    f"{one.name} = {self.pickle}pickle.loads("
                    f"{self.path}Path({_quoted(one.path)}).read_bytes())"
                    for one in kept
                ),
            ]
        )

    def _imports(self) -> str:
        pickle = "import pickle" + (f" as {self.pickle}pickle" if self.pickle else "")
        path = "from pathlib import Path" + (f" as {self.path}Path" if self.path else "")
        return f"{pickle}\n{path}\n"


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


def _overlap(one: str, other: str) -> bool:
    one, other = posixpath.normpath(one), posixpath.normpath(other)
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
