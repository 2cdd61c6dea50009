"""One change to one field of a docstring, in the cell's source: no byte outside its lines moves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from . import cellcode, docstring, literal
from .errors import Refused
from .fields import KEYS, MULTI_LINE, PARAM_KEYS, SPACE, Field, read_fields

_NEW = literal.Literal((), 0, 0, '"""', False, "", 1)


@dataclass(frozen=True)
class Add:
    """A new field, before the field on line ``before``; without it, after the last of its kind."""

    text: str
    before: int | None = None


@dataclass(frozen=True)
class Replace:
    """Another text for the field that begins on ``line``."""

    line: int
    text: str


@dataclass(frozen=True)
class Remove:
    """The field that begins on ``line`` goes, with all of its lines."""

    line: int


@dataclass(frozen=True)
class Move:
    """The field that begins on ``line`` goes before that on ``before``, or after the last one."""

    line: int
    before: int | None = None


Change = Add | Replace | Remove | Move
"""Lines are those of the docstring's text, from 1, as in ``Parameter.line`` and its like."""


class Splice(NamedTuple):
    """What an editor has to do: ``text`` instead of what stands between ``start`` and ``stop``."""

    start: int
    stop: int
    text: str

    def apply(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.stop :]

    def inverse(self, source: str) -> Splice:
        """What undoes it; ``source`` is the one before."""
        return Splice(self.start, self.start + len(self.text), source[self.start : self.stop])


def edit(source: str, change: Change) -> str:
    """The cell's source with the change made; see ``plan``."""
    return plan(source, change).apply(source)


def edit_text(text: str, change: Change) -> str:
    """The same for a docstring's bare text."""
    rows = [_Row(line, line, "\n") for line in text.split("\n")]
    rows[-1] = rows[-1]._replace(end="")
    for sheet in _Sheet(rows, None, "\n", "").changed(change):
        if sheet is not None:
            return sheet.raw
    raise Refused.of("edit-impossible")


def plan(source: str, change: Change) -> Splice:
    """The smallest splice that makes the change; a cell without docstring gets one from ``Add``.

    Raises:
        Refused: no field begins on the line, the text is not one right field, or the literal can't
            hold it (a raw string that would end in a backslash, strings that Python joins, …).
    """
    found = literal.find(source)
    if found is None:
        return _new(source, change)
    rows = [_Row(source[line.start : line.stop], line.text, line.end) for line in found.lines]
    newline = _newline(source, found)
    tried = False
    try:
        for sheet in _Sheet(rows, found, newline, found.indent).changed(change):
            tried = True
            if sheet is None:
                continue
            splice = Splice(found.start, found.stop, sheet.raw)
            after = literal.find(splice.apply(source))
            if after is not None and after.text == sheet.text and after.start == found.start:
                return _trimmed(source, splice)
    except Refused:
        # A later sheet needs a line more; why the first one won't do is what counts.
        if not tried:
            raise
    raise Refused.of("edit-impossible")


class _Row(NamedTuple):
    raw: str
    text: str
    end: str


class _Sheet:
    """A docstring as rows of source; a change gives the sheets that may do, the plainest first."""

    def __init__(
        self, rows: list[_Row], found: literal.Literal | None, newline: str | None, indent: str
    ) -> None:
        self._rows = rows
        self._literal = found
        self._newline = newline
        self._indent = indent

    @property
    def raw(self) -> str:
        return "".join(row.raw + row.end for row in self._rows)

    @property
    def text(self) -> str:
        return "\n".join(row.text for row in self._rows)

    def changed(self, change: Change) -> Iterator[_Sheet | None]:
        """The sheets in which the change is made and every other field says what it said."""
        fields = read_fields(self.text)
        if isinstance(change, Add):
            yield from self._added(fields, change)
            return
        chosen = _at(fields, change.line)
        others = [field for field in fields if field is not chosen]
        if isinstance(change, Replace):
            for sheet in self._replaced(chosen, change.text):
                yield sheet._if(_with(others, _one(change.text), fields.index(chosen)))
        elif isinstance(change, Remove):
            for sheet in self._removed(chosen):
                yield sheet._if(others)
        else:
            before = None if change.before is None else _at(fields, change.before)
            if before is chosen:
                yield self
                return
            index = len(others) if before is None else others.index(before)
            for removed in self._removed(chosen):
                # The fields that are left, where they stand now.
                left = read_fields(removed.text)
                if _said(left) != _said(others):
                    continue
                rows = self._own(chosen)
                for row in removed._rows_of(left, index, before is not None):
                    for sheet in removed._inserted(rows, row):
                        yield sheet._if(_with(others, chosen, index))

    def _added(self, fields: list[Field], change: Add) -> Iterator[_Sheet | None]:
        new = _one(change.text)
        before = None if change.before is None else _at(fields, change.before)
        index = fields.index(before) if before is not None else _place(fields, new)
        found = self._rows_of(fields, index, before is not None)
        near = fields[index - 1].line - 1 if before is None and index else found[0]
        indent = self._indent_at(min(near, len(self._rows) - 1))
        rows = self._encoded(change.text, indent)
        if not fields and any(line.text.strip(SPACE) for line in self._rows):
            rows = [_Row("", "", ""), *rows]
        for row in found:
            for sheet in self._inserted(rows, row):
                yield sheet._if(_with(fields, new, index))

    def _replaced(self, chosen: Field, text: str) -> Iterator[_Sheet]:
        first, last = chosen.line - 1, _last(chosen)
        old = self._rows[first]
        opening = first == 0 and self._literal is not None
        further = self._indent_at(1) if opening else None
        new = self._encoded(text, _indent(old.text), further)
        for extra in ([], [_Row(self._indent, self._indent, "")]):
            rows = _linked([*new, *extra], self._newline, self._rows[last].end)
            yield self._copy([*self._rows[:first], *rows, *self._rows[last + 1 :]])

    def _removed(self, chosen: Field) -> Iterator[_Sheet]:
        first, last = chosen.line - 1, _last(chosen)
        above, below = self._rows[:first], self._rows[last + 1 :]
        end = self._rows[last].end
        if below and (above or self._literal is None):
            yield self._copy([*above, *below])
        elif above:
            yield self._copy([*above[:-1], above[-1]._replace(end="")])
        # A blank line instead: what follows on no account joins what stood above, or the quotes.
        blank = self._indent if above and not below else ""
        yield self._copy([*above, _Row(blank, blank, end), *below])

    def _own(self, chosen: Field) -> list[_Row]:
        rows = self._rows[chosen.line - 1 : _last(chosen) + 1]
        if chosen.line == 1 and self._literal is not None:
            indent = self._indent_at(1)
            rows = [_Row(indent + rows[0].raw, indent + rows[0].text, rows[0].end), *rows[1:]]
        return rows

    def _inserted(self, new: list[_Row], row: int) -> Iterator[_Sheet]:
        """The new rows before row ``row``, with blank lines where they are needed."""
        blank = _Row("", "", "")
        quotes = self._literal is not None
        for above, below in (([], []), ([], [blank]), ([blank], []), ([blank], [blank])):
            rows = [*above, *new, *below]
            if row == 0 and quotes:
                # The quotes' own line stays theirs.
                indent = _indent(new[0].text)
                old = self._rows[0]
                if old.text.strip(SPACE):
                    old = _Row(indent + old.raw, indent + old.text, old.end)
                start = _linked([blank, *rows], self._newline, self._newline)
                yield self._copy([*start, old, *self._rows[1:]])
            elif row < len(self._rows):
                start = _linked(rows, self._newline, self._newline)
                yield self._copy([*self._rows[:row], *start, *self._rows[row:]])
            else:
                if below:
                    rows[-1] = _Row(self._indent, self._indent, "")
                kept = _linked(self._rows[-1:], self._newline, self._newline)
                end = _linked(rows, self._newline, "")
                yield self._copy([*self._rows[:-1], *kept, *end])

    def _rows_of(self, fields: list[Field], index: int, is_named: bool) -> list[int]:
        """The rows before which it may go: where that field was named, right before it."""
        named = [fields[index].line - 1] if is_named and index < len(fields) else []
        other = self._row_of(fields, index)
        return named if other in named else [*named, other]

    def _row_of(self, fields: list[Field], index: int) -> int:
        """The row before which a field has to be inserted to become number ``index``."""
        if index > 0:
            return fields[index - 1].end
        if fields:
            return fields[0].line - 1
        last = [n for n, row in enumerate(self._rows) if row.text.strip(SPACE)]
        return last[-1] + 1 if last else min(1, len(self._rows))

    def _indent_at(self, row: int) -> str:
        """The indentation of the row, or of one near it that has text."""
        first = 0 if self._literal is None else 1
        for near in [row, row - 1, *range(first, len(self._rows))]:
            if first <= near < len(self._rows):
                text = self._rows[near].text
                if text.strip(SPACE) or near == len(self._rows) - 1:
                    return _indent(text)
        return self._indent

    def _encoded(self, text: str, indent: str, further: str | None = None) -> list[_Row]:
        rows: list[_Row] = []
        for line in text.split("\n"):
            line = (further if rows and further is not None else indent) + line
            raw = line if self._literal is None else literal.encode(line, self._literal)
            rows.append(_Row(raw, line, ""))
        return rows

    def _copy(self, rows: list[_Row]) -> _Sheet:
        return _Sheet(rows, self._literal, self._newline, self._indent)

    def _if(self, expected: list[Field]) -> _Sheet | None:
        """This sheet, where it says just what is expected."""
        return self if _said(read_fields(self.text)) == _said(expected) else None


def _new(source: str, change: Change) -> Splice:
    if not isinstance(change, Add):
        raise Refused.of("edit-no-field", line=change.line)
    _one(change.text)
    code = [line for line in source.splitlines() if line.strip() and line.strip()[0] != "#"]
    first = code[0] if code else ""
    if first.lstrip(SPACE).startswith("%%"):
        raise Refused.of("edit-magic", magic=first.strip())
    if literal.begins(source) and not _begins_with_code(source):
        raise Refused.of("edit-broken")
    indent = _indent(first)
    newline = "\r\n" if "\r\n" in source else "\n"
    lines = ['"""', *(literal.encode(line, _NEW) for line in change.text.split("\n")), '"""']
    text = newline.join(indent + line for line in lines)
    return Splice(0, 0, text + newline if source else text)


def _begins_with_code(source: str) -> bool:
    """Whether the first statement, though it begins with quotes or a bracket, is no mere string."""
    code = cellcode.read(source)
    if code.problems:
        return False
    first = cellcode.parse(code.prepared).body[0]
    value = first.value if isinstance(first, ast.Expr) else None
    return not isinstance(value, (ast.Constant, ast.JoinedStr))


def _one(text: str) -> Field:
    """The one field that the text is.

    Raises:
        Refused: it is no field, more than one, or one with errors.
    """
    fields = read_fields(text)
    whole = len(fields) == 1 and fields[0].line == 1 and _last(fields[0]) == text.count("\n")
    if not whole or not fields[0].known:
        raise Refused.of("edit-not-one", text=text)
    problems = docstring.field_problems(fields[0])
    if problems:
        raise Refused(problems)
    return fields[0]


def _at(fields: list[Field], line: int) -> Field:
    for field in fields:
        if field.line == line:
            return field
    raise Refused.of("edit-no-field", line=line)


def _last(field: Field) -> int:
    """The index of the field's last own line: what follows a one-line field isn't its own."""
    return (field.end if field.key in MULTI_LINE and field.known else field.line) - 1


def _place(fields: list[Field], new: Field) -> int:
    """Where a new field goes: after the last one of its kind, or of a kind that comes before."""
    rank = _rank(new)
    for number in range(len(fields), 0, -1):
        if fields[number - 1].known and _rank(fields[number - 1]) <= rank:
            return number
    known = [number for number, field in enumerate(fields) if field.known]
    return known[0] if known else len(fields)


def _rank(field: Field) -> int:
    return 0 if field.key in PARAM_KEYS else KEYS.index(field.key)


def _with(fields: list[Field], new: Field, index: int) -> list[Field]:
    return [*fields[:index], new, *fields[index:]]


def _said(fields: list[Field]) -> list[tuple[object, ...]]:
    # What follows a one-line field is an error of the docstring, nothing that the field says.
    return [
        (*field[:3], field.rest if field.key in MULTI_LINE else (), field.closed)
        for field in fields
    ]


def _linked(rows: list[_Row], newline: str | None, end: str | None) -> list[_Row]:
    """The rows with line ends between them, and ``end`` after the last.

    Raises:
        Refused: the literal has no way to write a line end.
    """
    if (newline is None and len(rows) > 1) or end is None:
        raise Refused.of("edit-one-line")
    linked = [row._replace(end=row.end or newline or "") for row in rows[:-1]]
    return [*linked, rows[-1]._replace(end=end)]


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip(SPACE))]


def _newline(source: str, found: literal.Literal) -> str | None:
    if len(found.quote) == 1:
        return None if found.raw else "\\n"
    for line in found.lines:
        if line.end and line.end[0] != "\\":
            return line.end
    return "\r\n" if "\r\n" in source else "\n"


def _trimmed(source: str, splice: Splice) -> Splice:
    old, new = source[splice.start : splice.stop], splice.text
    inner = smallest(old, new)
    return Splice(splice.start + inner.start, splice.start + inner.stop, inner.text)


def smallest(before: str, after: str) -> Splice:
    """The shortest splice that makes one text of the other."""
    most = min(len(before), len(after))
    head = _shared(before, after, most)
    tail = _shared(before[::-1], after[::-1], most - head)
    return _of_lines(before, Splice(head, len(before) - tail, after[head : len(after) - tail]))


def _of_lines(before: str, splice: Splice) -> Splice:
    """The same change as one of whole lines, where lines just come or go.

    Lines begin alike, so that the shortest splice may begin in the middle of one; a cursor below
    would get there.
    """
    start, stop, text = splice
    moved = text or before[start:stop]
    begin = max(before.rfind("\n", 0, start), before.rfind("\r", 0, start)) + 1
    shift = start - begin
    head, tail = moved[: len(moved) - shift], moved[len(moved) - shift :]
    if (text and start < stop) or shift > len(moved) or tail != before[begin:start]:
        return splice
    if not (tail + head).endswith(("\n", "\r")):
        return splice
    return Splice(begin, stop - shift, tail + head if text else "")


def _shared(one: str, other: str, most: int) -> int:
    """How many characters, ``most`` at most, both begin with."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
