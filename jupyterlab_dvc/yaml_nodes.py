"""A YAML document as nodes that know where they stand, with values as DVC reads them (YAML 1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import Place, Refused

MAX_DEPTH = 100
"""Deeper nesting is refused: DVC's own reader gives up not far above it."""

MAX_WEIGHT = 2_000_000
"""How many nodes a document may have when every alias is written out."""

Kind = Literal["scalar", "map", "seq", "alias"]


@dataclass(slots=True, eq=False)
class Node:
    """A node; offsets count characters of the text.

    ``end`` is behind its last token, comments left out; ``body`` is where the content starts:
    behind an anchor or a tag, and behind the bracket of a flow collection. ``value`` is a
    scalar's text or an alias's name; ``style`` is None for a plain scalar.
    """

    kind: Kind
    start: int
    body: int
    end: int
    line: int
    value: str = ""
    style: str | None = None
    flow: bool = False
    tag: str | None = None
    anchor: str | None = None
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    target: Node | None = None

    def get(self, key: str) -> Node | None:
        """The value written under a key (merged keys aside)."""
        for name, value in self.pairs:
            if name.kind == "scalar" and name.value == key:
                return value
        return None

    def resolved(self) -> Node:
        """The node itself, or what the alias stands for."""
        return self.target if self.target is not None else self


class Document:
    """The one document of a YAML text; ``root`` is None where it holds nothing but comments."""

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown
        self._data: dict[int, object] = {}
        self.root = _compose(text, shown)
        if self.root is not None and "*" in text:
            _weigh(self.root, shown)

    def data(self, node: Node) -> Any:
        """The plain value of a node, as DVC reads it; aliases share one object.

        Raises:
            Refused: a duplicate key, a key that is a collection, a tag unknown to plain data.
        """
        known = self._data.get(id(node))
        if known is not None:
            return known
        value: object
        if node.kind == "alias":
            value = self.data(node.resolved())
        elif node.kind == "seq":
            _check_tag(node, "tag:yaml.org,2002:seq", self.shown)
            value = [self.data(item) for item in node.items]
        elif node.kind == "map":
            _check_tag(node, "tag:yaml.org,2002:map", self.shown)
            value = self._mapping(node)
        else:
            value = _scalar(node, self.shown)
        self._data[id(node)] = value
        return value

    def _mapping(self, node: Node) -> dict[object, object]:
        own: dict[object, object] = {}
        merged: dict[object, object] = {}
        for key_node, value_node in node.pairs:
            if is_merge(key_node):
                for source in self._merge_sources(value_node):
                    for key, value in source.items():
                        merged.setdefault(key, value)
                continue
            key = self.data(key_node)
            if isinstance(key, (dict, list)):
                raise Refused.of("yaml-invalid", self.place(key_node), reason="a key is no text")
            if key in own:
                raise Refused.of("yaml-duplicate-key", self.place(key_node), key=str(key))
            own[key] = self.data(value_node)
        return {**merged, **own} if merged else own

    def _merge_sources(self, node: Node) -> Iterator[dict[object, object]]:
        target = node.resolved()
        sources = target.items if target.kind == "seq" else [target]
        for source in sources:
            value = self.data(source)
            if not isinstance(value, dict):
                raise Refused.of(
                    "yaml-invalid",
                    self.place(node),
                    reason="'<<' merges something that is no mapping",
                )
            yield value

    def place(self, node: Node) -> Place:
        return Place(self.shown, line=node.line)


def is_merge(key: Node) -> bool:
    return key.kind == "scalar" and key.style is None and key.value == "<<"


def _events(text: str) -> tuple[Iterator[Any], type[Exception]]:
    # libyaml is twenty times as fast; it takes three characters for line ends that YAML 1.2
    # doesn't, and knows no %YAML 1.2.
    if not re.search("[\x85\u2028\u2029]|^%", text, re.MULTILINE):
        try:
            import yaml

            if yaml.__with_libyaml__:
                return yaml.parse(text, Loader=yaml.CSafeLoader), yaml.YAMLError
        except ImportError:
            pass
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    return YAML(typ="safe", pure=True).parse(text), YAMLError


def _compose(text: str, shown: str) -> Node | None:
    events, error_type = _events(text)
    try:
        return _build(text, events, shown)
    except error_type as error:
        mark = getattr(error, "problem_mark", None)
        reason = (
            getattr(error, "problem", None) or getattr(error, "reason", None) or "it can't be read"
        )
        line = mark.line + 1 if mark is not None else None
        raise Refused.of("yaml-invalid", Place(shown, line=line), reason=str(reason)) from error
    except RecursionError as error:
        raise Refused.of("yaml-too-deep", Place(shown), limit=MAX_DEPTH) from error


def _build(text: str, events: Iterator[Any], shown: str) -> Node | None:
    root: Node | None = None
    documents = 0
    stack: list[Node] = []
    keys: list[Node | None] = []
    anchors: dict[str, Node] = {}
    for event in events:
        kind = type(event).__name__
        start, end = event.start_mark.index, event.end_mark.index
        line = event.start_mark.line + 1
        if kind == "ScalarEvent":
            style = event.style or None
            node = Node("scalar", start, start, end, line, event.value, style)
        elif kind == "AliasEvent":
            node = Node("alias", start, start, end, line, event.anchor)
            node.target = anchors.get(event.anchor)
            if node.target is None or node.target in stack:
                raise Refused.of("yaml-alias", Place(shown, line=line), name=event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            node = Node("map" if kind[0] == "M" else "seq", start, end, end, line)
            node.flow = bool(event.flow_style)
            if end > start and text[end - 1] == "-":
                # For a list that isn't indented, the parsers count its first dash to its start.
                node.body = end - 1
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            done = stack.pop()
            keys.pop()
            done.end = end if done.flow else _last(done)
            continue
        else:
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise Refused.of("yaml-documents", Place(shown, line=line))
            continue
        if kind != "AliasEvent":
            node.tag = str(event.tag) if event.tag else None
            if event.anchor:
                node.anchor = event.anchor
                anchors[event.anchor] = node
        if not stack:
            root = node
        elif stack[-1].kind == "seq":
            stack[-1].items.append(node)
        else:
            key = keys[-1]
            if key is None:
                keys[-1] = node
            else:
                stack[-1].pairs.append((key, node))
                keys[-1] = None
        if node.kind in ("map", "seq"):
            if len(stack) >= MAX_DEPTH:
                raise Refused.of("yaml-too-deep", Place(shown, line=line), limit=MAX_DEPTH)
            stack.append(node)
            keys.append(None)
    return root


def _last(node: Node) -> int:
    if node.kind == "seq":
        return node.items[-1].end if node.items else node.body
    return node.pairs[-1][1].end if node.pairs else node.body


def _weigh(root: Node, shown: str) -> None:
    # Post-order by hand, with each anchored node weighed once: what aliases would blow up to is
    # known without blowing it up.
    weights: dict[int, int] = {}

    def weight(node: Node) -> int:
        known = weights.get(id(node))
        if known is not None:
            return known
        if node.kind == "alias":
            total = weight(node.resolved())
        else:
            total = 1 + sum(weight(item) for item in node.items)
            total += sum(weight(key) + weight(value) for key, value in node.pairs)
        weights[id(node)] = total
        return total

    if weight(root) > MAX_WEIGHT:
        raise Refused.of("yaml-too-big", Place(shown), limit=MAX_WEIGHT)


_BOOL = re.compile(r"(?:true|True|TRUE|(false|False|FALSE))\Z")
_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_INT = re.compile(r"(?:[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+)\Z")
_FLOAT = re.compile(
    r"""(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    |[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    |[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z""",
    re.VERBOSE,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:.*)?\Z")

_STR = "tag:yaml.org,2002:str"


_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Other:
    """A scalar whose type DVC's files have no use for, such as a date; only its text is kept."""

    text: str


def _scalar(node: Node, shown: str) -> object:
    tag = node.tag
    if tag in ("!", _STR) or (tag is None and node.style is not None):
        return node.value
    if tag is None:
        return plain_value(node.value)
    if tag.startswith("tag:yaml.org,2002:") and tag.rpartition(":")[2] in (
        "int",
        "float",
        "bool",
        "null",
    ):
        return plain_value(node.value)
    raise Refused.of("yaml-tag", Place(shown, line=node.line), tag=tag)


def plain_value(text: str) -> object:
    """What an unquoted scalar means in YAML 1.2: ``1e-5`` is a number, ``yes`` is text."""
    if text[:1] not in "-+0123456789.~tTfFnN":
        return None if text == "" else text
    if _NULL.match(text):
        return None
    if match := _BOOL.match(text):
        return match[1] is None
    if _FLOAT.match(text):
        return _float(text)
    if _INT.match(text):
        return _int(text)
    if _DATE.match(text):
        return Other(text)
    return text


def _float(text: str) -> object:
    plain = text.replace("_", "").lower()
    if plain.lstrip("+-") == ".inf" or plain == ".nan":
        plain = plain.replace(".", "")
    try:
        # One object for all of them: NaN is equal to itself only by identity.
        return _NAN if plain == "nan" else float(plain)
    except ValueError:
        return Other(text)


def _int(text: str) -> object:
    plain = text.replace("_", "").lower()
    sign = -1 if plain.startswith("-") else 1
    digits = plain.lstrip("+-")
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 10)
    try:
        return sign * int(digits[2:] if base != 10 else digits, base)
    except ValueError:
        # Nothing but underscores, or more digits than Python converts.
        return Other(text)


def _check_tag(node: Node, usual: str, shown: str) -> None:
    if node.tag not in (None, "!", usual):
        raise Refused.of("yaml-tag", Place(shown, line=node.line), tag=str(node.tag))
