"""Plain data as YAML that means the same in 1.1 and 1.2, with as few quotes as are safe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"

# Words and shapes that some YAML reader takes for something other than text.
_AMBIGUOUS = re.compile(
    r"""(?:~|=|<<|y|n|yes|no|on|off|true|false|null|none
    |[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]*)(?:e[-+]?[0-9]+)?
    |[-+]?0(?:x[0-9a-f_]*|b[01_]*|o[0-7_]*)|[-+]?[0-9][0-9_]*(?::[0-9]*)+(?:\.[0-9_]*)?
    |[-+]?\.?(?:inf|nan)
    |[0-9]{4}-[0-9].*)\Z""",
    re.VERBOSE | re.IGNORECASE,
)


def scalar(value: object, *, flow: bool = False, style: str | None = None) -> str:
    """One line of YAML for a text, number, truth value or None.

    Args:
        flow: the scalar stands between the brackets of a flow collection.
        style: the quote to keep where the text allows it: ``'``, ``"`` or None for none.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if not value.isprintable() or "\ufeff" in value:
        return _double(value)
    if style == '"':
        return _double(value)
    if style is None and _plain(value, flow):
        return value
    return "'" + value.replace("'", "''") + "'"


def _plain(text: str, flow: bool) -> bool:
    if not text or text != text.strip() or _AMBIGUOUS.match(text):
        return False
    if text[0] in _INDICATORS or text.startswith(("---", "...")):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and any(c in ",[]{}:" for c in text))


def _double(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() and char != "\ufeff":
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(value: object) -> str:
    """Data in one line: ``{a: [b, c]}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k, flow=True)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, flow=True)


def pair(key: str, value: object, indent: int, list_indent: int = 0) -> list[str]:
    """The lines of ``key: value`` in block style.

    Args:
        indent: the column of the key.
        list_indent: how much further right than its key the dash of a list stands.
    """
    head = " " * indent + scalar(key) + ":"
    if isinstance(value, Mapping) and value:
        return [head, *mapping(value, indent + 2, list_indent)]
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        lines = [head]
        for element in value:
            lines += item(element, indent + list_indent, list_indent)
        return lines
    return [
        f"{head} {flow(value)}"
        if isinstance(value, (Mapping, list, tuple))
        else f"{head} {scalar(value)}"
    ]


def mapping(value: Mapping[str, object], indent: int, list_indent: int = 0) -> list[str]:
    """The lines of a mapping in block style."""
    lines: list[str] = []
    for key, element in value.items():
        lines += pair(key, element, indent, list_indent)
    return lines


def item(value: object, indent: int, list_indent: int = 0) -> list[str]:
    """The lines of ``- value`` in block style; the dash stands at ``indent``."""
    dash = " " * indent + "- "
    if isinstance(value, Mapping) and value:
        lines = mapping(value, indent + 2, list_indent)
        return [dash + lines[0][indent + 2 :], *lines[1:]]
    if isinstance(value, (Mapping, list, tuple)):
        return [dash + flow(value)]
    return [dash + scalar(value)]
