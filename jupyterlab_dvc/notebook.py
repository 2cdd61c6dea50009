"""A notebook file as far as a step needs it: sources, tags and the kernel's language."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from . import files, notebook_json
from .errors import Place, Refused
from .model import Cell, Notebook

_PYTHON = frozenset({"python", "python2", "python3", "ipython"})


_SAVED_WITHIN = 2.0
"""Seconds that a save is waited for; it is one of milliseconds, unless the disk is slow."""
_LEFT_BEHIND = 10.0
"""Seconds after which a copy beside a notebook is what a killed server left there."""
_LOOK_EVERY = 0.02


class File(NamedTuple):
    """A notebook and the bytes that it was read from."""

    notebook: Notebook
    data: bytes


def read(path: Path, shown: str | None = None) -> Notebook:
    """The notebook of a file.

    Raises:
        NotFound: nothing is there.
        Refused: it can't be read, or is no notebook of a Python kernel.
    """
    return read_file(path, shown).notebook


def read_file(path: Path, shown: str | None = None) -> File:
    """The same with its bytes.

    Jupyter empties a notebook and then writes it, with a copy of the old one beside it meanwhile:
    who reads just then waits until it is whole again.
    """
    end = time.monotonic() + _SAVED_WITHIN
    data = files.read(path)
    while True:
        try:
            return File(parse(data, str(path) if shown is None else shown), data)
        except Refused:
            before = data
            while data == before:
                is_saved = _is_being_saved(path)
                data = files.read(path)
                if time.monotonic() > end or (data == before and not is_saved):
                    raise
                if data == before:
                    time.sleep(_LOOK_EVERY)


def _is_being_saved(path: Path) -> bool:
    folder, name = os.path.split(os.path.realpath(path))
    try:
        begun = os.stat(os.path.join(folder, f".~{name}")).st_ctime
    except OSError:
        return False
    return time.time() - begun < _LEFT_BEHIND


def parse(data: bytes, shown: str) -> Notebook:
    """The notebook of a file's bytes (nbformat 3 and 4).

    Raises:
        Refused: it is no notebook of a Python kernel.
    """
    try:
        content = notebook_json.load(data, shown)
    except Refused:
        if shown.endswith(".ipynb"):
            raise
        # Another file was named by mistake: nothing in it is to be mended.
        raise Refused.of("not-a-notebook-file", Place(shown)) from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise Refused.of("not-a-notebook", Place(shown))
    version = content["nbformat"]
    metadata = _mapping(content.get("metadata"))
    if version == 3:
        cells: Sequence[object] = _cells_of_3(content, shown)
    elif version == 4:
        cells = _list(content.get("cells"), "cells", shown)
    else:
        raise Refused.of("notebook-version", Place(shown), version=version)
    notebook = Notebook(
        shown,
        tuple(_cell(number, cell, shown) for number, cell in enumerate(cells, 1)),
        _language(metadata),
        _text(_mapping(metadata.get("kernelspec")).get("name")) or None,
    )
    if notebook.language not in _PYTHON:
        raise Refused.of("notebook-language", Place(shown), language=notebook.language)
    return notebook


def _language(metadata: Mapping[str, object]) -> str:
    """What the notebook says of its kernel; one that says nothing is Python's."""
    info = _mapping(metadata.get("language_info"))
    kernel = _mapping(metadata.get("kernelspec"))
    return (_text(info.get("name")) or _text(kernel.get("language")) or "python").lower()


def _cells_of_3(content: Mapping[str, object], shown: str) -> list[object]:
    """The cells of all worksheets, which only nbformat 3 had."""
    found: list[object] = []
    for sheet in _list(content.get("worksheets", []), "worksheets", shown):
        found += _list(_mapping(sheet).get("cells", []), "cells", shown)
    return found


def _cell(number: int, cell: object, shown: str) -> Cell:
    if not isinstance(cell, dict):
        raise Refused.of("notebook-cell", Place(shown, number))
    kind: Literal["code", "markdown", "raw"] = "markdown"
    if cell.get("cell_type") == "code":
        kind = "code"
        language = _text(cell.get("language"))
        if language and language.lower() not in _PYTHON:
            raise Refused.of("notebook-language", Place(shown, number), language=language)
    elif cell.get("cell_type") == "raw":
        kind = "raw"
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        try:
            source = "".join(source)
        except TypeError:
            source = None
    if not isinstance(source, str):
        raise Refused.of("notebook-cell", Place(shown, number))
    tags = _mapping(cell.get("metadata")).get("tags")
    names = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return Cell(number, kind, source, names)


def _list(value: object, key: str, shown: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise Refused.of("notebook-shape", Place(shown), key=key)
    return value


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
