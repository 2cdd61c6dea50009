"""What would mend a problem of a docstring's field, where there is one thing that would."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from .. import fieldview, parameter
from ..api_step import FieldChange, FieldText, Fix
from ..errors import Problem
from ..fieldview import Row
from .fieldtext import of_row

# What other languages and libraries call our types.
_TYPES = {
    "string": "str",
    "text": "str",
    "integer": "int",
    "number": "float",
    "double": "float",
    "boolean": "bool",
    "file": "Path",
    "path": "Path",
    "array": "list",
}


def of(problem: Problem, row: Row, line: str) -> Fix | None:
    """The fix of a row's problem; ``line`` is the row's first line as it stands."""
    make = _FIXES.get(problem.code)
    return None if make is None else make(problem, row, line)


def _key(problem: Problem, row: Row, line: str) -> Fix | None:
    near = str(problem.args["near"])
    text = line.strip()
    start = text.find(row.key)
    corrected = text[:start] + near + text[start + len(row.key.split()[0]) :]
    return _reread(row, corrected, "fix-key", key=near)


def _close(problem: Problem, row: Row, line: str) -> Fix | None:
    key, _, rest = line.strip().removeprefix(":").strip().partition(" ")
    return _reread(row, f":{key}: {rest}", "fix-colon", key=key)


def _reread(row: Row, text: str, code: str, **args: str | int) -> Fix | None:
    """The fix that has this text on the row's line, where that is right by itself."""
    view = fieldview.read(text)
    if len(view.rows) != 1 or view.rows[0].kind == "unknown":
        return None
    if any(
        p.severity == "error" and not p.code.startswith("related") for p in view.rows[0].problems
    ):
        return None
    return _replaced(row, of_row(view.rows[0]), code, **args)


def _declare(problem: Problem, row: Row, line: str) -> Fix | None:
    name = str(problem.args["name"])
    if parameter.check_name(name) is not None:
        return None
    field = FieldText(kind="param", name=name, type="str" if row.path is not None else None)
    change = FieldChange(op="add", field=field)
    return Fix(title_code="fix-declare", args={"name": name}, changes=[change])


def _remove(problem: Problem, row: Row, line: str) -> Fix | None:
    change = FieldChange(op="remove", line=row.line)
    return Fix(title_code="fix-remove", args={"key": row.key}, changes=[change])


def _default(problem: Problem, row: Row, line: str) -> Fix | None:
    value = str(problem.args.get("literal") or problem.args["value"])
    type = parameter.parse_type(row.type or "")
    almost = re.compile(r"(?<!\w)defaults?(?:\s+to\b|\s*[:=])\s*(?=\S)", re.I)
    ends = [found.start() for found in almost.finditer(row.text)]
    if not ends or not parameter.fits(value, type):
        return None
    text = parameter.with_default(row.text[: ends[-1]].rstrip(), type, value)
    field = msgspec.structs.replace(of_row(row), text=text)
    return _replaced(row, field, "fix-default", value=value)


def _type(problem: Problem, row: Row, line: str) -> Fix | None:
    import difflib

    given = (row.type or "").strip()
    near = _TYPES.get(given.lower())
    if near is None:
        close = difflib.get_close_matches(given, [*parameter.SCALARS, "list"], 1, 0.6)
        near = close[0] if close else None
    if near is None:
        return None
    return _replaced(row, msgspec.structs.replace(of_row(row), type=near), "fix-type", type=near)


def _name(problem: Problem, row: Row, line: str) -> Fix | None:
    proposal = str(problem.args.get("proposal") or f"{row.name}_")
    field = msgspec.structs.replace(of_row(row), name=proposal)
    return _replaced(row, field, "fix-name", name=proposal)


def _bare(problem: Problem, row: Row, line: str) -> Fix | None:
    return _replaced(row, FieldText(kind=of_row(row).kind), "fix-bare", key=row.key)


def _nameless(problem: Problem, row: Row, line: str) -> Fix | None:
    return _replaced(row, of_row(row), "fix-nameless", key=row.key)


def _replaced(row: Row, field: FieldText, code: str, **args: str | int) -> Fix:
    change = FieldChange(op="replace", line=row.line, field=field)
    return Fix(title_code=code, args=args, changes=[change])


_FIXES: Mapping[str, Callable[[Problem, Row, str], Fix | None]] = {
    "field-unknown": _key,
    "field-unclosed": _close,
    "related-unknown": _declare,
    "param-duplicate": _remove,
    "field-twice": _remove,
    "param-default-form": _default,
    "param-default-quotes": _default,
    "param-type-unknown": _type,
    "param-name-invalid": _name,
    "param-name-keyword": _name,
    "flag-with-text": _bare,
    "field-takes-no-name": _nameless,
}
