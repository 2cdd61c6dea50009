"""What of a stage's fields matters, whichever of DVC's notations they are written in."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping

ORDER = (
    "desc",
    "cmd",
    "wdir",
    "vars",
    "deps",
    "params",
    "outs",
    "metrics",
    "plots",
    "frozen",
    "always_changed",
    "meta",
)
"""The order in which a new stage's fields are written."""

OWNED = ("cmd", "wdir", "vars", "deps", "params", "outs", "metrics", "plots")
"""Fields that a notebook always decides: without a directive they don't stand in its stage."""

OPTIONAL = ("desc", "frozen", "always_changed")
"""Fields that a notebook may leave to the person who edits ``dvc.yaml``."""

META_KEY = "jupyterlab-dvc"
DEFAULT_PARAMS_FILE = "params.yaml"

_GENERATED_FLAGS = {"cache": True, "persist": False}


def canonical(field: str, value: object) -> object:
    """A JSON value that is equal for two notations of the same; a field that says nothing is None.

    The order of ``deps``, ``params`` and outputs doesn't count, nor do flags of an output that
    directives never set (``remote``, ``desc``, a plot's axes).
    """
    if value is None or value == [] or value == {}:
        return None
    if field == "cmd":
        return value.splitlines() if isinstance(value, str) else value
    if field in ("frozen", "always_changed"):
        return True if value is True else (None if value is False else value)
    if field == "wdir":
        return None if value == "." else value
    if field == "vars" or not isinstance(value, list):
        return value
    if field == "params":
        return sorted({pair for element in value for pair in _params(element)}, key=json.dumps)
    if field == "deps":
        return sorted({json.dumps(element, default=str) for element in value})
    if field in ("outs", "metrics", "plots"):
        merged: dict[str, dict[str, object]] = {}
        for element in value:
            for path, flags in outputs(element):
                merged.setdefault(path, {}).update(generated_flags(flags))
        return [[path, merged[path]] for path in sorted(merged)]
    return value


def canonical_item(field: str, element: object) -> str:
    """The same for one element of a list field: what tells whether it stays."""
    return json.dumps(canonical(field, [element]), sort_keys=True, default=str)


def outputs(element: object) -> list[tuple[str, Mapping[str, object]]]:
    """``path`` or ``{path: flags}`` as pairs."""
    if isinstance(element, Mapping):
        return [
            (str(path), flags if isinstance(flags, Mapping) else {})
            for path, flags in element.items()
        ]
    return [(str(element), {})]


def generated_flags(flags: Mapping[str, object]) -> dict[str, object]:
    return {
        name: flags[name]
        for name, usual in _GENERATED_FLAGS.items()
        if name in flags and flags[name] != usual
    }


def _params(element: object) -> Iterable[tuple[str, str | None]]:
    if not isinstance(element, Mapping):
        yield DEFAULT_PARAMS_FILE, str(element)
        return
    for file, keys in element.items():
        if isinstance(keys, list) and keys:
            for key in keys:
                yield str(file), str(key)
        else:
            yield str(file), None


def fingerprint(fields: Mapping[str, object]) -> str:
    """sha256 (hexadecimal) over the fields that a notebook decides; ``meta`` is left out."""
    facts = {
        name: value
        for name in (*OWNED, *OPTIONAL)
        if (value := canonical(name, fields.get(name))) is not None
    }
    text = json.dumps(facts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def own_meta(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Our part of a stage's ``meta``; empty where the stage isn't ours."""
    meta = fields.get("meta")
    own = meta.get(META_KEY) if isinstance(meta, Mapping) else None
    return own if isinstance(own, Mapping) else {}


def generated_optionals(fields: Mapping[str, object]) -> frozenset[str] | None:
    """Which optional fields were generated; None where a generated field was edited since.

    One hash tells: it fits the fields as they were generated, and those are the fixed ones with one
    choice of the optional ones.
    """
    recorded = own_meta(fields).get("sha256")
    present = [name for name in OPTIONAL if canonical(name, fields.get(name)) is not None]
    fixed = {name: fields[name] for name in OWNED if name in fields}
    for size in range(len(present), -1, -1):
        for chosen in itertools.combinations(present, size):
            if fingerprint({**fixed, **{name: fields[name] for name in chosen}}) == recorded:
                return frozenset(chosen)
    return None
