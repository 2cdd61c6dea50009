"""What crosses a cut through a notebook: variables as files, imports and definitions as text."""

from __future__ import annotations

import ast
import builtins
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from . import names, picklable, statement
from .errors import Place, Problem, warning
from .flow import Flow, Read, immediate
from .model import Cell
from .statement import Statement

_DYNAMIC = frozenset({"exec", "eval", "globals", "locals", "vars"})


class Variable(NamedTuple):
    """``certain``: it is bound in any case, to what can be kept in a file as far as one can see."""

    name: str
    certain: bool


@dataclass
class Crossing:
    """All that the cells behind the cut need of those before it.

    ``imports``, ``guarded`` (those under a condition) and the definitions are text for the new
    notebook: ``early`` goes before all variables are there, ``late`` needs those of ``first`` at
    once. ``definitions`` are the names of what is repeated besides ``imports``. ``params`` are
    those that are read behind the cut.
    """

    variables: list[Variable] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    guarded: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    params: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def find(
    own: Sequence[tuple[Cell, bool]], moved: Sequence[Cell], params: Iterable[str]
) -> Crossing:
    """What crosses.

    Args:
        own: the cells before the cut, and whether each is in the script.
        moved: those behind it that are in the script.
        params: the step's; one that the cells bind anew is a variable.
    """
    return _Search(own, moved, frozenset(params)).result()


class _Search:
    def __init__(
        self, own: Sequence[tuple[Cell, bool]], moved: Sequence[Cell], params: frozenset[str]
    ) -> None:
        self._statements = [one for cell, kept in own for one in statement.of_cell(cell, kept)]
        self._number = {id(one.node): number for number, one in enumerate(self._statements)}
        self._before = Flow()
        for one in self._statements:
            if one.kept:
                self._before.follow([one.node], one.cell.number)
        self._after = Flow()
        self._moved = [node for cell in moved for node in statement.body(cell)]
        for cell in moved:
            self._after.follow(statement.body(cell), cell.number)
        self._binders: dict[str, list[Statement]] = {}
        for one in self._statements:
            for name in one.binds:
                self._binders.setdefault(name, []).append(one)
        rebound = {name for name in params if any(one.kept for one in self._binders.get(name, ()))}
        self._params = params - rebound
        self._found = Crossing()
        self._variables: dict[str, Read] = {}
        self._repeated: dict[int, Statement] = {}
        self._aliases: dict[tuple[int, str], None] = {}
        self._unknown: set[str] = set()
        self._done: set[str] = set()
        self._queue: deque[tuple[str, Read]] = deque()
        self._has_classes = False
        self._definitions: dict[str, bool] = {}

    def result(self) -> Crossing:
        self._queue += self._after.unbound.items()
        while self._queue:
            self._need(*self._queue.popleft())
        self._order()
        self._star_imports()
        self._say()
        self._found.problems.sort(key=lambda one: (one.place.cell or 0, one.place.line or 0))
        return self._found

    def _need(self, name: str, read: Read) -> None:
        if name in self._done:
            return
        self._done.add(name)
        if name in self._params:
            self._found.params.add(name)
            return
        binders = self._binders.get(name, [])
        if not binders:
            self._unknown.add(name)
        elif name in self._before.deleted and name not in self._before.bound:
            # It isn't there behind the cut either.
            return
        elif all(isinstance(one.node, statement.IMPORTS) for one in binders):
            self._aliases.update({(self._number[id(one.node)], name): None for one in binders})
        elif self._is_definition(name):
            for one in binders:
                self._repeat(one)
        elif statement.is_guarded_import(binders):
            self._repeat(binders[-1])
        else:
            self._variable(name, read, binders)

    def _variable(self, name: str, read: Read, binders: list[Statement]) -> None:
        kept = [one for one in binders if one.kept]
        if not kept:
            place = Place(None, read.cell, read.line)
            where = binders[-1].cell.number
            self._found.problems.append(warning("split-dropped", place, name=name, bound=where))
            return
        for one in kept:
            what = self._obstacle(name, one)
            if what is not None:
                args: dict[str, str | int] = {"name": name, "what": what, "cell": read.cell}
                self._found.problems.append(Problem("split-uncrossable", args, one.place))
                return
        self._variables[name] = read
        for one in kept:
            self._hold(statement.values(one.node, name))

    def _obstacle(self, name: str, one: Statement) -> str | None:
        if any(isinstance(inner, statement.IMPORTS) for inner in statement.within(one.node, name)):
            return "a module, or what is imported under a condition"
        if any(
            isinstance(inner, statement.DEFINITIONS) for inner in statement.within(one.node, name)
        ):
            return "a function or a class that is defined under a condition, or bound twice"
        for value in statement.values(one.node, name):
            what = picklable.obstacle(value, self._generators, self._modules)
            if what is not None:
                return what
        return None

    @cached_property
    def _generators(self) -> set[str]:
        found = set()
        for one in self._statements:
            if isinstance(one.node, ast.FunctionDef | ast.AsyncFunctionDef) and statement.yields(
                one.node
            ):
                found.add(one.node.name)
        return found

    @cached_property
    def _modules(self) -> set[str]:
        return {
            alias.asname or alias.name.partition(".")[0]
            for one in self._statements
            if isinstance(one.node, ast.Import)
            for alias in one.node.names
        }

    # What the things that cross need themselves

    def _is_definition(self, name: str) -> bool:
        if name not in self._definitions:
            self._definitions[name] = statement.is_definition(self._binders[name], name)
        return self._definitions[name]

    def _repeat(self, one: Statement) -> None:
        number = self._number[id(one.node)]
        if number not in self._repeated:
            self._repeated[number] = one
            for name, line in names.of_body([one.node]).reads.items():
                self._queue.append((name, Read(one.cell.number, line)))

    def _hold(self, values: list[ast.expr]) -> None:
        """Classes whose objects a variable may hold, and functions that it may: a pickle only has
        their names."""
        if values and all(map(picklable.is_plain, values)):
            return
        for value in values:
            for name, line in statement.referred(value, self._binders):
                if name not in self._done and self._is_definition(name):
                    self._queue.append((name, Read(0, line)))
        if self._has_classes:
            return
        self._has_classes = True
        for one in self._statements:
            if one.kept and statement.defines_class(one.node):
                place = Read(one.cell.number, one.node.lineno)
                self._queue += ((name, place) for name in one.binds)

    # The order of the new notebook

    def _order(self) -> None:
        found = self._found
        found.variables = [
            Variable(name, self._is_certain(name))
            for name in sorted(self._variables, key=self._first_bound)
        ]
        for (number, name), _ in sorted(self._aliases.items()):
            text = statement.import_of(self._statements[number].node, name)
            if text not in found.imports:
                found.imports.append(text)
        needed: set[str] = set()
        late: set[str] = set()
        for _, one in sorted(self._repeated.items()):
            found.definitions += sorted(one.binds - set(found.definitions))
            if isinstance(one.node, ast.Try | ast.If):
                found.guarded.append(one.text)
                continue
            reads = set(names.of_body(list(immediate(one.node))).reads)
            if reads & (self._variables.keys() | late):
                needed |= reads & self._variables.keys()
                late |= one.binds
                found.late.append(one.text)
            else:
                found.early.append(one.text)
        found.first = [one.name for one in found.variables if one.name in needed]

    def _first_bound(self, name: str) -> tuple[int, str]:
        return self._number[id(self._binders[name][0].node)], name

    def _is_certain(self, name: str) -> bool:
        if name not in self._before.bound:
            return False
        values = [
            value for one in self._binders[name] for value in statement.values(one.node, name)
        ]
        return not any(
            isinstance(value, ast.Attribute)
            and picklable.dotted(value).partition(".")[0] in self._modules
            for value in values
        )

    def _star_imports(self) -> None:
        """``import *`` where something may come from it; and ``from __future__`` in any case."""
        found = self._found
        futures = []
        stars = []
        unknown = any(not hasattr(builtins, name) for name in self._unknown)
        for one in self._statements:
            if not isinstance(one.node, ast.ImportFrom):
                continue
            if one.node.module == "__future__" and one.text not in futures:
                futures.append(one.text)
            if unknown and one.node.names[0].name == "*" and one.text not in stars:
                stars.append(one.text)
        others = [text for text in found.imports if text not in futures]
        found.imports = [*futures, *stars, *others]

    # What is worth saying

    def _say(self) -> None:
        problems = self._found.problems
        for name, read in self._after.unbound.items():
            if name in _DYNAMIC and name not in self._binders:
                place = Place(None, read.cell, read.line)
                problems.append(warning("split-dynamic", place, name=name))
        starred = any(text.endswith("*") for text in self._found.imports)
        for name, read in self._after.unbound.items() if not starred else ():
            if name in self._unknown and not hasattr(builtins, name) and not _is_given(name):
                place = Place(None, read.cell, read.line)
                problems.append(warning("split-unbound", place, name=name))
        used = {name for name in self._after.unbound if name in self._binders}
        for one in self._statements:
            said = statement.setting(one.node) if one.kept else None
            if said is not None and (said == "%env" or said.partition(".")[0] in used):
                problems.append(warning("split-setting", one.place, call=said))
            problems += self._shared(one)
        for variable in self._found.variables:
            if not variable.certain:
                read = self._variables[variable.name]
                problems.append(
                    warning(
                        "split-uncertain", Place(None, read.cell, read.line), name=variable.name
                    )
                )

    def _shared(self, one: Statement) -> Iterator[Problem]:
        """Two names of one object, which becomes two."""
        node = one.node
        if not isinstance(node, ast.Assign) or picklable.is_plain(node.value):
            return
        every = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if isinstance(node.value, ast.Name):
            every.append(node.value.id)
        crossing = [name for name in every if name in self._variables]
        if len(crossing) > 1:
            args = {"name": crossing[0], "other": crossing[1]}
            yield Problem("split-shared", args, one.place, "warning")


def _is_given(name: str) -> bool:
    """Whether Python or IPython has the name without anybody binding it."""
    return name.startswith("_") or name in ("display", "get_ipython", "In", "Out", "exit", "quit")
