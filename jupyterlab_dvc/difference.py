"""Two texts as a unified diff that ``git apply`` takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

CONTEXT = 3
"""Lines that are shown around a change."""


def header(shown: str) -> str:
    """The line that begins a file's part of a diff."""
    return f"diff --git {quoted(f'a/{shown}')} {quoted(f'b/{shown}')}\n"


def of_file(old: bytes, new: bytes, shown: str) -> str:
    """The diff of a file that is there before and after; empty where nothing differs."""
    if old == new:
        return ""
    return header(shown) + unified(old, new, quoted(f"a/{shown}"), quoted(f"b/{shown}"))


def unified(old: bytes, new: bytes, name_a: str, name_b: str) -> str:
    """The lines from ``---`` on, bytes that are no UTF-8 shown as escapes."""
    before, after = _lines(old), _lines(new)
    if before == after:
        return ""
    hunks = _hunks(before, after)
    return "".join(_with_ends([f"--- {name_a}\n", f"+++ {name_b}\n", *hunks]))


def quoted(name: str) -> str:
    """A path as git writes it in a diff: quoted where a control, quote or backslash is in it."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _octal(c) for c in escaped) + '"'


def _lines(data: bytes) -> list[str]:
    # Only "\n" ends a line for git; str.splitlines would break at form feeds too.
    *whole, last = data.decode("utf-8", "backslashreplace").split("\n")
    return [line + "\n" for line in whole] + ([last] if last else [])


def _hunks(before: list[str], after: list[str]) -> Iterator[str]:
    from difflib import SequenceMatcher

    # Matching takes seconds for two long files: what both begin and end with is left out of it.
    common = min(len(before), len(after))
    head = 0
    while head < common and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < common - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    end_a, end_b = len(before) - tail, len(after) - tail

    class Matcher(SequenceMatcher[str]):
        def get_opcodes(self) -> list[Any]:
            return [
                ("equal", 0, head, 0, head),
                *((tag, *(place + head for place in span)) for tag, *span in super().get_opcodes()),
                ("equal", end_a, len(before), end_b, len(after)),
            ]

    matcher = Matcher(None, before[head:end_a], after[head:end_b])
    for group in matcher.get_grouped_opcodes(CONTEXT):
        (_, start_a, _, start_b, _), (_, _, stop_a, _, stop_b) = group[0], group[-1]
        yield f"@@ -{_range(start_a, stop_a)} +{_range(start_b, stop_b)} @@\n"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[a:b])
            else:
                yield from (f"-{line}" for line in before[a:b])
                yield from (f"+{line}" for line in after[c:d])


def _range(start: int, stop: int) -> str:
    """Counted from 1; an empty one stands behind the line before it."""
    length = stop - start
    return f"{start + 1 if length else start},{length}"


def _with_ends(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _octal(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
