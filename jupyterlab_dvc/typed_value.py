"""What a person types for a hyperparameter, as the value that a params file holds."""

from __future__ import annotations

import math
import re
from typing import Any

from .errors import Refused
from .model import ParamType
from .params import MISSING
from .yaml_nodes import Document, Other, plain_value

_INT = re.compile(r"[-+]?[0-9](?:_?[0-9])*\Z")
_NULLS = ("null", "None", "~")


class Unfit(ValueError):
    """The text is not of the type."""


class Float(float):
    """A number that is written as it was typed."""

    source: str

    def __new__(cls, value: float, source: str) -> Float:
        made = super().__new__(cls, value)
        made.source = source
        return made

    def __repr__(self) -> str:
        return self.source


class Row(list[Any]):
    """A list that is written as it was typed, where the file has it on one line."""

    def __init__(self, values: list[Any], source: str) -> None:
        super().__init__(values)
        self.source = source


def parse(text: str, kind: ParamType | None, old: object = MISSING) -> object:
    """The value of the type.

    Without a type, text stays text where the ``old`` value is one; else it is what YAML takes it
    for.

    Raises:
        Unfit: it is none of that type.
    """
    if kind is None:
        if isinstance(old, str):
            return text
        value = _list(text) if text.startswith("[") else _plain(text)
        return text if value is None and text not in _NULLS else value
    if kind.optional and text in (*_NULLS, *([""] if kind.base not in ("str", "Path") else [])):
        return None
    if kind.base in ("str", "Path"):
        return text
    if kind.base == "bool":
        if text.lower() not in ("true", "false"):
            raise Unfit
        return text.lower() == "true"
    if kind.base == "Literal":
        for choice in kind.choices:
            if str(choice) == text or (isinstance(choice, bool) and str(choice).lower() == text):
                return choice
        raise Unfit
    if kind.base == "list":
        values = _list(text)
        item = kind.item or ParamType()
        for value in values:
            if not _is_of(value, item):
                raise Unfit
        return values
    return _number(text.strip(), kind.base)


def _number(text: str, base: str) -> object:
    if _INT.match(text):
        return int(text)
    if base == "int" or not text.isascii() or "_" in text:
        raise Unfit
    try:
        value = float(text)
    except ValueError:
        raise Unfit from None
    if math.isnan(value):
        return Float(value, ".nan")
    if math.isinf(value):
        return Float(value, ".inf" if value > 0 else "-.inf")
    plain = plain_value(text)
    same = isinstance(plain, float) and plain == value
    return Float(value, text if same else repr(value))


def _plain(text: str) -> object:
    value = plain_value(text)
    if isinstance(value, Other):
        return text
    if isinstance(value, float) and not isinstance(value, bool):
        return Float(value, text)
    return value


def _list(text: str) -> Row:
    """A list in one line, as YAML and JSON have it."""
    if not (text.startswith("[") and text.endswith("]")) or "\n" in text:
        raise Unfit
    try:
        document = Document(text, "")
        value = None if document.root is None else document.data(document.root)
    except Refused:
        raise Unfit from None
    if not isinstance(value, list) or "&" in text or "*" in text:
        raise Unfit
    return Row(value, text)


def _is_of(value: object, kind: ParamType) -> bool:
    if kind.base in ("str", "Path"):
        return isinstance(value, str)
    if kind.base == "bool":
        return isinstance(value, bool)
    if kind.base == "Literal":
        return any(value == choice and type(value) is type(choice) for choice in kind.choices)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (kind.base == "float" and isinstance(value, float))
