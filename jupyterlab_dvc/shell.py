"""Shell text cut into words and operators, nothing in it run or expanded."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from .errors import Problem, Refused

_OPERATORS = (
    "&&",
    "||",
    "<<<",
    ";;",
    ">>",
    "<<",
    ">&",
    "<&",
    ">|",
    "&>",
    "|&",
    ";",
    "|",
    "&",
    "(",
    ")",
    "<",
    ">",
)

_EXPANSION = re.compile(r"\$[\w({?!#@*$-]|`")


class Part(NamedTuple):
    """A stretch of a word under one kind of quotes; ``text`` is without them, escapes resolved.

    ``start`` and ``end`` are offsets of the raw text, the quotes not included; ``escaped`` are the
    offsets in ``text`` of what a backslash protected.
    """

    quote: Literal["", "'", '"', "\\"]
    text: str
    start: int
    end: int
    escaped: tuple[int, ...] = ()


class Token(NamedTuple):
    """A word or an operator, with its raw text's offsets."""

    kind: Literal["word", "operator"]
    start: int
    end: int
    raw: str
    parts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The word without its quotes; what the shell would expand stands there as written."""
        return "".join(part.text for part in self.parts) if self.kind == "word" else self.raw

    def expands(self) -> bool:
        """Whether the shell would make something else of the word: variables, patterns, ``~``."""
        for number, part in enumerate(self.parts):
            if part.quote in ("", '"') and any(
                match.start() not in part.escaped for match in _EXPANSION.finditer(part.text)
            ):
                return True
            if part.quote == "" and re.search(r"[*?\[]|\{.*(?:,|\.\.).*\}", part.text):
                return True
            if part.quote == "" and number == 0 and part.text.startswith("~"):
                return True
        return False


def tokens(text: str, key: str) -> list[Token]:
    """
    Args:
        key: the field that the text is from, for messages.

    Raises:
        Refused: a quote that isn't closed, a backslash at the end, or a comment.
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char.isspace():
            position += 1
        elif char == "#":
            raise Refused.of("shell-comment", key=key)
        elif operator := next((op for op in _OPERATORS if text.startswith(op, position)), None):
            found.append(Token("operator", position, position + len(operator), operator))
            position += len(operator)
        else:
            token = _word(text, position, key)
            position = token.end
            found.append(token)
    return found


def _word(text: str, start: int, key: str) -> Token:
    parts: list[Part] = []
    position = start
    while position < len(text):
        char = text[position]
        if char.isspace() or any(text.startswith(op, position) for op in _OPERATORS):
            break
        part = _part(text, position, key)
        position = part.end + (1 if part.quote in ("'", '"') else 0)
        parts.append(part)
    return Token("word", start, position, text[start:position], tuple(parts))


def _part(text: str, start: int, key: str) -> Part:
    char = text[start]
    if char == "'":
        end = text.find("'", start + 1)
        if end < 0:
            raise Refused.of("shell-quote", key=key, quote="'")
        return Part("'", text[start + 1 : end], start + 1, end)
    if char == '"':
        return _double(text, start + 1, key)
    if char == "\\":
        if start + 1 == len(text):
            raise Refused.of("shell-backslash", key=key)
        after = text[start + 1]
        return Part("\\", "" if after == "\n" else after, start, start + 2, (0,))
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in "'\"\\":
        if text[end] in "$`" and (stop := _substitution(text, end, key)) is not None:
            end = stop
            continue
        if any(text.startswith(op, end) for op in _OPERATORS):
            break
        end += 1
    return Part("", text[start:end], start, end)


def _double(text: str, start: int, key: str) -> Part:
    value: list[str] = []
    escaped: list[int] = []
    position = start
    while position < len(text) and text[position] != '"':
        if text[position] == "\\" and text[position + 1 : position + 2] in (
            "$",
            "`",
            '"',
            "\\",
            "\n",
        ):
            if text[position + 1] != "\n":
                escaped.append(sum(map(len, value)))
                value.append(text[position + 1])
            position += 2
            continue
        if text[position] in "$`" and (stop := _substitution(text, position, key)) is not None:
            value.append(text[position:stop])
            position = stop
            continue
        value.append(text[position])
        position += 1
    if position >= len(text):
        raise Refused.of("shell-quote", key=key, quote='"')
    return Part('"', "".join(value), start, position, tuple(escaped))


def _substitution(text: str, start: int, key: str) -> int | None:
    """Where ``$(…)``, ``${…}`` or a backquoted command ends; None where none begins."""
    if text[start] == "`":
        end = text.find("`", start + 1)
        if end < 0:
            raise Refused.of("shell-quote", key=key, quote="`")
        return end + 1
    opening = text[start + 1 : start + 2]
    closing = {"(": ")", "{": "}"}.get(opening)
    if closing is None:
        return None
    depth = 0
    for position in range(start + 1, len(text)):
        if text[position] == opening:
            depth += 1
        elif text[position] == closing:
            depth -= 1
            if depth == 0:
                return position + 1
    raise Refused.of("shell-quote", key=key, quote=opening)


def problems(text: str, key: str) -> list[Problem]:
    """What would make the text swallow the words that are put behind it."""
    try:
        found = tokens(text, key)
    except Refused as refused:
        return list(refused.problems)
    for token in found:
        if token.kind == "operator":
            return [Problem("shell-operator", {"key": key, "operator": token.raw})]
    return []


def options(text: str) -> list[str]:
    """The ``--name`` options that a command's words give; empty where it can't be read."""
    try:
        words = [token.text for token in tokens(text, "dvc-cmd") if token.kind == "word"]
    except Refused:
        return []
    names = [word.partition("=")[0] for word in words if word.startswith("--") and len(word) > 2]
    return [name[:2] + name[2:].replace("_", "-") for name in names]


def without_space_runs(text: str) -> str:
    """The same command with no two spaces side by side.

    DVC folds a long line of ``dvc.lock`` between two spaces and reads one of them back, so that the
    stage would count as changed for ever.
    """
    if "  " not in text or re.search(r"`|\$\(|<<", text):
        return text
    pieces: list[str] = []
    quote = ""
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\" and quote != "'":
            pieces.append(text[position : position + 2])
            position += 2
            continue
        if char == " " and pieces and pieces[-1].endswith(" "):
            # Between quotes, two empty strings part the spaces; between words one space will do.
            if quote or pieces[-1] != " ":
                pieces.append((quote or "'") * 2 + " ")
        else:
            pieces.append(char)
            if char in "'\"" and quote in ("", char):
                quote = "" if quote else char
        position += 1
    return "".join(pieces)
