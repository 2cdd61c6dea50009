"""Consistency: whether a script still does what its notebook says; looks don't count."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from . import docstring, naming, script, script_reading
from .errors import Place, Problem, Refused
from .model import Directives, Step

_CELLS = "_mlvtools_cells"
# The functions that a script brings along itself.
_OWN = "_mlvtools_"


def differences(step: Step, data: bytes, shown: str) -> list[Problem]:
    """Where the script's syntax tree is another than the notebook's; empty where it is the same.

    A script of MLV-tools' shape, whose cells stand in its function, is compared cell by cell too.

    Raises:
        Refused: the script is no Python, or not in UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = Place(shown, line=line)
        raise Refused.of("script-unreadable", place, reason="it is not in UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    expected = script.render(step)
    if expected.text == text:
        return []
    actual = script_reading.parse(text, shown)
    function = script_reading.step_function(actual, shown)
    wanted = ast.parse(expected.text)
    wanted_function = script_reading.step_function(wanted, shown)
    if not _is_ours(actual):
        return list(_of_older_shape(step, expected.text, wanted, function, shown))
    problems = [
        *_docstring(wanted_function, function, shown),
        *_frame(wanted, actual, shown),
        *_bodies(_cells(wanted), _cells(actual), expected.lines, step, shown),
    ]
    return problems


def _is_ours(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.FunctionDef) and node.name.startswith(_OWN) for node in tree.body
    )


def _docstring(wanted: ast.FunctionDef, actual: ast.FunctionDef, shown: str) -> Iterator[Problem]:
    if _prose(wanted) != _prose(actual):
        yield Problem("differs-docstring", {}, Place(shown, line=actual.body[0].lineno))


def _prose(function: ast.FunctionDef | ast.Module) -> str:
    """The docstring's text, indentation and the ends of its lines aside."""
    text = ast.get_docstring(function) or ""
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _is_text(statement: ast.stmt, prose: str) -> bool:
    return isinstance(statement, ast.Expr) and _prose(ast.Module([statement], [])) == prose != ""


def _frame(wanted: ast.Module, actual: ast.Module, shown: str) -> Iterator[Problem]:
    """What stands around the cells: the function, the params and the script's own functions."""
    before, after = _around(wanted), _around(actual)
    for number, (expected, found) in enumerate(zip_longest(before, after)):
        if expected is not None and found is not None and expected.text == found.text:
            continue
        code = "differs-params"
        if expected is None or expected.text in {part.text for part in after[number + 1 :]}:
            code = "differs-more"
        yield Problem(code, {}, Place(shown, line=None if found is None else found.line))
        return


class _Part(NamedTuple):
    text: str
    line: int


def _around(tree: ast.Module) -> list[_Part]:
    parts: list[_Part] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith(naming.PREFIX):
            rest = node.body[1:] if ast.get_docstring(node) is not None else node.body
            parts.append(_Part(node.name + ast.dump(node.args), node.lineno))
            parts += [_Part(ast.dump(statement), statement.lineno) for statement in rest]
        elif not isinstance(node, ast.If):
            parts.append(_Part(ast.dump(node), node.lineno))
    return parts


def _cells(tree: ast.Module) -> list[ast.stmt]:
    """The statements under the main guard, those of cells that await among them."""
    found: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.If):
            for statement in node.body:
                if isinstance(statement, ast.AsyncFunctionDef) and statement.name == _CELLS:
                    found += statement.body
                else:
                    found.append(statement)
    return found


def _bodies(
    wanted: Sequence[ast.stmt],
    actual: Sequence[ast.stmt],
    lines: Sequence[tuple[int, int] | None],
    step: Step,
    shown: str,
) -> Iterator[Problem]:
    """The first statement that differs; what follows is likely to differ because of it."""
    for expected, found in zip_longest(wanted, actual):
        if expected is not None and found is not None and ast.dump(expected) == ast.dump(found):
            continue
        origin = lines[expected.lineno - 1] if expected is not None else None
        if found is None:
            yield Problem("differs-less", {}, Place(step.notebook, *(origin or ())))
        elif expected is None:
            yield Problem("differs-more", {}, Place(shown, line=found.lineno))
        else:
            yield _first_difference(expected, found, lines, step, shown)
        return


def _first_difference(
    expected: ast.stmt,
    found: ast.stmt,
    lines: Sequence[tuple[int, int] | None],
    step: Step,
    shown: str,
) -> Problem:
    origin = lines[expected.lineno - 1] if expected.lineno <= len(lines) else None
    where = f"{step.notebook}, cell {origin[0]}, line {origin[1]}" if origin else step.notebook
    return Problem("differs-code", {"where": where}, Place(shown, line=found.lineno))


def _of_older_shape(
    step: Step, text: str, wanted: ast.Module, function: ast.FunctionDef, shown: str
) -> Iterator[Problem]:
    """Against MLV-tools' shape: params, docstring and cells stand in the one function."""
    yield from _docstring(script_reading.step_function(wanted, shown), function, shown)
    names = [
        a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    ]
    if names != [parameter.name for parameter in _directives(step).params]:
        yield Problem("differs-params", {}, Place(shown, line=function.lineno))
    cells: list[ast.stmt] = []
    lines: list[tuple[int, int] | None] = []
    for cell, code in script.code_of(step):
        body = ast.parse(script.joined(code)).body
        for statement in body:
            statement.lineno += len(lines)
        cells += body
        lines += [(cell.number, line.number) for line in code.lines]
    body = function.body
    if ast.get_docstring(function) is not None:
        # A first cell without params stands there whole, its docstring too.
        repeated = len(body) > 1 and _is_text(body[1], _prose(function))
        body = body[2 if repeated and not _directives(step).params else 1 :]
    if not cells and len(body) == 1 and isinstance(body[0], ast.Pass):
        body = []
    _unindent_texts([*cells, *body])
    yield from _bodies(cells, body, lines, step, shown)


def _unindent_texts(statements: Sequence[ast.stmt]) -> None:
    """Docstrings stand deeper in a function; other texts that do are other values."""
    for node in ast.walk(ast.Module([*statements], [])):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                node.value.value = _prose(ast.Module([node], []))


def _directives(step: Step) -> Directives:
    return docstring.parse(step.docstring).directives if step.docstring else step.directives
