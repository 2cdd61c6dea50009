"""Reading a notebook's JSON without its outputs: of a large file only the rest is decoded."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from .errors import Place, Refused

# Up to this size the decoder's own memory (four bytes for a character, twice) is no matter.
WHOLE = 8_000_000
_OUTPUT_KEY = re.compile(rb'"(?:outputs|attachments|widgets)"[ \t\r\n]*:[ \t\r\n]*')
_BLANK = re.compile(rb"[ \t\r\n]*")
_BACKSLASH = 0x5C
# What may stand between strings and brackets, a mark that a merge left behind being none of it.
_NUMBERS = re.compile(rb"[ \t\r\n,:0-9.eE+\-]*")
_WORD = re.compile(rb"true|false|null|NaN|Infinity")
_STRUCTURE = b'"[]{}'


def load(data: bytes, shown: str) -> object:
    """The JSON value; of a large file without outputs, attachments and widget states.

    Raises:
        Refused: it is no JSON, or not in UTF-8.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if _BLANK.fullmatch(data):
        raise Refused.of("notebook-empty", Place(shown))
    cuts = _Cuts(data, shown).found() if len(data) > WHOLE else []
    kept = _without(data, cuts) if cuts else data
    try:
        return json.loads(kept.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = _line(data, _original(error.start, cuts))
        raise Refused.of("notebook-not-utf8", Place(shown, line=line)) from None
    except json.JSONDecodeError as error:
        # The decoder's words name the first surprise, which is near enough to what is missing.
        line = _line(data, _original(len(error.doc[: error.pos].encode()), cuts))
        place = Place(shown, line=line)
        raise Refused.of("notebook-not-json", place, reason=error.msg) from None
    except RecursionError:
        raise Refused.of("notebook-too-deep", Place(shown)) from None


class _Cut(NamedTuple):
    start: int
    stop: int


_HOLE = b"null"


def _without(data: bytes, cuts: list[_Cut]) -> bytes:
    parts: list[bytes] = []
    kept = 0
    for cut in cuts:
        parts += [data[kept : cut.start], _HOLE]
        kept = cut.stop
    parts.append(data[kept:])
    return b"".join(parts)


def _original(position: int, cuts: list[_Cut]) -> int:
    """Where in the file a position among what was kept is."""
    for cut in cuts:
        if position <= cut.start:
            break
        position += cut.stop - cut.start - len(_HOLE)
    return position


class _Cuts:
    """Finds the values of the keys that hold results."""

    def __init__(self, data: bytes, shown: str) -> None:
        self._data = data
        self._shown = shown

    def found(self) -> list[_Cut]:
        data, position = self._data, 0
        cuts: list[_Cut] = []
        while (key := _OUTPUT_KEY.search(data, position)) is not None:
            start = position = key.end()
            # Where its first quote is escaped, the word ends a longer string.
            if self._is_escaped(key.start()):
                continue
            position = self._end_of_value(start)
            if position > start:
                cuts.append(_Cut(start, position))
        return cuts

    def _is_escaped(self, position: int) -> bool:
        before = position - 1
        while before >= 0 and self._data[before] == _BACKSLASH:
            before -= 1
        return (position - before) % 2 == 0

    def _end_of_string(self, quote: int) -> int:
        data, position = self._data, quote
        while True:
            position = data.find(b'"', position + 1)
            if position < 0:
                raise self._invalid(quote, "Unterminated string")
            if not self._is_escaped(position):
                return position + 1

    def _end_of_value(self, start: int) -> int:
        """Past an object or a list; any other value is not worth cutting."""
        data, position, closers = self._data, start, bytearray()
        while True:
            character = data[position : position + 1]
            if character == b'"':
                position = self._end_of_string(position)
            elif character in (b"{", b"["):
                closers += b"}" if character == b"{" else b"]"
                position += 1
            elif character in (b"}", b"]"):
                if not closers or closers[-1:] != character:
                    raise self._invalid(position, "Unexpected closing bracket")
                closers.pop()
                position += 1
            elif not character:
                raise self._invalid(start, "Unclosed bracket")
            if not closers:
                return position
            position = self._end_of_scalars(position)

    def _end_of_scalars(self, position: int) -> int:
        data = self._data
        while True:
            position = _end(_NUMBERS, data, position)
            if data[position : position + 1] in _STRUCTURE:
                return position
            word = _WORD.match(data, position)
            if word is None:
                raise self._invalid(position, "Unexpected text")
            position = word.end()

    def _invalid(self, position: int, reason: str) -> Refused:
        place = Place(self._shown, line=_line(self._data, position))
        return Refused([*Refused.of("notebook-not-json", place, reason=reason).problems])


def _end(pattern: re.Pattern[bytes], data: bytes, position: int) -> int:
    match = pattern.match(data, position)
    return position if match is None else match.end()


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
