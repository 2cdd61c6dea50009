"""A regenerated stage meets the one in the file: what the notebook decides, what a person added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .stage_fields import (
    META_KEY,
    OPTIONAL,
    ORDER,
    OWNED,
    canonical,
    generated_flags,
    generated_optionals,
    outputs,
)

OUTPUTS = ("outs", "metrics", "plots")


def ordered(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: fields[key] for key in ORDER if key in fields}
    return {**known, **{key: value for key, value in fields.items() if key not in known}}


def merged(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The stage's fields after regeneration, and the generated ones that a hand had changed."""
    generated = generated_optionals(old)
    decided = [*OWNED, *(name for name in OPTIONAL if name in new or name in (generated or ()))]
    edited = tuple(
        name
        for name in decided
        if not same(name, old.get(name), new.get(name))
        and (generated is None or (name in OPTIONAL and name not in generated and name in old))
    )
    wanted: dict[str, Any] = {}
    for name in dict.fromkeys([*old, *new]):
        if name == "meta":
            wanted[name] = _merged_meta(old.get("meta"), new.get("meta"))
        elif name not in decided:
            wanted[name] = old[name]
        elif name in new:
            wanted[name] = _with_flags(name, new[name], old.get(name))
    if "meta" in old and not isinstance(old["meta"], dict) and "meta" in new:
        edited += ("meta",)
    return wanted, edited


def _merged_meta(old: object, new: object) -> object:
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return new if new is not None else old
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        if key == META_KEY and isinstance(before, Mapping) and isinstance(value, Mapping):
            value = {**before, **value}
        merged[key] = value
    return merged


def _with_flags(field_name: str, new: object, old: object) -> object:
    """Outputs with the flags that the file's owner gave them and no directive sets."""
    if field_name not in OUTPUTS or not isinstance(old, list):
        return new
    by_hand = kept_flags(old)
    merged: list[object] = []
    for element in new if isinstance(new, list) else []:
        for path, flags in outputs(element):
            every = {**generated_flags(flags), **by_hand.get(path, {})}
            merged.append({path: every} if every else path)
    return merged


def kept_flags(value: object) -> dict[str, dict[str, object]]:
    """The flags of each output that no directive sets: they belong to who edits the file."""
    found: dict[str, dict[str, object]] = {}
    for element in value if isinstance(value, list) else []:
        for path, flags in outputs(element):
            kept = {key: flag for key, flag in flags.items() if key not in ("cache", "persist")}
            found.setdefault(path, {}).update(kept)
    return found


def same(field_name: str, one: object, other: object) -> bool:
    return canonical(field_name, one) == canonical(field_name, other)
