"""What each cell is to the step: its metadata, a part of the script, or left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from . import cellcode, literal, magics
from .fields import PARAM_KEYS, read_fields
from .model import Cell
from .step import NO_EFFECT_TAG

Role = Literal["metadata", "step", "no-effect", "empty"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BETWEEN = " \t"


class CellRole(NamedTuple):
    """``comments`` are the stretches to take out of the source, so that none leaves it out."""

    cell: int
    role: Role
    by: Literal["tag", "comment"] | None
    comments: tuple[tuple[int, int], ...]


def of(cells: Sequence[Cell], ignore_keys: Sequence[str]) -> list[CellRole]:
    """The role of each code cell; those of other kinds must not be among them."""
    first = next((cell for cell in cells if cellcode.holds_code(cell.source)), None)
    return [_role(cell, cell is first, tuple(ignore_keys)) for cell in cells]


def _role(cell: Cell, is_first: bool, ignore_keys: tuple[str, ...]) -> CellRole:
    comments = ignoring_comments(cell.source, ignore_keys)
    by: Literal["tag", "comment"] | None = "comment" if comments else None
    if NO_EFFECT_TAG in cell.tags:
        by = "tag"
    role: Role = "step" if by is None else "no-effect"
    if is_first and _leaves_with_its_docstring(cell.source, by is not None):
        role = "metadata"
    elif not cellcode.holds_code(cell.source):
        role = "empty"
    return CellRole(cell.number, role, by, comments)


@lru_cache(maxsize=1_000)
def _leaves_with_its_docstring(source: str, is_ignored: bool) -> bool:
    """Whether a first cell has directives and no line of it gets into the script."""
    found = literal.find(source)
    fields = [] if found is None else [one for one in read_fields(found.text) if one.known]
    if found is None or not fields:
        return False
    if is_ignored or any(one.key in PARAM_KEYS for one in fields):
        return True
    return not cellcode.read(source, docstring=True).lines


@lru_cache(maxsize=20_000)
def ignoring_comments(source: str, ignore_keys: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """What to take out of the source so that no comment in it holds one of the keys.

    A comment that is nothing else goes, with its line where it stands alone; of one that says more
    only the key does.
    """
    keys = [key for key in ignore_keys if key and key in source]
    if not keys:
        return ()
    prepared = magics.prepare(source)
    back = _Back(source, prepared)
    found: list[tuple[int, int]] = []
    for start, stop in magics.comment_spans(prepared):
        comment = prepared[start:stop]
        rest = comment
        for key in keys:
            rest = rest.replace(key, "")
        if rest == comment:
            continue
        if not rest.strip("# \t"):
            found.append(_whole(source, back.offset(start), back.offset(stop)))
            continue
        for key in keys:
            for at in re.finditer(re.escape(key), comment):
                found.append(_part(source, back.offset(start), back.offset(stop), at))
    return _apart(found)


def _whole(source: str, start: int, stop: int) -> tuple[int, int]:
    """The comment with the blanks before it; with its line, where nothing else is on that."""
    while start > 0 and source[start - 1] in _BETWEEN:
        start -= 1
    if start > 0 and source[start - 1] not in "\r\n":
        return start, stop
    line_end = _LINE.match(source, stop)
    if line_end is not None and line_end.end() > stop:
        return start, line_end.end()
    # The last line goes with the line end before it.
    if source.endswith("\r\n", 0, start):
        return start - 2, stop
    return max(start - 1, 0), stop


def _part(source: str, start: int, stop: int, key: re.Match[str]) -> tuple[int, int]:
    """The key in a comment that says more; what is left is still a comment."""
    first, last = start + key.start(), start + key.end()
    if key.start() == 0 or not source[start:first].strip("# \t"):
        # A key may bring the comment's own sign along.
        first = start + 1
        while last < stop - 1 and source[last] in ":;,.- \t" and source[last + 1] in ":;,.- \t":
            last += 1
        if last < stop and source[last] in ":;,.-":
            last += 1
        return first, last
    while first > start + 1 and source[first - 1] in _BETWEEN:
        first -= 1
    return first, last


def _apart(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)


class _Back:
    """From offsets in a prepared source to those in the cell's own: the lines are the same ones,
    but for what was taken from their beginnings and for their ends."""

    def __init__(self, source: str, prepared: str) -> None:
        self._same = source == prepared
        self._starts: list[tuple[int, int]] = []
        position = 0
        for line, found in zip(prepared.split("\n"), _LINE.finditer(source), strict=False):
            text = found[0].rstrip("\r\n")
            self._starts.append((position, found.start() + len(text) - len(line)))
            position += len(line) + 1

    def offset(self, prepared: int) -> int:
        if self._same:
            return prepared
        own, there = next(pair for pair in reversed(self._starts) if pair[0] <= prepared)
        return there + prepared - own
