"""The names that a cell binds to a literal at its own level: what a notebook has hard-wired."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Literal, NamedTuple

from . import cellcode

Type = Literal["str", "int", "float", "bool", "Path", "list", "None"]


class Binding(NamedTuple):
    """``name = literal``; lines count in the cell from 1.

    ``value`` of a ``Path("…")`` is its text. ``source`` is the value as written. ``alone`` tells
    that nothing else stands on the statement's lines; ``comment`` is what follows it there.
    """

    name: str
    type: Type
    value: object
    source: str
    line: int
    last: int
    alone: bool
    comment: str = ""


@lru_cache(maxsize=5_000)
def of(prepared: str) -> tuple[Binding, ...]:
    """The bindings in the order of the code; none where it isn't Python.

    Args:
        prepared: a cell's code as ``cellcode.read`` gives it.
    """
    try:
        body = cellcode.parse(prepared).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    lines = prepared.split("\n")
    found = []
    for number, node in enumerate(body):
        target = _target(node)
        value = getattr(node, "value", None)
        if target is None or value is None:
            continue
        kind = _literal(value)
        if kind is not None:
            last = node.end_lineno or node.lineno
            neighbours = body[max(0, number - 1) : number] + body[number + 1 : number + 2]
            alone = _is_alone(node, neighbours, lines)
            comment = _after(node, lines).lstrip("# \t").rstrip() if alone else ""
            source = _source(value, lines)
            found.append(Binding(target, *kind, source, node.lineno, last, alone, comment))
    return tuple(found)


def _target(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        target = node.target
    else:
        return None
    return target.id if isinstance(target, ast.Name) else None


def _literal(node: ast.expr) -> tuple[Type, object] | None:
    if (
        isinstance(node, ast.Call)
        and not node.keywords
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and ast.unparse(node.func) in ("Path", "pathlib.Path")
    ):
        return "Path", node.args[0].value
    if not isinstance(node, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.List)):
        return None
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if value is None:
        return "None", value
    for kind in (bool, int, float, str, list):
        if isinstance(value, kind):
            name: Type = kind.__name__  # type: ignore[assignment]  # each of them is a Type
            return name, value
    return None


def _is_alone(node: ast.stmt, neighbours: list[ast.stmt], lines: list[str]) -> bool:
    first, last = node.lineno, node.end_lineno or node.lineno
    if any(other.lineno <= last and (other.end_lineno or 0) >= first for other in neighbours):
        return False
    return _after(node, lines)[:1] in ("", "#") and not lines[first - 1][:1].isspace()


def _after(node: ast.stmt, lines: list[str]) -> str:
    """What follows a statement on its last line."""
    last = (node.end_lineno or node.lineno) - 1
    return lines[last].encode()[node.end_col_offset :].decode("utf-8", "replace").strip()


def _source(node: ast.expr, lines: list[str]) -> str:
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    part = lines[first : last + 1]
    part[-1] = part[-1].encode()[: node.end_col_offset].decode("utf-8", "replace")
    part[0] = part[0].encode()[node.col_offset :].decode("utf-8", "replace")
    return "\n".join(part)


@lru_cache(maxsize=5_000)
def stores(prepared: str) -> dict[str, int]:
    """How often each name is bound by a statement, in whatever scope of the cell; cached."""
    try:
        tree = cellcode.parse(prepared)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names = [node.id]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.alias):
            names = [node.asname or node.name.partition(".")[0]]
        elif isinstance(node, ast.Global | ast.Nonlocal):
            names = node.names
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names = [node.name]
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names = [node.rest]
        for name in names:
            found[name] = found.get(name, 0) + 1
    return found
