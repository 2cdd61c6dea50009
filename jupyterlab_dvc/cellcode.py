"""One cell's source as it stands in a script: translated, checked, without prose; cached."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import NamedTuple

from . import lexer, magics
from .errors import Place, Problem, Refused
from .magic_table import AUTOMAGIC

FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_COROUTINE = 0x80  # inspect.CO_COROUTINE; the module takes long to import
_TO_REWRITE = re.compile(r"\bglobal\b|\b__future__\b")
_STAR = re.compile(r"\bimport\s*(?:\\\n\s*)*\*")
_NEEDS_LEXER = re.compile(r"""\#|\\\n|\"{3}|'{3}|[fFtT][rR]?["']""")
_SPACE = " \t\f"


class Line(NamedTuple):
    """``text`` stands in the script as it is, behind the block's indentation where ``indented``."""

    number: int
    text: str
    indented: bool


class CellCode(NamedTuple):
    """What a script needs of a cell; ``problems`` have lines but no cell.

    ``prepared`` is Python with as many lines as the cell, ``gone`` are names that magics bound.
    ``proven``: the lines compile as a block.
    """

    prepared: str
    lines: tuple[Line, ...] = ()
    needs: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    awaits: bool = False
    futures: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    proven: bool = False


@lru_cache(maxsize=20_000)
def read(source: str, docstring: bool = False, starred: bool = False) -> CellCode:
    """The code of a cell; where ``docstring`` its first statement is left out.

    ``starred``: the cells go into a function, where ``import *`` has to be spelled otherwise.
    """
    prepared = magics.prepare(source)
    if not (docstring or starred):
        usual = _as_a_block(prepared)
        if usual is not None:
            return usual
    translated = magics.Translated(prepared)
    try:
        try:
            code = compile_source(prepared)
        except Refused:
            translated = magics.to_python(prepared)
            if translated.source == prepared:
                raise
            try:
                code = compile_source(translated.source)
            except Refused as again:
                refused = again
                raise
    except Refused as refused:
        problems = [_automagic(prepared, found) or found for found in refused.problems]
        return CellCode(prepared, problems=tuple(problems))
    prepared, needs, gone = translated
    word = _lone_magic(prepared)
    if word is not None:
        needs |= {"automagic:" + word}
    futures: tuple[str, ...] = ()
    code_source = prepared
    if docstring or _TO_REWRITE.search(prepared) or (starred and _STAR.search(prepared)):
        tree = parse(prepared)
        futures = tuple(_futures(tree))
        code_source = _rewrite(prepared, tree, docstring, starred)
    awaits = bool(code.co_flags & _COROUTINE)
    return CellCode(prepared, tuple(code_lines(code_source)), needs, gone, awaits, futures)


@lru_cache(maxsize=20_000)
def block(code: CellCode, indent: str) -> str:
    """The cell's lines as they stand in a block, each with its line end."""
    return "".join([(indent + t if i else t) + "\n" for _, t, i in code.lines])


@lru_cache(maxsize=20_000)
def block_compiles(block: str) -> bool:
    """Whether a block compiles by itself under a guard of its own."""
    try:
        compile_source("if 1:\n" + block, 0)
    except Refused:
        return False
    return True


def _as_a_block(prepared: str) -> CellCode | None:
    """The usual cell, which compiles without prose, under a guard, as it does by itself.

    None where something is to be done about it, or to be said against it.
    """
    if _TO_REWRITE.search(prepared) or "\0" in prepared or not _is_utf8(prepared):
        return None
    if prepared.rstrip().endswith("\\"):
        # Without the blank line behind it the block would compile; the cell by itself doesn't.
        return None
    lines = tuple(code_lines(prepared))
    if not lines:
        return CellCode(prepared, proven=True)
    text = "".join(["    " + t + "\n" if i else t + "\n" for _, t, i in lines])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile("if 1:\n" + text, "<cell>", "exec", FLAGS, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    word = _lone_magic(prepared)
    needs = frozenset({"automagic:" + word}) if word is not None else frozenset[str]()
    return CellCode(prepared, lines, needs, awaits=bool(code.co_flags & _COROUTINE), proven=True)


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def holds_code(source: str) -> bool:
    """Whether there is more than blank lines and comments; magics are code."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in _split(source))


def _split(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = FLAGS | ast.PyCF_ONLY_AST
        tree = compile(source, "<cell>", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def compile_source(source: str, flags: int = FLAGS) -> CodeType:
    """The code object; what the compiler says against it is a ``Refused``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile(source, "<cell>", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Refused([problem(error, source)]) from None
    assert isinstance(code, CodeType)
    return code


def problem(error: BaseException, source: str) -> Problem:
    """A compiler's error as a problem with its line."""
    if isinstance(error, SyntaxError) and "null byte" not in str(error):
        reason = (error.msg or "invalid syntax").rstrip(".")
        line = error.lineno or 1
        if "outside" in reason or "nonlocal declaration" in reason:
            return Problem("cell-return", {"reason": reason}, Place(None, None, line))
        return Problem("cell-syntax", {"reason": reason}, Place(None, None, line))
    if isinstance(error, RecursionError | MemoryError):
        return Problem("cell-too-deep", {}, Place(None, None, 1))
    for position, character in enumerate(source):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            line = source.count("\n", 0, position) + 1
            return Problem(
                "cell-character", {"character": ascii(character)[1:-1]}, Place(None, None, line)
            )
    return Problem("cell-syntax", {"reason": str(error)}, Place(None, None, 1))


def _automagic(source: str, error: Problem) -> Problem | None:
    lines = source.split("\n")
    line = lines[min(error.place.line or 1, len(lines)) - 1]
    found = re.match(r"\s*([^\W\d]\w*)[ \t]+[^\s=(\[]", line)
    if error.code == "cell-syntax" and found is not None and found[1] in AUTOMAGIC:
        return Problem("cell-automagic", {"word": found[1]}, error.place)
    return None


def _lone_magic(source: str) -> str | None:
    """A cell of one line that IPython would take for a magic, were the word bound nowhere."""
    found = re.fullmatch(r"\s*([^\W\d]\w*)[ \t]*(?:-[^\n]*)?\s*", source)
    return found[1] if found is not None and found[1] in AUTOMAGIC else None


def code_lines(source: str) -> Iterator[Line]:
    """The lines that hold code, without comments and trailing blanks; strings keep every byte."""
    lines, inside, joined = _uncommented(source)
    kept: list[Line] = []
    for number, text in enumerate(lines, 1):
        continued = number in inside
        if number + 1 not in inside:
            text = text.rstrip(_SPACE)
        if not continued:
            text = _without_form_feed(text)
            if not text:
                # The line before is not joined to this one any more, which held nothing.
                while kept and kept[-1].number in joined and kept[-1].number == number - 1:
                    number -= 1
                    shorter = kept.pop()
                    text = shorter.text[:-1].rstrip(_SPACE)
                    if text or not shorter.indented:
                        kept.append(shorter._replace(text=text))
                        break
                continue
        kept.append(Line(number, text, not continued))
    yield from kept


def _uncommented(source: str) -> tuple[list[str], set[int], set[int]]:
    """The lines; the numbers of those that begin inside a string; of those that end in a join."""
    inside: set[int] = set()
    joined: set[int] = set()
    if _NEEDS_LEXER.search(source) is None and "\\\n" not in source:
        return source.split("\n"), inside, joined
    parts, position, line, counted = [], 0, 1, 0
    for token in lexer.prose(source):
        if token.kind == "comment":
            parts.append(source[position : token.start])
            position = token.end
        elif token.kind == "string":
            height = source.count("\n", token.start, token.end)
            line += source.count("\n", counted, token.start)
            inside.update(range(line + 1, line + height + 1))
            line, counted = line + height, token.end
        else:
            line += source.count("\n", counted, token.start)
            counted = token.start
            joined.add(line)
    parts.append(source[position:])
    return "".join(parts).split("\n"), inside, joined


def _without_form_feed(text: str) -> str:
    # The tokenizer counts the columns anew after a form feed.
    if "\f" not in text:
        return text
    indent = len(text) - len(text.lstrip(_SPACE))
    return text[text.rfind("\f", 0, indent) + 1 :]


def _futures(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.level == 0:
            for name in node.names:
                yield f"{name.name} as {name.asname}" if name.asname else name.name


def own_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run in the module's own scope, those in its blocks among them."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from own_level([child])
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                yield from own_level(child.body)


def _rewrite(source: str, tree: ast.Module, docstring: bool, starred: bool) -> str:
    """The source with as many lines, where some statements at its own level are others."""
    spans: list[tuple[int, int, str]] = []
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    text = source.split("\n")

    def span(node: ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return (
            starts[node.lineno - 1] + _column(text[node.lineno - 1], node.col_offset),
            starts[node.end_lineno - 1] + _column(text[node.end_lineno - 1], node.end_col_offset),
        )

    if docstring and tree.body:
        start, end = span(tree.body[0])
        # A statement that follows on the line moves to where this one stood.
        after = re.compile(r"[ \t\f]*;[ \t\f]*(?=[^\s#])|[ \t\f]*;?").match(source, end)
        end = after.end() if after is not None else end
        spans.append((start, end, ""))
    for node in own_level(tree.body):
        if isinstance(node, ast.Global) or (
            isinstance(node, ast.ImportFrom) and node.module == "__future__" and not node.level
        ):
            spans.append((*span(node), "pass"))
        elif starred and isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            dots = "." * node.level
            statement = f"from {dots}{node.module or ''} import *"
            spans.append((*span(node), f"exec({statement!a})"))
    for start, end, replacement in sorted(spans, reverse=True):
        height = source.count("\n", start, end)
        # What follows on the last line has to stay a part of the same logical line.
        filler = "\n" * height if not replacement else "\\\n" * height
        source = source[:start] + replacement + filler + source[end:]
    return source


def _column(line: str, offset: int) -> int:
    """The parser counts UTF-8 bytes."""
    return offset if line.isascii() else len(line.encode()[:offset].decode())
