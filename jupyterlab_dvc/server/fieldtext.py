"""A field as the page names its parts, and as the docstring spells it; and back."""

from __future__ import annotations

from typing import cast

from .. import docstring, fieldview, parameter
from ..api_step import FieldChange, FieldText
from ..docstring_edit import Add, Change, Move, Remove, Replace
from ..errors import Problem, Refused
from ..fields import FLAG_KEYS, PARAM_KEYS, PATH_KINDS
from ..model import Hyperparameter, Parameter, PathDirective, Text
from ..stage_fields import DEFAULT_PARAMS_FILE


def written(field: FieldText, key: str | None = None) -> str:
    """The field's text; a param keeps its ``key`` where that is one of a param's.

    Raises:
        Refused: what is wrong with it, in the sentences of the docstring's reader.
    """
    own = fieldview.KEY_OF_KIND[field.kind]
    if own == "param":
        own = key if key in PARAM_KEYS else own
    return docstring.field_text(own, _item(field, own))


def _item(field: FieldText, key: str) -> docstring.Item:
    related = parameter.normal_name(field.param) if field.param else None
    if key in PARAM_KEYS:
        name = parameter.normal_name(field.name or "")
        problem = parameter.check_name(name)
        if problem is not None:
            raise Refused(problem)
        type = parameter.parse_type(field.type or "")
        # The grammar has no blank line within a description and none at its ends.
        lines = [line.strip() for line in (field.text or "").split("\n")]
        text = "\n".join(line for line in lines if line)
        default, _ = parameter.default_of(text, type)
        return Parameter(name, type, text, default)
    if key in PATH_KINDS:
        return PathDirective(PATH_KINDS[key], (field.path or "").strip(), related)
    if key == "dvc-param":
        file = (field.file or "").strip()
        usual = file in ("", DEFAULT_PARAMS_FILE, f"./{DEFAULT_PARAMS_FILE}")
        return Hyperparameter((field.key or "").strip(), None if usual else file, related)
    if key in FLAG_KEYS:
        return True
    lines = [line.strip() for line in (field.text or "").split("\n")]
    separator = "\n" if key == "dvc-desc" else " "
    return Text(separator.join(line for line in lines if line))


def of_row(row: fieldview.Row) -> FieldText:
    """What a row says, as a change would say it; it must not be an unknown one."""
    return FieldText(
        kind=cast(fieldview.FieldKind, row.kind),
        name=row.name,
        type=row.type or None,
        text=row.text or None,
        path=row.path,
        param=row.param,
        key=row.key_path,
        file=None if row.file == DEFAULT_PARAMS_FILE else row.file,
    )


def change(asked: FieldChange, keys: dict[int, str]) -> Change:
    """A change as ``docstring_edit`` takes it; ``keys`` has the key of the field on each line.

    Raises:
        Refused: the field has errors, or something that the change needs is missing.
    """
    if asked.op == "add":
        return Add(_text(asked.field), asked.before)
    if asked.line is None:
        raise _missing(asked.op, "line")
    if asked.op == "replace":
        return Replace(asked.line, _text(asked.field, keys.get(asked.line)))
    if asked.op == "remove":
        return Remove(asked.line)
    return Move(asked.line, asked.before)


def _text(field: FieldText | None, key: str | None = None) -> str:
    if field is None:
        raise _missing("add or replace", "field")
    return written(field, key)


def _missing(op: str, name: str) -> Refused:
    return Refused(Problem("request-invalid", {"reason": f"to {op} takes a `{name}`"}))
