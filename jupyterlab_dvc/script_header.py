"""The comment lines at the top of a script: where it came from, and whether it is as generated."""

from __future__ import annotations

import hashlib
import re

SHEBANG = "#!/usr/bin/env python3"
_FROM = "# Generated from "
_HASH = "# sha256: "
_HEADER = re.compile(
    rf"{re.escape(SHEBANG)}\n{_FROM}(?P<source>[^\n]*)\n{_HASH}(?P<hash>[0-9a-f]{{64}})\n"
)
# Characters that would end the comment, or that a reader can't see. A fixed list: what counts as
# printable changes with Python's version.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\\\\\ud800-\udfff]"
)


def with_header(source: str, body: str) -> str:
    """The whole script; ``body`` follows the three lines."""
    origin = f"{_FROM}{_escaped(source)}\n"
    return f"{SHEBANG}\n{origin}{_HASH}{_digest(origin, body)}\n{body}"


HEIGHT = 3


def source(text: str) -> str | None:
    """The notebook that the header names; None where there is no header of ours."""
    found = _HEADER.match(_unix(text))
    return None if found is None else _unescaped(found["source"])


def is_unedited(text: str) -> bool | None:
    """Whether the script is, to the character, what was generated; None without our header."""
    text = _unix(text)
    found = _HEADER.match(text)
    if found is None:
        return None
    return _digest(f"{_FROM}{found['source']}\n", text[found.end() :]) == found["hash"]


def _digest(origin: str, body: str) -> str:
    return hashlib.sha256((origin + body).encode("utf-8", "surrogatepass")).hexdigest()


def _unix(text: str) -> str:
    # A checkout may turn the line ends; that is nobody's edit.
    return text.replace("\r\n", "\n")


def _escaped(path: str) -> str:
    def escape(found: re.Match[str]) -> str:
        return found[0].encode("unicode_escape").decode()

    return _HIDDEN.sub(escape, path)


def _unescaped(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        return found[0].encode().decode("unicode_escape")

    pattern = r"\\(?:\\|[ntr]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})"
    return re.sub(pattern, character, text)
