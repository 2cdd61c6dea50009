"""The string literal that a docstring is in its source: found, decoded with places, encoded."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PREFIX = re.compile(r"([rRuU]?)(\"\"\"|'''|\"|')")
_SKIPPED = re.compile(r"(?:[ \t\f\ufeff]|\\(?:\r\n|\r|\n)|\r\n|\r|\n|#[^\r\n]*)*")
_IN_PARENTHESES = re.compile(r"(?:[ \t\f]|\\?(?:\r\n|\r|\n)|#[^\r\n]*)*")
_ON_THE_LINE = re.compile(r"(?:[ \t\f]|\\(?:\r\n|\r|\n))*")
_ESCAPE = re.compile(
    r"\\(?:\r\n|N\{[^}\r\n]+\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|[^NuUx])"
)
LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"[^\\\r\n\"']+")
_SIMPLE = {
    "\n": "",
    "\r": "",
    "\r\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


class Line(NamedTuple):
    """One line of the decoded text, and what stands for it and for its line end in the source.

    ``end`` is the source of the line end (a real one or an escape), empty after the last line.
    """

    text: str
    start: int
    stop: int
    end: str


class Literal(NamedTuple):
    """A literal, or several that Python joins, as the first statement of a source.

    ``start`` and ``stop`` bound what stands between the first opening and the last closing quotes.
    """

    lines: tuple[Line, ...]
    start: int
    stop: int
    quote: str
    raw: bool
    indent: str
    pieces: int

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


# The same cell is asked about several times while one question about it is answered.
@lru_cache(maxsize=32)
def find(source: str) -> Literal | None:
    """The plain string that is the source's first statement; None where something else is first.

    What comes after that statement is not looked at, so it may be anything (a magic, broken code).
    """
    position = _end(_SKIPPED, source, 0)
    indent = source[_line_start(source, position) : position].strip("\ufeff")
    depth = 0
    while source.startswith("(", position):
        depth += 1
        position = _end(_IN_PARENTHESES, source, position + 1)
    pieces: list[tuple[list[_Char], int, int, str, bool]] = []
    while (opening := _PREFIX.match(source, position)) is not None:
        raw = opening[1] in ("r", "R")
        scanned = _scan(source, opening.end(), opening[2], raw)
        if scanned is None:
            return None
        chars, stop = scanned
        pieces.append((chars, opening.end(), stop, opening[2], raw))
        position = stop + len(opening[2])
        position = _end(_IN_PARENTHESES if depth else _ON_THE_LINE, source, position)
    if not pieces:
        return None
    while depth and source.startswith(")", position):
        depth -= 1
        position = _end(_IN_PARENTHESES if depth else _ON_THE_LINE, source, position + 1)
    if depth or (position < len(source) and source[position] not in ";\r\n#"):
        return None
    start, (_, _, stop, quote, raw) = pieces[0][1], pieces[-1]
    chars = [char for piece in pieces for char in piece[0]]
    lines = _lines(source, chars, start, stop)
    return Literal(
        lines, start, stop, quote, raw, indent if not indent.strip() else "", len(pieces)
    )


def begins(source: str) -> bool:
    """Whether the source begins with any string at all, even one that is broken."""
    position = _end(_SKIPPED, source, 0)
    return re.compile(r"[A-Za-z]{0,2}[\"']|\(").match(source, position) is not None


def first_line(source: str) -> int:
    """The line, from 1, on which the source's first statement begins."""
    position = _end(_SKIPPED, source, 0)
    return len(LINE_END.findall(source, 0, position)) + 1


def encode(text: str, literal: Literal) -> str:
    """The source of one line of text inside such a literal.

    In a raw literal the text is taken as it is: whether it can stand there, the caller finds out by
    decoding the result.
    """
    if literal.raw:
        return text
    quote = literal.quote[0]
    encoded = []
    for c, following in zip(text, text[1:] + quote, strict=True):
        if c == quote:
            # Alone inside triple quotes it needs no backslash.
            escaped = following == quote or len(literal.quote) == 1
            encoded.append("\\" + c if escaped else c)
        elif c == "\\":
            encoded.append("\\\\")
        elif c.isprintable() or c == "\t" or (c > "\xa0" and not "\ud800" <= c <= "\udfff"):
            encoded.append(c)
        else:
            encoded.append(f"\\x{ord(c):02x}" if c < "\x80" else f"\\u{ord(c):04x}")
    return "".join(encoded)


_Char = tuple[str, int, int]
"""A decoded character, or several that stand in the source as they are; a line end is alone."""


def _end(pattern: re.Pattern[str], source: str, position: int) -> int:
    found = pattern.match(source, position)
    return found.end() if found else position


def _line_start(source: str, position: int) -> int:
    return max(source.rfind("\n", 0, position), source.rfind("\r", 0, position)) + 1


def _scan(source: str, start: int, quote: str, raw: bool) -> tuple[list[_Char], int] | None:
    """The decoded text in pieces with their places, and where the closing quotes begin."""
    chars: list[_Char] = []
    position = start
    while position < len(source):
        if source.startswith(quote, position):
            return chars, position
        plain = _PLAIN.match(source, position)
        if plain is not None:
            chars.append((plain[0], position, plain.end()))
            position = plain.end()
            continue
        c = source[position]
        if c == "\\":
            if raw:
                escape_end = min(position + 2, len(source))
                chars.append(("\\", position, position + 1))
                # The character after it can't close the literal; a line end is handled below.
                if source[position + 1 : escape_end] not in ("\r", "\n", ""):
                    chars.append((source[position + 1], position + 1, escape_end))
                    position = escape_end
                elif len(quote) == 1:
                    position = _after_line_end(source, position + 1)
                    chars.append(("\n", escape_end - 1, position))
                else:
                    position += 1
                continue
            escape = _ESCAPE.match(source, position)
            decoded = None if escape is None else _decode(escape[0])
            if escape is None or decoded is None:
                return None
            chars.append((decoded, position, escape.end()))
            position = escape.end()
        elif c in "\r\n":
            if len(quote) == 1:
                return None
            stop = _after_line_end(source, position)
            chars.append(("\n", position, stop))
            position = stop
        else:
            chars.append((c, position, position + 1))
            position += 1
    return None


def _after_line_end(source: str, position: int) -> int:
    return position + (2 if source.startswith("\r\n", position) else 1)


def _decode(escape: str) -> str | None:
    body = escape[1:]
    if body in _SIMPLE:
        return _SIMPLE[body]
    if body[0] in "01234567":
        return chr(int(body, 8))
    if body[0] == "N" and len(body) > 1:
        import unicodedata

        try:
            return unicodedata.lookup(body[2:-1])
        except KeyError:
            return None
    if body[0] in "uUx" and len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code <= 0x10FFFF else None
    return escape


def _lines(source: str, chars: list[_Char], start: int, stop: int) -> tuple[Line, ...]:
    lines: list[Line] = []
    text: list[str] = []
    line_start = start
    for decoded, char_start, char_stop in chars:
        if decoded == "\n":
            lines.append(Line("".join(text), line_start, char_start, source[char_start:char_stop]))
            text, line_start = [], char_stop
        else:
            text.append(decoded)
    lines.append(Line("".join(text), line_start, stop, ""))
    return tuple(lines)
