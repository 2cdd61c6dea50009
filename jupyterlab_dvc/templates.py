"""DVC's ``${…}`` in ``dvc.yaml``, as far as paths need it: ``vars``, ``foreach``, ``matrix``."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .errors import JupyterLabDVCError
from .params import MISSING, ReadParams, select
from .stage_fields import DEFAULT_PARAMS_FILE

_TEMPLATE = re.compile(r"(?<!\\)\$\{(.*?)\}")

MAX_GROUP = 100_000
"""How many stages one group may stand for; a larger one is looked at no further."""


class Unresolved(Exception):
    """A template whose value isn't known; DVC will say so itself."""


def context(data: Mapping[str, Any], read: ReadParams | None) -> dict[str, object]:
    """What every stage's templates see: ``params.yaml`` and the file's ``vars``."""
    found: dict[str, object] = {}
    _load(found, [DEFAULT_PARAMS_FILE, *(data.get("vars") or [])], ".", read)
    return found


def expanded(
    name: str, fields: Mapping[str, Any], variables: Mapping[str, object], read: ReadParams | None
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, object]]]:
    """The stages that an entry of ``dvc.yaml`` stands for, each with what its templates see.

    Raises:
        Unresolved: the group's values aren't known.
    """
    body = fields.get("do", fields)
    if "foreach" in fields:
        values = _resolved(fields["foreach"], variables)
        if isinstance(values, Mapping):
            pairs = [(text(key), {"key": key, "item": value}) for key, value in values.items()]
        elif isinstance(values, list):
            nested = any(isinstance(value, (list, Mapping)) for value in values)
            pairs = [
                (text(number if nested else value), {"item": value})
                for number, value in enumerate(values)
            ]
        else:
            raise Unresolved
    elif "matrix" in fields:
        axes = {axis: _resolved(values, variables) for axis, values in fields["matrix"].items()}
        pairs = list(_combinations(axes))
    else:
        pairs = [("", {})]
    for key, extra in pairs:
        seen = {**variables, **extra}
        _load(seen, body.get("vars") or [], str(body.get("wdir") or "."), read)
        yield (f"{name}@{key}" if key else name), body, seen


def _combinations(axes: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    lists = {axis: values for axis, values in axes.items() if isinstance(values, list)}
    size = 1
    for values in lists.values():
        size *= len(values)
    if len(lists) < len(axes) or size > MAX_GROUP:
        raise Unresolved
    numbered = [list(enumerate(values)) for values in lists.values()]
    for chosen in itertools.product(*numbered):
        words, item = [], {}
        for (axis, _), (number, value) in zip(lists.items(), chosen, strict=True):
            simple = not isinstance(value, (list, Mapping))
            words.append(text(value) if simple else f"{axis}{number}")
            item[axis] = value
        yield "-".join(words), {"item": item, "key": "-".join(words)}


def _load(
    into: dict[str, object], given: list[object], folder: str, read: ReadParams | None
) -> None:
    for element in given:
        if isinstance(element, Mapping):
            _merge(into, element)
            continue
        file, _, keys = str(element).partition(":")
        path = posixpath.normpath(posixpath.join(folder, file))
        try:
            data = read(path) if read is not None else None
        except JupyterLabDVCError:
            data = None
        if isinstance(data, Mapping):
            chosen = [key for key in keys.split(",") if key]
            _merge(into, {key: data[key] for key in chosen if key in data} if chosen else data)


def _merge(into: dict[str, object], update: Mapping[str, object]) -> None:
    for key, value in update.items():
        there = into.get(key)
        if isinstance(there, Mapping) and isinstance(value, Mapping):
            merged = dict(there)
            _merge(merged, value)
            into[key] = merged
        else:
            into[key] = value


def _resolved(value: object, variables: Mapping[str, object]) -> object:
    if isinstance(value, str):
        match = _TEMPLATE.fullmatch(value)
        return _value(match[1], variables) if match else interpolate(value, variables)
    if isinstance(value, list):
        return [_resolved(element, variables) for element in value]
    if isinstance(value, Mapping):
        return {key: _resolved(element, variables) for key, element in value.items()}
    return value


def interpolate(template: str, variables: Mapping[str, object]) -> str:
    """
    Raises:
        Unresolved: a variable isn't known, or is no single value.
    """

    def replaced(match: re.Match[str]) -> str:
        value = _value(match[1], variables)
        if isinstance(value, (list, Mapping)):
            raise Unresolved
        return text(value)

    return _TEMPLATE.sub(replaced, template).replace("\\${", "${")


def _value(key: str, variables: Mapping[str, object]) -> object:
    parts = key.replace("[", ".").replace("]", "").split(".")
    value = select(variables, ".".join(part.strip() for part in parts))
    if value is MISSING:
        raise Unresolved
    return value


def text(value: object) -> str:
    """A value as DVC writes it into a template."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
