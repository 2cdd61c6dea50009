"""Changes to a YAML text that leave every character alone that they don't have to touch."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from . import yaml_text
from .yaml_nodes import Node


class _Span(NamedTuple):
    start: int
    end: int
    text: str


class YamlEdit:
    """Collects changes by offsets of the original text; ``result`` applies them all.

    Args:
        text: the text that the nodes' offsets count in.
        newline: the line end to write.
        list_indent: how much further right than its key the dash of a new list stands.
    """

    def __init__(self, text: str, newline: str = "\n", list_indent: int = 0) -> None:
        self._text = text
        self._newline = newline
        self._list_indent = list_indent
        self._spans: list[_Span] = []
        self._ended = not text or text.endswith("\n")

    def result(self) -> str:
        pieces, position = [], 0
        for span in sorted(self._spans, key=lambda span: (span.start, span.end)):
            pieces += [self._text[position : span.start], span.text]
            position = max(position, span.end)
        return "".join([*pieces, self._text[position:]])

    # -- mappings

    def set(
        self,
        mapping: Node,
        key: str,
        value: object,
        *,
        order: Sequence[str] = (),
        canonical: Callable[[object, object], Hashable] | None = None,
        data: Callable[[Node], object] | None = None,
    ) -> None:
        """Give a key a value: in place, or behind the keys that ``order`` has before it.

        ``canonical(item, data)`` names list items, so that those that stay are recognised.
        """
        node = mapping.get(key)
        if node is None:
            self._insert(mapping, key, value, order)
        elif node.kind == "map" and isinstance(value, Mapping) and value:
            for name, element in value.items():
                if element is None:
                    self.remove(node, name)
                elif data is None or (inner := node.get(name)) is None or data(inner) != element:
                    self.set(node, name, element, data=data)
        elif (
            node.kind == "seq"
            and isinstance(value, (list, tuple))
            and value
            and canonical is not None
            and data is not None
        ):
            self._set_list(node, value, canonical, data)
        else:
            self._replace(mapping, key, node, value)

    def add(self, mapping: Node, key: str, value: object, *, first: bool = False) -> None:
        """Put a new key at the end (or the beginning) of a mapping that has some."""
        if mapping.flow:
            text = f"{yaml_text.scalar(key, flow=True)}: {yaml_text.flow(value)}"
            after = None if first or not mapping.pairs else mapping.pairs[-1][1]
            self._insert_flow(mapping, after, text, empty=not mapping.pairs)
            return
        lines = yaml_text.pair(
            key, value, self.column(mapping.pairs[0][0].start), self._list_indent
        )
        if first:
            self._insert_lines(self._line_start(mapping.pairs[0][0].start), lines)
        else:
            self._insert_lines(self._line_end(mapping.pairs[-1][1].end), lines)

    def remove(self, mapping: Node, key: str) -> None:
        """Take a key out; a key that isn't there (or only merged in) is left."""
        numbers = [n for n, (name, _) in enumerate(mapping.pairs) if name.value == key]
        if not numbers:
            return
        number = numbers[0]
        name, value = mapping.pairs[number]
        if mapping.flow:
            self._remove_flow(
                mapping, name.start, value.end, [k.start for k, _ in mapping.pairs], number
            )
        else:
            self._cut(self._line_start(name.start), self._line_end(value.end))

    def _insert(self, mapping: Node, key: str, value: object, order: Sequence[str]) -> None:
        earlier = order[: order.index(key)] if key in order else ()
        place = None
        for name, element in mapping.pairs:
            if name.value in earlier or key not in order:
                place = element
        if place is None or place is mapping.pairs[-1][1]:
            self.add(mapping, key, value, first=place is None and bool(mapping.pairs))
        elif mapping.flow:
            text = f"{yaml_text.scalar(key, flow=True)}: {yaml_text.flow(value)}"
            self._insert_flow(mapping, place, text, empty=False)
        else:
            column = self.column(mapping.pairs[0][0].start)
            lines = yaml_text.pair(key, value, column, self._list_indent)
            self._insert_lines(self._line_end(place.end), lines)

    def _replace(self, mapping: Node, key: str, node: Node, value: object) -> None:
        simple = not isinstance(value, (Mapping, list, tuple)) or not value
        if mapping.flow or simple:
            style = node.style if node.kind == "scalar" and node.style in ("'", '"') else None
            text = (
                yaml_text.flow(value)
                if isinstance(value, (Mapping, list, tuple))
                else yaml_text.scalar(value, flow=mapping.flow, style=style)
            )
            gap = " " if node.start == node.end or node.kind in ("map", "seq") else ""
            start = (
                node.start
                if node.kind in ("scalar", "alias") or node.flow
                else self._after_colon(mapping, node)
            )
            if start == node.start and node.start != node.end:
                gap = ""
            self._spans.append(_Span(start, self._trimmed(node.end), gap + text))
            return
        name = next(k for k, v in mapping.pairs if v is node)
        lines = yaml_text.pair(key, value, self.column(name.start), self._list_indent)
        head = lines[0].lstrip(" ")[len(yaml_text.scalar(key)) :]
        text = self._newline.join([head, *lines[1:]])
        self._spans.append(_Span(name.end, self._trimmed(node.end), text))

    def _after_colon(self, mapping: Node, node: Node) -> int:
        name = next(k for k, v in mapping.pairs if v is node)
        return self._text.index(":", name.end) + 1

    # -- lists

    def _set_list(
        self,
        node: Node,
        wanted: Sequence[object],
        canonical: Callable[[object, object], Hashable],
        data: Callable[[Node], object],
    ) -> None:
        present = [canonical(data(item), None) for item in node.items]
        goal = [canonical(element, None) for element in wanted]
        gone: list[int] = []
        left = list(goal)
        for number, name in enumerate(present):
            if name in left:
                left.remove(name)
            else:
                gone.append(number)
        new: list[object] = []
        for element, name in zip(wanted, goal, strict=True):
            if name in left:
                left.remove(name)
                new.append(element)
        # A renamed item takes the place of the old one, and keeps the comment behind it.
        for number, element in zip(gone, new, strict=False):
            self._replace_item(node, number, element)
        for number in gone[len(new) :]:
            self._remove_item(node, number)
        if len(new) > len(gone):
            self._append(node, new[len(gone) :])

    def _replace_item(self, node: Node, number: int, value: object) -> None:
        old = node.items[number]
        if node.flow:
            text = yaml_text.flow(value)
        elif isinstance(value, (Mapping, list)):
            column = self.column(self._dash(node, number))
            lines = yaml_text.item(value, column, self._list_indent)
            text = self._newline.join([lines[0].lstrip(" ")[2:], *lines[1:]])
        else:
            style = old.style if old.style in ("'", '"') else None
            text = yaml_text.scalar(value, style=style)
        gap = " " if old.start == old.end else ""
        self._spans.append(_Span(old.start, self._trimmed(old.end), gap + text))

    def _remove_item(self, node: Node, number: int) -> None:
        old = node.items[number]
        if node.flow:
            self._remove_flow(node, old.start, old.end, [item.start for item in node.items], number)
        else:
            self._cut(self._line_start(self._dash(node, number)), self._line_end(old.end))

    def _append(self, node: Node, values: Sequence[object]) -> None:
        if node.flow:
            text = ", ".join(map(yaml_text.flow, values))
            self._insert_flow(
                node, node.items[-1] if node.items else None, text, empty=not node.items
            )
            return
        column = self.column(self._dash(node, 0))
        lines = [
            line for value in values for line in yaml_text.item(value, column, self._list_indent)
        ]
        self._insert_lines(self._line_end(node.end), lines)

    def _dash(self, node: Node, number: int) -> int:
        start = node.items[number - 1].end if number else node.start
        if number == 0 and self._text[start] != "-":
            start = node.body
        position = start
        while self._text[position] != "-":
            # Between two items stand white space and comments only.
            if self._text[position] == "#":
                position = self._text.index("\n", position)
            position += 1
        return position

    # -- flow collections

    def _insert_flow(self, node: Node, after: Node | None, text: str, *, empty: bool) -> None:
        if empty:
            self._spans.append(_Span(node.body, node.body, text))
        elif after is None:
            self._spans.append(_Span(node.body, node.body, text + ", "))
        else:
            self._spans.append(_Span(after.end, after.end, ", " + text))

    def _remove_flow(
        self, node: Node, start: int, end: int, starts: list[int], number: int
    ) -> None:
        if number + 1 < len(starts):
            comma = self._text.index(",", end, starts[number + 1])
            stop = comma + 1
            while self._text[stop] == " ":
                stop += 1
            self._spans += [_Span(start, end, ""), _Span(comma, stop, "")]
        else:
            self._spans.append(_Span(start, end, ""))

    # -- lines

    def column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    def _line_start(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _line_end(self, end: int) -> int:
        """Where the line after the one on which a value ends begins."""
        newline = self._text.find("\n", self._trimmed(end))
        return len(self._text) if newline < 0 else newline + 1

    def _trimmed(self, end: int) -> int:
        # A block scalar ends where the next token starts: the blank lines between belong to nobody.
        while end > 0 and self._text[end - 1] in " \t\r\n":
            end -= 1
        return end

    def _cut(self, start: int, end: int) -> None:
        self._spans.append(_Span(start, end, ""))

    def _insert_lines(self, offset: int, lines: Sequence[str]) -> None:
        text = "".join(line + self._newline for line in lines)
        if offset == len(self._text) and not self._ended:
            text = self._newline + text
            self._ended = True
        self._spans.append(_Span(offset, offset, text))
