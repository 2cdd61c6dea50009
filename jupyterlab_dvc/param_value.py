"""Values of params files: what DVC can't pass in a command, and what a param doesn't take."""

from __future__ import annotations

import re
from collections.abc import Mapping

from . import templates
from .model import ParamType

_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def unfit(value: object) -> str | None:
    """Why DVC can't put a value into a command so that it arrives as it is."""
    if value is None or isinstance(value, (bool, int, float)):
        return None
    if not isinstance(value, str):
        return "it is neither text nor a number nor true or false"
    if "'" in value:
        return "it holds a quote (')"
    if _LINE_END.search(value):
        return "it holds a line break"
    if "\x00" in value or not _encodable(value):
        return "it holds a character that no argument can have"
    if "\\${" in value:
        return "it holds '\\${', which DVC would change"
    return None


def unfit_unpacked(value: object) -> str | None:
    """The same for a value in a mapping that is passed whole."""
    if isinstance(value, Mapping):
        return "it is a mapping"
    elements = list(value) if isinstance(value, (list, tuple)) else [value]
    if not elements:
        return "it is an empty list"
    for element in elements:
        if isinstance(element, (Mapping, list, tuple)):
            return "it is a list of lists or mappings"
        if isinstance(element, str) and element.startswith("-"):
            return "a text in it begins with '-'"
        if reason := unfit(element):
            return reason
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def fits(value: object, kind: ParamType, *, unpacked: bool = False) -> bool:
    """Whether the script takes the value for a param of this type, spelled as DVC spells it.

    ``unpacked``: it is passed in a mapping, where true and false become ``--x`` and ``--no-x``.
    """
    if isinstance(value, (list, tuple)):
        item = kind.item or ParamType()
        words = [str(element) for element in value]
        whole = kind.optional and words == ["None"]
        return kind.base == "list" and (whole or all(_reads(word, item) for word in words))
    if unpacked and isinstance(value, bool):
        return kind.base == "bool"
    return _reads(templates.text(value), kind)


def _reads(text: str, kind: ParamType) -> bool:
    if kind.optional and text == "None":
        return True
    if kind.base == "list":
        return _reads(text, kind.item or ParamType())
    if kind.base == "bool":
        return text.lower() in ("true", "false")
    if kind.base == "Literal":
        return text in {str(choice) for choice in kind.choices}
    if kind.base in ("int", "float"):
        try:
            (int if kind.base == "int" else float)(text)
        except ValueError:
            return False
    return True


def shown(value: object) -> str:
    """The value for a message: on one line, cut where it is long."""
    text = str(templates.text(value))
    return text if len(text) <= 60 else text[:60] + "…"
