"""Where strings, comments and line joins stand in Python source, the same on every Python version.

The standard library's ``tokenize`` is slower by an order of magnitude, and its tokens for f-strings
differ between 3.11 and 3.12. Only extents are found here; whether the source is valid is the
parser's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STRING = r"""
    \"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}
    |'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}
    |"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"
    |'(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*'
"""
# Words are taken whole, so that the last letter of ``bar"`` is not seen as a prefix.
_COMMON = rf"""
    (?P<comment>\#[^\n]*)
    |(?P<format>(?:[rR][fFtT]|[fFtT][rR]?)(?=["']))
    |(?P<string>(?:[rR][bB]?|[bB][rR]?|[uU])?(?:{_STRING}))
    |\w+
    |(?P<open>[(\[{{])
    |(?P<close>[)\]}}])
    |(?P<unclosed>\"{{3}}|'{{3}})
"""
_TOKEN = re.compile(
    _COMMON
    + r"""
    |(?P<join>\\\n)
    |(?P<newline>\n)
    |[=!<>:+\-*/%&|^@]{1,3}=
    |(?P<assign>=)
    """,
    re.VERBOSE | re.DOTALL,
)
# Each branch begins with a literal character, which lets the matcher skip all others quickly. The
# strings that may have an f before their quote are left to the slower branch.
_PLAIN = r"(?<![fFtT]{q})(?<![fFtT][rR]{q})"
_PROSE = re.compile(
    rf"""
    (?P<comment>\#[^\n]*)
    |(?P<string>
        "{_PLAIN.format(q='"')}(?:""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{{3}}
            |(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*")
        |'{_PLAIN.format(q="'")}(?:''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{{3}}
            |(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*')
    )
    |"(?P<double>)
    |'(?P<single>)
    |(?P<join>\\\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMAT_PREFIX = re.compile(r"(?<!\w)(?:[rR][fFtT]|[fFtT][rR]?)\Z")
_SIMPLE_FORMAT = re.compile(
    r"""
    "(?!"")[^"\\\n{}]*(?:\{[^"'\\\n{}\#]*\}[^"\\\n{}]*)*"
    |'(?!'')[^'\\\n{}]*(?:\{[^"'\\\n{}\#]*\}[^'\\\n{}]*)*'
    """,
    re.VERBOSE,
)
_ANY_STRING = re.compile(_STRING, re.VERBOSE | re.DOTALL)
_INNER = re.compile(_COMMON + r"|(?P<colon>:)", re.VERBOSE | re.DOTALL)
_QUOTE = re.compile(r"\"{3}|'{3}|[\"']")


class Token(NamedTuple):
    """Offsets into the source.

    ``kind`` is ``comment string join newline open close assign``; an unclosed string of three
    quotes runs to the text's end, one of a single quote is no token.
    """

    kind: str
    start: int
    end: int


def tokens(source: str, start: int = 0) -> Iterator[Token]:
    """The tokens from ``start``, which must not be inside one; line ends are ``\\n`` only."""
    position = start
    search = _TOKEN.search
    while (match := search(source, position)) is not None:
        kind = match.lastgroup
        begin, position = match.span()
        if kind is None:
            continue
        if kind == "format":
            position = end_of_format(source, position)
            kind = "string"
        elif kind == "unclosed":
            position = len(source)
            kind = "string"
        yield Token(kind, begin, position)


def prose(source: str) -> Iterator[Token]:
    """Comments, joins, and the strings that go over several lines; much faster than ``tokens``."""
    position = 0
    search = _PROSE.search
    while (match := search(source, position)) is not None:
        kind = match.lastgroup
        begin, position = match.span()
        if kind == "double" or kind == "single":
            position = _end_of_any_string(source, begin)
            kind = "string"
        if kind is not None and (kind != "string" or "\n" in source[begin:position]):
            yield Token(kind, begin, position)


def _end_of_any_string(source: str, quote_at: int) -> int:
    if _FORMAT_PREFIX.search(source[max(quote_at - 3, 0) : quote_at]):
        simple = _SIMPLE_FORMAT.match(source, quote_at)
        return simple.end() if simple is not None else end_of_format(source, quote_at)
    match = _ANY_STRING.match(source, quote_at)
    if match is not None:
        return match.end()
    return len(source) if source.startswith(('"' * 3, "'" * 3), quote_at) else quote_at + 1


def end_of_format(source: str, quote_at: int) -> int:
    """Where the f-string whose opening quote is at ``quote_at`` ends, by 3.12's grammar.

    That includes the older one: what is valid in both has the same end in both.
    """
    quote = _QUOTE.match(source, quote_at)
    if quote is None:
        return quote_at
    raw = "r" in source[max(quote_at - 2, 0) : quote_at].lower()
    return _Format(source, quote.group(), raw).end_of_literal(quote.end(), nested=False)


class _Format(NamedTuple):
    source: str
    quote: str
    raw: bool

    def end_of_literal(self, position: int, nested: bool) -> int:
        """From within literal text: past the closing quote, or (``nested``) at the ``}``."""
        source, quote, size = self.source, self.quote, len(self.source)
        while position < size:
            character = source[position]
            if character == "\\":
                position = self._after_backslash(position)
            elif source.startswith(quote, position):
                return position if nested else position + len(quote)
            elif character == "{":
                if not nested and source.startswith("{{", position):
                    position += 2
                else:
                    position = self._end_of_field(position + 1)
            elif (nested and character == "}") or (character == "\n" and len(quote) == 1):
                return position
            else:
                position += 1
        return size

    def _after_backslash(self, position: int) -> int:
        if not self.raw and self.source.startswith("\\N{", position):
            closing = self.source.find("}", position)
            return len(self.source) if closing < 0 else closing + 1
        # A backslash doesn't protect a brace: it stands for itself there.
        return position + (1 if self.source[position + 1 : position + 2] in ("{", "}") else 2)

    def _end_of_field(self, position: int) -> int:
        source, depth = self.source, 0
        while (match := _INNER.search(source, position)) is not None:
            kind = match.lastgroup
            position = match.end()
            if kind == "open":
                depth += 1
            elif kind == "close":
                if depth == 0:
                    return position
                depth -= 1
            elif kind == "colon" and depth == 0:
                position = self.end_of_literal(position, nested=True)
                return position + 1 if source.startswith("}", position) else position
            elif kind == "format":
                position = end_of_format(source, position)
        return len(source)
