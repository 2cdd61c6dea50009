"""The statements at a cell's own level: what each binds, to what, and its text."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from . import cellcode, names, picklable
from .errors import Place
from .model import Cell

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
# What a module remembers, by the function that tells it: seeds, options, folders, paths.
_SETTING = re.compile(
    r"(?:^|\.)(?:\w*seed|set_\w+|use|config|basicConfig|chdir|setlocale|putenv|filterwarnings"
    r"|simplefilter|setrecursionlimit|environ\.\w+|path\.(?:append|insert|extend))$"
)


@lru_cache(maxsize=100)
def _lines(prepared: str) -> tuple[str, ...]:
    return tuple(prepared.split("\n"))


class Statement(NamedTuple):
    """A statement at a cell's own level; ``kept``: it is in the script."""

    cell: Cell
    node: ast.stmt
    kept: bool
    binds: frozenset[str]

    @property
    def place(self) -> Place:
        return Place(None, self.cell.number, self.node.lineno)

    @property
    def text(self) -> str:
        """As it stands in the cell, without what else is on its lines."""
        lines = _lines(cellcode.read(self.cell.source).prepared)
        decorators = getattr(self.node, "decorator_list", [])
        first = min([self.node.lineno, *(one.lineno for one in decorators)])
        last = self.node.end_lineno or self.node.lineno
        part = list(lines[first - 1 : last])
        if not decorators:
            # The parser counts bytes.
            part[-1] = part[-1].encode()[: self.node.end_col_offset].decode("utf-8", "replace")
            part[0] = part[0].encode()[self.node.col_offset :].decode("utf-8", "replace")
        text = "\n".join(part)
        if "_mlvtools_" in text:
            # A shell line or another magic in it, which the new notebook has as it was typed.
            typed = re.split(r"\r\n|\r|\n", self.cell.source)[first - 1 : last]
            text = textwrap.dedent("\n".join(typed))
        return text


def body(cell: Cell) -> list[ast.stmt]:
    code = cellcode.read(cell.source)
    return [] if code.problems else cellcode.parse(code.prepared).body


def of_cell(cell: Cell, kept: bool) -> Iterator[Statement]:
    for node in body(cell):
        yield Statement(cell, node, kept, names.of_body([node]).binds - _passing(node))


def _passing(node: ast.stmt) -> set[str]:
    """Names of ``except … as name`` alone, which are gone behind it."""
    if not hasattr(node, "body"):
        return set()
    every = list(ast.walk(node))
    passing = {one.name for one in every if isinstance(one, ast.ExceptHandler) and one.name}
    stored = {
        one.id for one in every if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    return passing - stored


def within(node: ast.stmt, name: str) -> list[ast.stmt]:
    """The statements in a block that bind the name."""
    return [one for one in cellcode.own_level([node]) if name in _directly(one)]


def _directly(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, (*IMPORTS, *DEFINITIONS)):
        if isinstance(node, DEFINITIONS):
            return frozenset({node.name})
        return frozenset(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    return frozenset()


def is_definition(binders: Sequence[Statement], name: str) -> bool:
    """Whether the name is one of a function or a class, and what binds it can be repeated."""
    simple = all(
        isinstance(one.node, (*DEFINITIONS, *IMPORTS, ast.Assign, ast.AnnAssign))
        and (one.node.name == name if isinstance(one.node, DEFINITIONS) else len(one.binds) == 1)
        for one in binders
    )
    return simple and any(_defines(one.node) for one in binders)


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, DEFINITIONS):
        return True
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return value is not None and (isinstance(value, ast.Lambda) or picklable.makes_class(value))


def defines_class(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return True
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return value is not None and picklable.makes_class(value)


def is_guarded_import(binders: Sequence[Statement]) -> bool:
    """``try: import a`` and its like: only imports and constants, so that it can be repeated."""
    if len({id(one.node) for one in binders}) != 1:
        return False
    node = binders[0].node
    if not isinstance(node, ast.Try | ast.If):
        return False
    inner = [one for one in cellcode.own_level([node]) if one is not node]
    harmless = all(
        isinstance(one, (*IMPORTS, ast.Pass, ast.Try, ast.If, ast.Raise))
        or (isinstance(one, ast.Assign) and picklable.is_plain(one.value))
        for one in inner
    )
    tests = [one.test for one in (node, *inner) if isinstance(one, ast.If)]
    calm = not any(isinstance(part, ast.Call) for test in tests for part in ast.walk(test))
    return harmless and calm and any(isinstance(one, IMPORTS) for one in inner)


def values(node: ast.stmt, name: str) -> list[ast.expr]:
    """What a statement binds the name to, as far as that is one expression."""
    found = []
    for one in cellcode.own_level([node]):
        if isinstance(one, ast.Assign):
            for target in one.targets:
                found += _matched(target, one.value, name)
        elif isinstance(one, ast.AnnAssign) and one.value is not None:
            found += _matched(one.target, one.value, name)
        elif isinstance(one, ast.With | ast.AsyncWith):
            for item in one.items:
                if item.optional_vars is not None:
                    found += _matched(item.optional_vars, item.context_expr, name)
    return found


def _matched(target: ast.expr, value: ast.expr, name: str) -> list[ast.expr]:
    if isinstance(target, ast.Name):
        return [value] if target.id == name else []
    if (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
    ):
        pairs = zip(target.elts, value.elts, strict=True)
        return [found for one, other in pairs for found in _matched(one, other, name)]
    return []


def referred(value: ast.expr, known: Container[str]) -> Iterator[tuple[str, int]]:
    """The names in an expression that aren't only called."""
    called = {id(one.func) for one in ast.walk(value) if isinstance(one, ast.Call)}
    for one in ast.walk(value):
        if isinstance(one, ast.Name) and id(one) not in called and one.id in known:
            yield one.id, one.lineno


def import_of(node: ast.stmt, name: str) -> str:
    """The import of just this name."""
    assert isinstance(node, ast.Import | ast.ImportFrom)
    aliases = [one for one in node.names if (one.asname or one.name.partition(".")[0]) == name]
    every = ", ".join(
        one.name if one.asname is None else f"{one.name} as {one.asname}" for one in aliases
    )
    if isinstance(node, ast.Import):
        return f"import {every}"
    return f"from {'.' * node.level}{node.module or ''} import {every}"


def yields(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it makes a generator itself; functions within have theirs."""
    queue: list[ast.AST] = list(node.body)
    while queue:
        one = queue.pop()
        if isinstance(one, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(one, (*DEFINITIONS, ast.Lambda)):
            queue += ast.iter_child_nodes(one)
    return False


def setting(node: ast.stmt) -> str | None:
    """What a statement tells a module to remember; None where it doesn't look so."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = picklable.dotted(node.value.func)
        if called == "_mlvtools_env":
            return "%env"
        return called if "." in called and _SETTING.search(called) else None
    if isinstance(node, ast.Assign):
        for target in node.targets:
            owner = target.value if isinstance(target, ast.Subscript | ast.Attribute) else None
            text = "" if owner is None else picklable.dotted(owner)
            if text in ("os.environ", "plt.rcParams", "mpl.rcParams", "matplotlib.rcParams"):
                return text
            if text.endswith(".options") or ".options." in text:
                return text
    return None
