"""One key of a params file set or taken out; every other character of the file stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from . import params, yaml_text
from .errors import Place, Refused
from .params import MISSING
from .typed_value import Float, Row
from .yaml_edit import YamlEdit
from .yaml_nodes import Document, Node

_UNTOUCHED = frozenset({"dvc.yaml", "dvc.lock"})


def edited(text: str, file: str, key: str, value: object) -> str:
    """The file's text with the dotted key set, or without it where the value is ``MISSING``.

    A key that isn't there is added, with the mappings that it lies in; one that is taken out takes
    along a mapping that would be empty.

    Raises:
        Refused: a file of another kind, one with errors, or in which the key can't be changed
            without changing what another one means.
    """
    path = PurePosixPath(file)
    suffix = path.suffix.lower()
    if path.name in _UNTOUCHED or suffix not in (".yaml", ".yml", ".json", ".toml"):
        raise Refused.of("params-format", Place(file))
    before = params.parse(text, file)
    if before is not None and not isinstance(before, Mapping):
        raise Refused.of("params-shape", Place(file))
    if params.select(before, key) is MISSING and value is MISSING:
        return text
    write: Callable[..., str] = {".json": _json, ".toml": _toml}.get(suffix, _yaml)
    wanted = _with(before or {}, key.split("."), value)
    try:
        after = write(text, file, key.split("."), value, wanted)
        if _same(params.parse(after, file) or {}, wanted):
            return after
    except (Refused, LookupError, ValueError, TypeError):
        # What came out isn't right; why is of no use to whoever asked for it.
        pass
    raise Refused.of("params-entangled", Place(file), key=key)


def spelled(text: str, file: str, key: str) -> str | None:
    """The source of the key's value, where it is one line that says it; else None."""
    if PurePosixPath(file).suffix.lower() not in (".yaml", ".yml"):
        return None
    document = Document(text.removeprefix("\ufeff"), file)
    node = document.root
    for part in key.split("."):
        node = node.resolved().get(part) if node is not None else None
    if node is None or node.kind not in ("scalar", "seq") or node.anchor or node.tag:
        return None
    source = document.text[node.start : node.end]
    plain = node.kind == "scalar" and node.style is None
    return source if (plain or node.flow) and source and "\n" not in source else None


def _yaml(text: str, file: str, parts: list[str], value: object, wanted: object) -> str:
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    document = Document(text.removeprefix("\ufeff"), file)
    newline = "\r\n" if re.search(r"[^\n]?\r\n", text) else "\n"
    root = document.root
    edit = YamlEdit(document.text, newline)
    if root is None or (root.kind == "scalar" and not root.value):
        if value is MISSING:
            return text
        lines = yaml_text.mapping(_nested(parts, value), 0)
        gap = newline if document.text and not document.text.endswith("\n") else ""
        return bom + document.text + gap + "".join(line + newline for line in lines)
    node, left = _descend(root, parts)
    if value is MISSING:
        mapping, name = _emptied(root, parts)
        if mapping is root and len(root.pairs) == 1 and not root.flow:
            only = root.pairs[0]
            start = document.text.rfind("\n", 0, only[0].start) + 1
            end = document.text.find("\n", max(only[1].end - 1, only[0].end))
            return bom + document.text[:start] + (document.text[end + 1 :] if end >= 0 else "")
        edit.remove(mapping, name)
        return bom + edit.result()
    old = node.get(left[0])
    if len(left) == 1 and old is not None and old.kind == "seq" and old.flow:
        flow = value.source if isinstance(value, Row) else yaml_text.flow(value)
        return bom + document.text[: old.start] + flow + document.text[old.end :]
    edit.set(node, left[0], _nested(left[1:], value) if left[1:] else value)
    return bom + edit.result()


def _descend(root: Node, parts: list[str]) -> tuple[Node, list[str]]:
    """The innermost mapping there is on the way to the key, and what of the key is left."""
    node = root
    for number, part in enumerate(parts[:-1]):
        inner = node.get(part)
        if inner is None or inner.resolved().kind != "map":
            return node, parts[number:]
        node = inner.resolved()
    return node, parts[-1:]


def _emptied(root: Node, parts: list[str]) -> tuple[Node, str]:
    """The mapping and the name in it to take out, so that no empty mapping is left behind."""
    chain = [root]
    for part in parts[:-1]:
        inner = chain[-1].get(part)
        if inner is None:
            raise LookupError(part)
        chain.append(inner.resolved())
    depth = len(chain) - 1
    while depth > 0 and len(chain[depth].pairs) == 1:
        depth -= 1
    return chain[depth], parts[depth]


def _json(text: str, file: str, parts: list[str], value: object, wanted: object) -> str:
    try:
        root = Document(text.removeprefix("\ufeff"), file).root
    except Refused:
        root = None
    if root is None or root.kind != "map":
        return json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"
    if value is MISSING:
        mapping, name = _emptied(root, parts)
        return _without_pair(text, mapping, name)
    node, left = _descend(root, parts)
    new = json.dumps(_nested(left[1:], value) if left[1:] else value, ensure_ascii=False)
    old = node.get(left[0])
    if old is not None:
        return text[: old.start] + new + text[old.end :]
    pair = f"{json.dumps(left[0], ensure_ascii=False)}: {new}"
    if not node.pairs:
        return text[: node.body] + pair + text[node.body :]
    (key, _), (_, last) = node.pairs[-1], node.pairs[-1]
    line = text[text.rfind("\n", 0, key.start) + 1 : key.start]
    gap = f",\n{line}" if "\n" in text[node.start : key.start] and not line.strip() else ", "
    return text[: last.end] + gap + pair + text[last.end :]


def _without_pair(text: str, mapping: Node, name: str) -> str:
    numbers = [n for n, (key, _) in enumerate(mapping.pairs) if key.value == name]
    number = numbers[0]
    key, value = mapping.pairs[number]
    if number:
        return text[: mapping.pairs[number - 1][1].end] + text[value.end :]
    if len(mapping.pairs) > 1:
        return text[: key.start] + text[mapping.pairs[1][0].start :]
    return text[: key.start] + text[value.end :]


def _toml(text: str, file: str, parts: list[str], value: object, wanted: object) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    chain: list[Any] = [document]
    for part in parts[:-1]:
        if part not in chain[-1]:
            chain[-1][part] = tomlkit.table()
        chain.append(chain[-1][part])
    if value is not MISSING:
        chain[-1][parts[-1]] = float(value) if isinstance(value, Float) else value
    else:
        del chain[-1][parts[-1]]
        for depth in range(len(chain) - 1, 0, -1):
            if not chain[depth]:
                del chain[depth - 1][parts[depth - 1]]
    return str(tomlkit.dumps(document))


def _nested(parts: list[str], value: object) -> dict[str, object]:
    found: object = value
    for part in reversed(parts):
        found = {part: found}
    assert isinstance(found, dict)
    return found


def _with(data: object, parts: list[str], value: object) -> object:
    """The data as they are to be."""
    if not parts:
        return value
    mapping = dict(data) if isinstance(data, Mapping) else {}
    if value is MISSING and len(parts) == 1:
        mapping.pop(parts[0], None)
        return mapping
    inner = _with(mapping.get(parts[0]), parts[1:], value)
    if value is MISSING and inner == {}:
        mapping.pop(parts[0], None)
    else:
        mapping[parts[0]] = inner
    return mapping


def _same(one: object, other: object) -> bool:
    """Whether two values are equal and of the same types (1 is not True)."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    return type(one) is type(other) and one == other
