"""Where a docstring's fields and problems stand in their cell, as an editor in a browser counts."""

from __future__ import annotations

from bisect import bisect_right

from .. import api, api_step, literal
from ..errors import Problem
from ..fieldview import Row
from ..utf16 import Units

_BLANK = " \t\f\v"
# The arguments of a problem that may be the very words that are wrong, the narrowest first.
_WORDS = ("type", "path", "name", "words", "operator", "value", "text", "key")


class CellMap:
    """A cell's source with its docstring in it, if there is one."""

    def __init__(self, cell: int, source: str, found: literal.Literal | None) -> None:
        self._cell = cell
        self._source = source
        self._literal = found
        self._units = Units(source)
        self._lines = _line_starts(source)

    def offset(self, index: int) -> int:
        return self._units.of(index)

    def text(self, row: Row) -> str:
        """The row's first line as it is written in the source."""
        start, stop = self._span(row.line, row.line)
        return self._source[start:stop]

    def span(self, row: Row) -> tuple[int, int]:
        """Where the row's own lines stand (UTF-16 units), blanks at both ends left out."""
        start, stop = self._span(row.line, row.last)
        return self._units.of(start), self._units.of(stop)

    def mark(
        self, problem: Problem, row: Row | None = None, fix: api_step.Fix | None = None
    ) -> api_step.Mark:
        """A problem whose line counts in the docstring, at the words that are wrong."""
        line = problem.place.line or (row.line if row else 1)
        start, stop = self._span(line, line)
        number = self._line_of(start)
        if row is not None:
            start, stop = self._words(problem, row, start, stop)
        placed = problem._replace(place=problem.place._replace(cell=self._cell, line=number))
        return self._mark(placed, start, stop, fix)

    def mark_line(self, problem: Problem) -> api_step.Mark:
        """A problem whose line counts in the cell, or that has none: then it is the first's."""
        line = min(max(problem.place.line or 1, 1), len(self._lines))
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self._source)
        text = self._source[start:end].rstrip("\r\n")
        blanks = len(text) - len(text.lstrip(_BLANK))
        return self._mark(
            problem.at(cell=self._cell), start + blanks, start + len(text.rstrip(_BLANK)), None
        )

    def mark_file(self, problem: Problem) -> api_step.Mark:
        """A problem of another file, shown where the docstring begins."""
        start = self._literal.start if self._literal else 0
        return self._mark(problem, start, start, None)

    def _mark(
        self, problem: Problem, start: int, stop: int, fix: api_step.Fix | None
    ) -> api_step.Mark:
        return api_step.Mark(
            **api.fields_of(problem),
            severity=problem.severity,
            start=self._units.of(start),
            stop=self._units.of(max(start, stop)),
            fix=fix,
        )

    def _span(self, first: int, last: int) -> tuple[int, int]:
        if self._literal is None:
            return 0, 0
        lines = self._literal.lines
        start = lines[min(first, len(lines)) - 1].start
        stop = lines[min(last, len(lines)) - 1].stop
        while start < stop and self._source[start] in _BLANK:
            start += 1
        while stop > start and self._source[stop - 1] in _BLANK:
            stop -= 1
        return start, stop

    def _words(self, problem: Problem, row: Row, start: int, stop: int) -> tuple[int, int]:
        text = self._source[start:stop]
        # The key itself is none of them, unless it is what is wrong.
        first = text.find(row.key) + len(row.key) if problem.code != "field-unknown" else 0
        if problem.code == "field-unknown":
            at = text.find(row.key)
            return (start + at, start + at + len(row.key.split()[0])) if at >= 0 else (start, stop)
        for name in _WORDS:
            words = str(problem.args.get(name) or "")
            at = text.find(words, first) if words else -1
            if at >= 0:
                return start + at, start + at + len(words)
        return start, stop

    def _line_of(self, index: int) -> int:
        return bisect_right(self._lines, index)


def _line_starts(source: str) -> list[int]:
    return [0, *(found.end() for found in literal.LINE_END.finditer(source))]
