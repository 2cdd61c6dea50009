"""How files look from outside: the same until somebody writes to them, whatever the clock does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_MOST_ENTRIES = 1_000
"""Files of a folder that are looked at; a change beyond them isn't seen."""


def of(root: Path, names: Iterable[str]) -> Iterator[str]:
    """The stamps of files and folders, with those of a folder's entries; nothing is read."""
    for name in names:
        path = os.path.join(root, name)
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            yield f"{name}\0-"
            continue
        yield f"{name}\0{found.st_mtime_ns}\0{found.st_size}\0{found.st_ino}"
        if os.path.isdir(path):
            yield from _in_folder(path)


def digest(stamps: Iterable[str]) -> str:
    text = "\n".join(stamps)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _in_folder(path: str) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            for number, entry in enumerate(entries):
                if number >= _MOST_ENTRIES:
                    return
                found = entry.stat(follow_symlinks=False)
                yield f"{entry.name}\0{found.st_mtime_ns}\0{found.st_size}"
    except OSError:
        return
