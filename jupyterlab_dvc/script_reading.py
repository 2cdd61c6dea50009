"""What a script says of its step, whoever wrote it: ours, MLV-tools' or a person."""

from __future__ import annotations

import ast
import os
import re
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import cellcode, docstring, imports, naming, script_header
from .errors import Place, Refused
from .model import Docstring

_IMPORT_FROM = "_mlvtools_import_from"


@dataclass(frozen=True)
class ScriptStep:
    """``docstring`` has its lines in the script; ``source`` is the notebook that the header names.

    ``modules`` are files of the project, relative to its root.
    """

    function: str
    docstring: Docstring | None
    source: str | None
    modules: tuple[PurePosixPath, ...] = ()


def read_docstring(text: str, path: Path, root: Path) -> ScriptStep:
    """The step of a script's text; ``path`` says from where its import folders count.

    Raises:
        Refused: it is no Python, or has not one function ``mlvtools_…``.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tree = parse(text, str(path))
    function = step_function(tree, str(path))
    return ScriptStep(
        function.name,
        _docstring(text, function),
        script_header.source(text),
        tuple(_modules(text, tree, path, root)),
    )


def parse(text: str, shown: str) -> ast.Module:
    """The script's syntax tree; cells that await at module level are taken as well."""
    try:
        return cellcode.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        found = cellcode.problem(error, text)
        reason = str(found.args.get("reason", found.message))
        place = Place(shown, line=found.place.line)
        raise Refused.of("script-unreadable", place, reason=reason) from None


def step_function(tree: ast.Module, shown: str) -> ast.FunctionDef:
    """The one function at the script's own level that is named like a step."""
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith(naming.PREFIX)
    ]
    if not found:
        raise Refused.of("script-no-function", Place(shown))
    if len(found) > 1:
        place = Place(shown, line=found[1].lineno)
        names = ", ".join(node.name for node in found)
        raise Refused.of("script-two-functions", place, names=names)
    return found[0]


def _docstring(text: str, function: ast.FunctionDef) -> Docstring | None:
    if ast.get_docstring(function, clean=False) is None:
        return None
    # From the statement on, the function's source begins like a cell that begins with a docstring.
    statement = function.body[0]
    lines = text.split("\n")[statement.lineno - 1 : statement.end_lineno]
    first = lines[0].encode()[statement.col_offset :].decode()
    found = docstring.locate("\n".join([first, *lines[1:]]), None)
    if found is None:
        return None
    above = statement.lineno - 1
    return Docstring(found.text, None, tuple(line + above for line in found.lines))


def _modules(text: str, tree: ast.Module, path: Path, root: Path) -> list[PurePosixPath]:
    here = Path(os.path.abspath(path)).parent
    files: dict[Path, None] = {}
    for folder in _folders(tree):
        beside = Path(os.path.normpath(here / folder))
        files.update(dict.fromkeys(imports.beside(beside, [text])))
    # Python puts the script's own folder on the path by itself.
    files.update(dict.fromkeys(imports.beside(here, [text])))
    return [PurePosixPath(imports.relative(file, root)) for file in sorted(files)]


def _folders(tree: ast.Module) -> list[str]:
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == _IMPORT_FROM
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def syntax_tree(text: str) -> ast.Module | None:
    """The tree of Python text, None where it isn't any."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_step_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and re.match(naming.PREFIX, node.name) is not None
