"""A notebook seen as a step: its docstring, the cells of its script, what is worth saying."""

from __future__ import annotations

import ast
import builtins
import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath

from . import cellcode, docstring, imports, magics, names, naming, paths, script
from .errors import Place, Problem, Refused, warning
from .model import Cell, Directives, Docstring, Notebook, Step

NO_EFFECT = "# No effect"
NO_EFFECT_TAG = "no-effect"

# What only a session of IPython has; a name such as ``_12`` or ``_i3`` is one as well.
_INTERACTIVE = re.compile(r"get_ipython|In|Out|_{1,3}|_i{1,3}|_i?[0-9]+|_[ido]h")
_MENTIONS_INTERACTIVE = re.compile(rf"\b(?:{_INTERACTIVE.pattern})\b")
_FIELD = re.compile(r"^[ \t]*:(?:param|dvc-[a-z-]+)\b[^\n:]*:", re.MULTILINE)


def read(
    notebook: Notebook,
    *,
    source: str,
    script_folder: PurePath,
    root: Path,
    notebook_path: Path,
    ignore_keys: Sequence[str] = (NO_EFFECT,),
) -> Step:
    """The step of a notebook.

    Raises:
        Refused: with every error of the docstring and of the cells.
    """
    code_cells = [cell for cell in notebook.cells if cell.kind == "code"]
    first = next((cell for cell in code_cells if cellcode.holds_code(cell.source)), None)
    found = docstring.locate(first.source, first.number) if first is not None else None
    parsed = docstring.parse(found) if found is not None else None
    directives = parsed.directives if parsed is not None else Directives()
    problems = [*parsed.problems] if parsed is not None else []
    kept, dropped = _sorted_out(code_cells, first, directives, ignore_keys)
    folder = notebook_path.parent
    step = Step(
        notebook.path, source, naming.identifier(notebook_path.stem), found, directives, tuple(kept)
    )
    cells = script.code_of(step)
    problems += [problem.at(cell=cell.number) for cell, code in cells for problem in code.problems]
    if first is not None and directives.params and not is_ignored(first, ignore_keys):
        problems += _syntax_errors(first)
    sound = [(cell, code) for cell, code in cells if not code.problems]
    scope = _Scope(directives, sound, dropped)
    problems += scope.problems()
    problems += _misplaced_docstrings(code_cells, first)
    if os.path.realpath(folder) != os.path.realpath(root):
        for cell, code in sound:
            problems += [problem.at(cell=cell.number) for problem in paths.relative(code.prepared)]
    problems = [problem.at(path=notebook.path) for problem in problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise Refused(errors)
    modules = imports.beside(folder, [code.prepared for _, code in sound])
    return Step(
        step.notebook,
        step.source,
        step.name,
        found,
        directives,
        step.cells,
        (imports.relative(folder, Path(script_folder)),) if modules else (),
        tuple(PurePosixPath(imports.relative(module, root)) for module in modules),
        tuple(problems),
    )


def _sorted_out(
    cells: Sequence[Cell], first: Cell | None, directives: Directives, ignore_keys: Sequence[str]
) -> tuple[list[Cell], list[Cell]]:
    """The cells of the script, and those with code that are left out of it."""
    kept: list[Cell] = []
    dropped: list[Cell] = []
    for cell in cells:
        left_out = cell is first and bool(directives.params)
        (dropped if left_out or is_ignored(cell, ignore_keys) else kept).append(cell)
    return kept, dropped


def _syntax_errors(first: Cell) -> list[Problem]:
    """Those of the first cell, which has to run in the notebook though it isn't in the script.

    A magic in it, of whatever kind, is the notebook's own.
    """
    found = cellcode.read(first.source).problems
    syntax = [problem for problem in found if problem.code in ("cell-syntax", "cell-return")]
    return [problem.at(cell=first.number) for problem in syntax]


def is_ignored(cell: Cell, ignore_keys: Sequence[str]) -> bool:
    """Whether the cell says that it has no effect: by its tag, or by an ignore key in a comment."""
    if NO_EFFECT_TAG in cell.tags:
        return True
    keys = [key for key in ignore_keys if key and key in cell.source]
    if not keys:
        return False
    comments = magics.comments(magics.prepare(cell.source))
    return any(key in comment for key in keys for comment in comments)


class _Scope:
    """The names of the notebook's own scope, over all cells."""

    def __init__(
        self,
        directives: Directives,
        kept: list[tuple[Cell, cellcode.CellCode]],
        dropped: list[Cell],
    ) -> None:
        self._params = {parameter.name for parameter in directives.params}
        self._kept = kept
        self._dropped = dropped
        self._bound: set[str] | None = None

    def problems(self) -> Iterator[Problem]:
        yield from self._interactive()
        yield from self._bound_in_dropped()

    def _is_bound(self, name: str) -> bool:
        if self._bound is None:
            self._bound = set(self._params)
            for _, code in self._kept:
                self._bound |= names.of(code.prepared).binds
        return name in self._bound

    def _interactive(self) -> Iterator[Problem]:
        """Reads of what only IPython binds; a word alone on its line may be a magic."""
        for cell, code in self._kept:
            words = [need.partition(":")[2] for need in code.needs if need.startswith("automagic:")]
            if words and not hasattr(builtins, words[0]) and not self._is_bound(words[0]):
                place = Place(None, cell.number, names.of(code.prepared).reads.get(words[0], 1))
                yield Problem("cell-automagic", {"word": words[0]}, place)
            if not mentions_interactive(code.prepared):
                continue
            for name, line in names.of(code.prepared).unguarded.items():
                if _INTERACTIVE.fullmatch(name) and not self._is_bound(name):
                    yield Problem(
                        "name-interactive", {"name": name}, Place(None, cell.number, line)
                    )

    def _bound_in_dropped(self) -> Iterator[Problem]:
        """Names that nothing in the script binds, though a cell that is left out does."""
        bound: dict[str, int] = {}
        starred: int | None = None
        for cell in self._dropped:
            found = names.of(_without_magics(cell.source))
            for name in found.binds:
                bound.setdefault(name, cell.number)
            if found.star and starred is None:
                starred = cell.number
        for cell, code in self._kept:
            for name in code.gone:
                bound.setdefault(name, cell.number)
        if starred is not None:
            self._add_unbound(bound, starred)
        if not bound:
            return
        mention = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(bound)))})(?!\w)")
        for cell, code in self._kept:
            if mention.search(code.prepared) is None and "_mlvtools_" not in code.prepared:
                continue
            for name, line in names.of(code.prepared).reads.items():
                if name in bound and not self._is_bound(name) and bound[name] < cell.number:
                    place = Place(None, cell.number, line)
                    yield warning("name-dropped", place, name=name, bound=bound[name])

    def _add_unbound(self, bound: dict[str, int], starred: int) -> None:
        """What nothing binds may be what ``import *`` brought in a cell that is left out."""
        every = [names.of(code.prepared) for _, code in self._kept]
        if any(found.star for found in every):
            return
        for found in every:
            for name in found.unguarded:
                if not hasattr(builtins, name) and not name.startswith("_") and name != "display":
                    bound.setdefault(name, starred)


def _without_magics(source: str) -> str:
    """A cell's Python, to see what it binds; where it is none, an empty text."""
    code = cellcode.read(source)
    if not code.problems:
        return code.prepared
    plain = re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", code.prepared)
    again = cellcode.read(plain)
    return "" if again.problems else again.prepared


@lru_cache(maxsize=20_000)
def mentions_interactive(prepared: str) -> bool:
    """Whether a name of IPython's session may be read in the code."""
    return _MENTIONS_INTERACTIVE.search(prepared) is not None


def _misplaced_docstrings(cells: Sequence[Cell], first: Cell | None) -> Iterator[Problem]:
    """Fields in a string that begins another cell, or stands below other code of the first."""
    for cell in cells:
        if ":dvc-" not in cell.source and ":param" not in cell.source:
            continue
        found: Docstring | None = docstring.locate(cell.source, cell.number)
        if cell is not first and found is not None and _FIELD.search(found.text):
            yield warning("docstring-not-first", Place(None, cell.number, found.lines[0]))
        elif cell is first and found is None:
            line = next(_strings_with_fields(cellcode.read(cell.source)), None)
            if line is not None:
                yield warning("docstring-not-first", Place(None, cell.number, line))


def _strings_with_fields(code: cellcode.CellCode) -> Iterator[int]:
    """The lines of statements that are only a string, in which there are fields."""
    for node in () if code.problems else cellcode.parse(code.prepared).body:
        value = node.value if isinstance(node, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if _FIELD.search(value.value):
                yield node.lineno
