"""Literal relative paths in code, which mean another file in another working directory."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from . import cellcode
from .errors import Place, Problem, warning

# Functions whose first argument is a path, whatever it looks like.
_OPENING = frozenset(
    {
        "open", "Path", "PurePath", "PosixPath", "listdir", "scandir", "walk", "mkdir",
        "makedirs", "rmdir",
        "remove", "unlink", "exists", "isfile", "isdir", "chdir", "rmtree", "_mlvtools_write",
    }
)  # fmt: skip
# Functions whose string is a path where it looks like one.
_READING = re.compile(
    r"(?:read|to|save|load|write|dump|scan|sink|imread|imwrite|im_?save|loadtxt|savetxt|savefig|glob|iglob"
    r"|connect|copy\w*|move|rename|replace|genfromtxt|from_file|extractall|ZipFile|memmap|run_path)(?:_\w+)?"
)
_LOOKS = re.compile(
    r"\.{0,2}/?[^\s/:*?<>|{}%]+(?:/[^\s:<>|{}%]*)?\.[A-Za-z][A-Za-z0-9]{0,9}|[\w.-]+/[\w./ *-]*"
)
_DOTTED = re.compile(r"\.{1,2}/[^\n]*")
_ABSOLUTE = re.compile(r"/|~|[A-Za-z]:[\\/]|[A-Za-z][\w+.-]*:|\\\\")
_MAY_HAVE = re.compile(rf"""(?:\b(?:{"|".join(_OPENING)}|{_READING.pattern})\s*\(|['"]\.\.?/)""")


@lru_cache(maxsize=5_000)
def relative(prepared: str) -> tuple[Problem, ...]:
    """A warning for each literal relative path, with its line."""
    if _MAY_HAVE.search(prepared) is None:
        return ()
    return tuple(_found(cellcode.parse(prepared)))


def _found(tree: ast.AST) -> Iterator[Problem]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = _called(node.func)
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        for index, value in enumerate(values):
            text = value.value if isinstance(value, ast.Constant) else None
            if not isinstance(text, str) or not _is_path(function, index, text):
                continue
            yield warning("path-relative", Place(None, None, value.lineno), path=text)


def _is_path(function: str, index: int, text: str) -> bool:
    if not text or "\n" in text or "\0" in text or _ABSOLUTE.match(text):
        return False
    if _DOTTED.fullmatch(text):
        return True
    if function in _OPENING:
        return index == 0
    return _READING.fullmatch(function) is not None and _LOOKS.fullmatch(text) is not None


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
