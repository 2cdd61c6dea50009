"""The directives of a step that becomes two: what stays, what goes, and what both need."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from . import cellcode, names, shell, uses
from .errors import Place, Problem, warning
from .model import Cell, Directives, Hyperparameter, Parameter, PathDirective, Text


class Division:
    """``removed`` are lines of the docstring, ``added`` what it gets, ``other`` is the new step's.

    Args:
        own: what the cells that stay read and write, ``moved`` what the others do.
        kept: those of the cells that stay that are in the script.
        params: those that are read behind the cut.
    """

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
            or (use.whole and overlap(use.path, path))
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
            is_known = any(overlap(use.path, other) for other in declared)
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


def overlap(one: str, other: str) -> bool:
    """Whether a path is the other, or lies in it."""
    one, other = posixpath.normpath(one), posixpath.normpath(other)
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
