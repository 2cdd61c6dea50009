"""IPython's syntax into Python's, line for line; the scripts need no IPython.

IPython's own transformer is not used: what it makes of a line changes with its version, and the
same notebook must give the same script everywhere.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import NamedTuple

from . import lexer
from .errors import Place, Refused
from .magic_table import (
    BODY_CELL_MAGICS,
    DROPPED_CELL_MAGICS,
    DROPPED_MAGICS,
    OPTIONS,
    REFUSED_MAGICS,
    SHELLS,
    STATEMENT_MAGICS,
)

# A comment above the code may be indented as it likes.
_FIRST_CODE = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*([ \t\f]*)(?=[^\s#])")
_INDENT = re.compile(r"[ \t\f]*")
_ASSIGNED = re.compile(r"[ \t]*(?:(!)|%(?=[^\W\d]))")
_HELP = re.compile(r"(?:^|[^\w?])%{0,2}[\w*][\w.*\[\]'\"]*\?{1,2}\Z")
_MAGIC = re.compile(r"(%{1,2})([^\s?]*)(?:[ \t]+|$)")
_PROMPT = re.compile(r">>>(?: |$)|(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: ")
_CLASSIC = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
_NUMBERED = re.compile(r"(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?")
_WRITEFILE = re.compile(r"(-a|--append)?\s*(?:\"([^\"]+)\"|'([^']+)'|(\S+))\s*(-a|--append)?\Z")
_CAPTURE_OPTION = re.compile(r"--(out|err)[ =]([^\W\d]\w*)(?:\s+|\Z)")


class Translated(NamedTuple):
    """Python source with as many lines, and the names of the script's own functions that it calls.

    ``gone`` are names that the magic would have bound (``%%capture out``).
    """

    source: str
    needs: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()


def prepare(source: str) -> str:
    """The source with ``\\n`` line ends, without prompts and the first line's indentation."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    found = _FIRST_CODE.match(source)
    code = source[found.end() :] if found is not None else ""
    indent = found[1] if found is not None else ""
    if indent:
        source = "\n".join(line.removeprefix(indent) for line in source.split("\n"))
    if _PROMPT.match(code):
        pattern = _CLASSIC if code.startswith(">>>") else _NUMBERED
        source = "\n".join(pattern.sub("", line, count=1) for line in source.split("\n"))
    return source


def to_python(source: str) -> Translated:
    """Prepared source that is not Python as it stands, translated; what isn't IPython's stays.

    Raises:
        Refused: a magic that a script can't carry out; the place has the line, not the cell.
    """
    body = source.lstrip("\n \t\f")
    if body.startswith("%%") and not re.match(r"%%\w+\?", body):
        return _CellMagic(source, source[: len(source) - len(body)].count("\n") + 1).translated()
    return _Lines(source).translated()


def comments(source: str) -> list[str]:
    """The comments of a prepared cell, those in its shell lines and cell magics among them."""
    return [source[start:stop] for start, stop in comment_spans(source)]


def comment_spans(source: str) -> list[tuple[int, int]]:
    """Where the comments of a prepared cell begin and end."""
    found: list[tuple[int, int]] = []
    position = 0
    while position < len(source):
        start = _end(_INDENT, source, position)
        if source[start : start + 1] in ("%", "!"):
            stop = source.find("\n", start)
            stop = len(source) if stop < 0 or source.startswith("%%", start) else stop
            shell = source[start:stop]
            spans = re.finditer(r"(?:^|(?<=\s))#[^\n]*", shell, re.MULTILINE)
            found += [(start + one.start(), start + one.end()) for one in spans]
            position = stop + 1
            continue
        position = len(source)
        for token in lexer.tokens(source, start):
            if token.kind == "comment":
                found.append((token.start, token.end))
            elif token.kind == "newline":
                position = token.end
                break
    return found


class _Lines:
    """Translates lines that begin with one of IPython's signs, or assign what one gives."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._needs: set[str] = set()

    def translated(self) -> Translated:
        position = 0
        while position < len(self._source):
            position = self._logical_line(position)
        return Translated("".join(self._parts), frozenset(self._needs))

    def _logical_line(self, start: int) -> int:
        source = self._source
        code = _end(_INDENT, source, start)
        if source[code : code + 1] in ("%", "!", "?", ",", ";", "/"):
            return self._escaped(start, code)
        depth, assigned, end = 0, False, len(source)
        last_comment = None
        for token in lexer.tokens(source, code):
            if token.kind == "open":
                depth += 1
            elif token.kind == "close":
                depth -= depth > 0
            elif token.kind == "assign" and depth == 0 and not assigned:
                assigned = True
                sign = _ASSIGNED.match(source, token.end)
                if sign is not None:
                    return self._assigned(start, token.end)
            elif token.kind == "comment":
                last_comment = token.start
            elif token.kind == "newline" and depth == 0:
                end = token.end
                break
        stop = end if last_comment is None else last_comment
        if _asks_for_help(source[code:stop].rstrip()):
            self._replace(start, end, source[start:code], "")
        else:
            self._parts.append(source[start:end])
        return end

    def _escaped(self, start: int, code: int) -> int:
        content, end = self._continued(code)
        line = self._line(start)
        indent = self._source[start:code]
        if content.startswith("%%"):
            raise _refused("magic-cell-not-first", line, magic=content.split()[0])
        self._replace(start, end, indent, self._statement(content, line))
        return end

    def _assigned(self, start: int, after_sign: int) -> int:
        code = _end(re.compile(r"[ \t]*"), self._source, after_sign)
        content, end = self._continued(code)
        value = self._value(content, self._line(code))
        self._parts.append(self._source[start:after_sign] + " " + value)
        self._pad(code, end)
        return end

    def _continued(self, code: int) -> tuple[str, int]:
        """The text up to the end of its line, lines joined by backslashes taken together."""
        source, parts = self._source, []
        while True:
            stop = source.find("\n", code)
            line = source[code:] if stop < 0 else source[code:stop]
            code = len(source) if stop < 0 else stop + 1
            if stop < 0 or not line.endswith("\\"):
                parts.append(line.rstrip())
                return " ".join(parts), code
            parts.append(line[:-1])

    def _replace(self, start: int, end: int, indent: str, statement: str) -> None:
        # Only within a block does something have to stand in the place of nothing.
        self._parts.append(indent + (statement or ("pass" if indent else "")))
        self._pad(start, end)

    def _pad(self, start: int, end: int) -> None:
        self._parts.append("\n" * self._source.count("\n", start, end))

    def _line(self, position: int) -> int:
        return self._source.count("\n", 0, position) + 1

    def _statement(self, content: str, line: int) -> str:
        """The statement for a line with one of the signs; empty where nothing is left of it."""
        sign = content[0]
        if sign == "!":
            return self._call("shell", content.lstrip("!"))
        if sign == "?" or _asks_for_help(content):
            return ""
        if sign != "%":
            return _quoted_call(sign, content[1:])
        name, arguments = _magic(content)
        if name in DROPPED_MAGICS:
            return ""
        if name == "matplotlib":
            self._needs.add("matplotlib")
            return ""
        if name in ("env", "set_env"):
            return (
                self._call("env", arguments)
                if len(arguments.split()) > 1 or "=" in arguments
                else ""
            )
        if name in ("sx", "system"):
            return self._call("shell", arguments)
        if name in STATEMENT_MAGICS:
            return self._kept(name, arguments, line)
        raise _refused_magic("%" + name, line)

    def _kept(self, name: str, arguments: str, line: int) -> str:
        statement = _without_options(name, arguments)
        if not statement:
            return ""
        inner = to_python(statement)
        if inner.source and name == "timeit" and not _is_expression(inner.source):
            # What timeit's statement binds is gone after it.
            self._needs |= inner.needs
            return self._call("once", inner.source)
        self._needs |= inner.needs
        return inner.source

    def _value(self, content: str, line: int) -> str:
        """The expression for what stands to the right of ``=``."""
        if content[0] == "!":
            return self._call("lines", content.lstrip("!"))
        name, arguments = _magic(content)
        if name in ("sx", "system"):
            return self._call("lines", arguments)
        if name == "env" and arguments:
            return self._call("env", arguments)
        if name == "pwd":
            return "__import__('os').getcwd()"
        if name in STATEMENT_MAGICS and name != "timeit":
            inner = to_python(_without_options(name, arguments))
            if _is_expression(inner.source):
                self._needs |= inner.needs
                return inner.source
        raise _refused_magic("%" + name, line)

    def _call(self, function: str, text: str) -> str:
        self._needs.add(function)
        return f"_mlvtools_{function}({text!a})"


class _CellMagic(NamedTuple):
    source: str
    line: int

    def translated(self) -> Translated:
        lines = self.source.split("\n")
        name, arguments = _magic(lines[self.line - 1].lstrip())
        body = "\n".join(lines[self.line :])
        # IPython ends a cell with a line end, and so what a magic is given of it.
        text = body if body.endswith("\n") or not body else body + "\n"
        above = "\n" * self.line
        if name in BODY_CELL_MAGICS:
            inner = _inner(body, self.line)
            gone = inner.gone | set(arguments.split()) if name == "capture" else inner.gone
            return Translated(above + inner.source, inner.needs, gone)
        if name in DROPPED_CELL_MAGICS:
            return Translated("\n" * self.source.count("\n"))
        if name == "timeit":
            setup = _without_options(name, arguments)
            inner = _inner(body, self.line)
            return self._call("once", [], f"{setup}\n{inner.source}", inner.needs)
        if name in ("writefile", "file"):
            return self._written(arguments, text)
        if name in SHELLS:
            return self._shell(name, arguments, text)
        if name in ("sx", "system", "!"):
            return self._call("shell", [], f"{arguments}\n{body}".strip("\n"))
        raise _refused_magic("%%" + name, self.line)

    def _written(self, arguments: str, body: str) -> Translated:
        found = _WRITEFILE.match(arguments)
        if found is None:
            raise _refused("magic-writefile", self.line)
        name = found[2] or found[3] or found[4]
        return self._call("write", [name, "a" if found[1] or found[5] else "w"], body)

    def _shell(self, name: str, arguments: str, body: str) -> Translated:
        captured = {"out": "", "err": ""}
        rest = arguments
        while (found := _CAPTURE_OPTION.match(rest)) is not None:
            captured[found[1]] = found[2]
            rest = rest[found.end() :]
        fails = rest.strip() != "--no-raise-error"
        if rest.strip() and fails:
            raise _refused("magic-shell-options", self.line, magic="%%" + name, options=rest)
        names = ", ".join(v for v in captured.values() if v)
        call = self._call("script", [name, "check" if fails else ""], body)
        if not names:
            return call
        # One of the two, or both; the other goes where the step's own output goes.
        streams = "".join(k[0] for k, v in captured.items() if v)
        call = self._call("script", [name, "check" if fails else "", streams], body)
        above = "\n" * (self.line - 1)
        return call._replace(source=f"{above}[{names}] = {call.source[len(above) :]}")

    def _call(
        self, function: str, leading: list[str], text: str, needs: frozenset[str] = frozenset()
    ) -> Translated:
        """A call with the text last, each of its lines a literal on its own line."""
        arguments = "".join(ascii(argument) + ", " for argument in leading)
        literals = [ascii(line) for line in re.findall(r"[^\n]*\n|[^\n]+", text)] or ["''"]
        first = "\n" * (self.line - 1) + f"_mlvtools_{function}({arguments}"
        room = self.source.count("\n") - (self.line - 1)
        if len(literals) <= room:
            # The text's lines stand where they stood in the cell.
            rest = "".join("\n" + literal for literal in literals) + ")"
            rest += "\n" * (room - len(literals))
        else:
            rest = " ".join(literals[: len(literals) - room]) + "".join(
                "\n" + literal for literal in literals[len(literals) - room :]
            )
            rest += ")"
        return Translated(first + rest, needs | {function})


def _inner(body: str, lines_above: int) -> Translated:
    """A cell magic's body, itself a cell; its errors count from the outer cell's first line."""
    try:
        prepared = prepare(body)
        return Translated(prepared) if _parses(prepared) else to_python(prepared)
    except Refused as error:
        raise Refused(
            problem._replace(
                place=problem.place._replace(line=(problem.place.line or 1) + lines_above)
            )
            for problem in error.problems
        ) from None


def _parses(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(source, "<cell>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_expression(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _asks_for_help(text: str) -> bool:
    return text.endswith("?") and _HELP.search(text) is not None


def _magic(content: str) -> tuple[str, str]:
    found = _MAGIC.match(content)
    if found is None:
        return content.lstrip("%"), ""
    return found[2], content[found.end() :].strip()


def _without_options(name: str, arguments: str) -> str:
    found = OPTIONS[name].match(arguments)
    return arguments[found.end() :] if found else arguments


def _quoted_call(sign: str, content: str) -> str:
    """``,f a b`` → ``f("a", "b")``, ``;f a b`` → ``f("a b")``, ``/f a b`` → ``f(a, b)``."""
    name, _, rest = content.partition(" ")
    if sign == ",":
        return f"{name}({', '.join(ascii(word) for word in rest.split())})"
    if sign == ";":
        return f"{name}({rest!a})"
    return f"{name}({', '.join(rest.split())})"


def _refused(code: str, line: int, **args: str) -> Refused:
    return Refused([*Refused.of(code, Place(None, None, line), **args).problems])


def _refused_magic(magic: str, line: int) -> Refused:
    name = magic.lstrip("%")
    return _refused(REFUSED_MAGICS.get(name, "magic-unknown"), line, magic=magic)


def _end(pattern: re.Pattern[str], source: str, position: int) -> int:
    match = pattern.match(source, position)
    return position if match is None else match.end()
