"""What a row of statements reads before it has bound it, and what it binds in any case."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from . import names


class Read(NamedTuple):
    """Where a name is read first."""

    cell: int
    line: int


@dataclass
class Flow:
    """Of statements that run one after the other, at the notebook's own level.

    ``unbound`` are the names that may be read before the statements have bound them, ``bound``
    those that are bound behind them whatever happens, ``deleted`` those that are not any more.
    A function's body counts as read where it is defined: when it runs isn't known.
    """

    unbound: dict[str, Read] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)

    def follow(self, body: Iterable[ast.stmt], cell: int) -> None:
        """The statements of a cell, as the next ones that run."""
        self._run(body, cell, self.bound)

    def _run(self, body: Iterable[ast.stmt], cell: int, bound: set[str]) -> None:
        """What the statements bind in any case joins ``bound``."""
        for node in body:
            self._statement(node, cell, bound)

    def _branch(self, body: Iterable[ast.stmt], cell: int, before: set[str]) -> set[str]:
        """What is bound behind statements that may not run."""
        bound = set(before)
        self._run(body, cell, bound)
        return bound

    def _statement(self, node: ast.stmt, cell: int, bound: set[str]) -> None:
        if isinstance(node, ast.If):
            self._read([node.test], cell, bound)
            bound |= self._branch(node.body, cell, bound) & self._branch(node.orelse, cell, bound)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._read([node.iter], cell, bound)
            self._branch(node.body, cell, bound | self._bind([node.target], cell, bound))
            self._branch(node.orelse, cell, bound)
        elif isinstance(node, ast.While):
            self._read([node.test], cell, bound)
            self._branch(node.body, cell, bound)
            self._branch(node.orelse, cell, bound)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                self._read([item.context_expr], cell, bound)
                if item.optional_vars is not None:
                    bound |= self._bind([item.optional_vars], cell, bound)
            self._run(node.body, cell, bound)
        elif isinstance(node, ast.Try) or node.__class__.__name__ == "TryStar":
            bound |= self._try(node, cell, bound)
        elif isinstance(node, ast.Delete):
            gone = {target.id for target in node.targets if isinstance(target, ast.Name)}
            self._read([node], cell, bound)
            self.deleted |= gone
            bound -= gone
        else:
            found = names.of_body([node])
            self._note(found, cell, bound)
            self.deleted -= found.binds
            is_bare = isinstance(node, ast.AnnAssign) and node.value is None
            if isinstance(node, _BINDING) and not is_bare:
                bound |= found.binds

    def _try(self, node: ast.stmt, cell: int, bound: set[str]) -> set[str]:
        after = self._branch(getattr(node, "body", ()), cell, bound)
        after = self._branch(getattr(node, "orelse", ()), cell, after)
        for handler in getattr(node, "handlers", ()):
            own = {handler.name} if handler.name else set()
            self._read([handler.type] if handler.type else [], cell, bound)
            handled = self._branch(handler.body, cell, bound | own)
            if not isinstance(handler.body[-1], ast.Raise):
                after &= handled
        final = self._branch(getattr(node, "finalbody", ()), cell, bound)
        return after | final

    def _bind(self, targets: Iterable[ast.expr], cell: int, bound: set[str]) -> set[str]:
        found = names.of_body(targets)
        self._note(found, cell, bound)
        self.deleted -= found.binds
        return set(found.binds)

    def _read(self, parts: Iterable[ast.AST], cell: int, bound: set[str]) -> None:
        found = names.of_body(parts)
        self._note(found, cell, bound)
        # What `:=` binds there.
        self.deleted -= found.binds

    def _note(self, found: names.Names, cell: int, bound: set[str]) -> None:
        for name, line in found.reads.items():
            if name not in bound:
                self.unbound.setdefault(name, Read(cell, line))


_BINDING = (
    ast.Assign,
    ast.AnnAssign,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)


def immediate(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a definition that are evaluated where it stands, not when it is called."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        arguments = node.args
        yield from arguments.defaults
        yield from (default for default in arguments.kw_defaults if default is not None)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        yield from (one.annotation for one in every if one.annotation is not None)
        if not isinstance(node, ast.Lambda):
            yield from node.decorator_list
            if node.returns is not None:
                yield node.returns
    elif isinstance(node, ast.ClassDef):
        yield from node.decorator_list
        yield from node.bases
        yield from (keyword.value for keyword in node.keywords)
        for inner in node.body:
            yield from immediate(inner)
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        yield from immediate(node.value)
    else:
        yield node
