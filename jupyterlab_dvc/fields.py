"""The reST fields of a docstring's text: which line says what, known to us or not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .model import PathKind

PATH_KINDS: dict[str, PathKind] = {
    "dvc-in": "in",
    "dvc-out": "out",
    "dvc-out-persist": "out-persist",
    "dvc-metric": "metric",
    "dvc-plot": "plot",
}
# MLV-tools read each of these as a param.
SYNONYMS = ("parameter", "arg", "argument", "attribute", "key", "keyword")
PARAM_KEYS = ("param", *SYNONYMS)
TEXT_KEYS = ("dvc-extra", "dvc-cmd", "dvc-meta-file", "dvc-desc")
FLAG_KEYS = ("dvc-frozen", "dvc-always-changed")
KEYS = (*PARAM_KEYS, *PATH_KINDS, "dvc-param", *TEXT_KEYS, *FLAG_KEYS)
MULTI_LINE = (*PARAM_KEYS, "dvc-extra", "dvc-cmd", "dvc-desc")
FORMS = {
    **dict.fromkeys(PARAM_KEYS, ":param type name: text"),
    **{key: f":{key} param: path" for key in PATH_KINDS},
    "dvc-param": ":dvc-param param: file:key",
    "dvc-extra": ":dvc-extra: --option=value",
    "dvc-cmd": ":dvc-cmd: dvc run -d input -o output command",
    "dvc-meta-file": ":dvc-meta-file: name",
    "dvc-desc": ":dvc-desc: text",
    **{key: f":{key}:" for key in FLAG_KEYS},
}

SPACE = " \t\r\f\v"
_KEY = re.compile(r":[ \t]*([A-Za-z][\w-]*)(?=[\s:])|:([A-Za-z][\w-]*)\Z")
_UNKNOWN = re.compile(r":[ \t]*([^\s:`][^:`]*):(?=\s|\Z)")
# A line of template tags alone says nothing itself, and no field ends at it.
_TAGS = re.compile(r"(?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\}|\s)+\Z")


class Field(NamedTuple):
    """One field as it stands; ``line`` and ``end`` are its first and last line of the text, from 1.

    ``rest_line`` is where ``rest`` begins (0 without one); ``closed`` is False where the colon
    after the key is missing.
    """

    key: str
    args: str
    first: str
    rest: tuple[str, ...]
    line: int
    end: int
    closed: bool = True
    rest_line: int = 0
    known: bool = True


def read_fields(text: str) -> list[Field]:
    """The fields of the text in order, unknown ones too (their text is prose)."""
    return list(_fields(text))


@lru_cache(maxsize=32)
def _fields(text: str) -> tuple[Field, ...]:
    fields: list[Field] = []
    rest: list[str] = []
    first = end = 0
    open_ = False

    def close() -> None:
        if rest:
            fields[-1] = fields[-1]._replace(rest=tuple(rest), end=end, rest_line=first)
            rest.clear()

    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip(SPACE)
        if not line:
            open_ = False
            continue
        if line[0] == ":":
            field = _field(line, number)
            if field is not None:
                close()
                fields.append(field)
                open_ = True
                continue
        if open_ and not (line[0] == "{" and _TAGS.match(line)):
            first, end = first if rest else number, number
            rest.append(line)
    close()
    return tuple(fields)


def _field(line: str, number: int) -> Field | None:
    found = _KEY.match(line)
    key = (found[1] or found[2]) if found else None
    if found is not None and key in KEYS:
        after = line[found.end() :]
        close = _closing_colon(after)
        args = (after if close < 0 else after[:close]).strip(SPACE)
        # The rarer words for a param are also words of prose (`:key: …`).
        if key not in SYNONYMS or (close >= 0 and args):
            text = "" if close < 0 else after[close + 1 :].strip(SPACE)
            return Field(key, args, text, (), number, number, close >= 0)
    unknown = _UNKNOWN.match(line)
    if unknown is None:
        return None
    return Field(unknown[1], "", "", (), number, number, known=False)


def _closing_colon(text: str) -> int:
    """Where the field's key ends: the first colon outside quotes and brackets, else the first."""
    depth = 0
    quote = ""
    escaped = False
    for position, c in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = c == "\\"
            if c == quote:
                quote = ""
        elif c in "'\"":
            quote = c
        elif c in "[({":
            depth += 1
        elif c in "])}":
            depth -= 1
        elif c == ":" and depth <= 0:
            return position
    return text.find(":")
