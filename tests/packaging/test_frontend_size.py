"""What of the wheel a browser loads: at start little, later what is used; nothing of it twice."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

ENTRY = "remoteEntry"


@pytest.fixture(scope="module")
def scripts(wheel: Path) -> dict[str, str]:
    """The frontend's files of JavaScript by their names."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            PurePosixPath(name).name: archive.read(name).decode()
            for name in archive.namelist()
            if "/labextensions/" in name and name.endswith(".js")
        }


def _entry(scripts: dict[str, str]) -> str:
    (name,) = (name for name in scripts if name.startswith(ENTRY))
    return name


def _at_start(scripts: dict[str, str]) -> set[str]:
    """The entry, and the pieces that its modules consist of: JupyterLab asks for all of these.

    They stand in it as ``"./index":()=>n.e(348)…``, several as ``Promise.all([n.e(1),n.e(2)])``.
    """
    entry = _entry(scripts)
    table = re.search(r'\{("\./index":.*?)\},', scripts[entry])
    assert table is not None
    numbers = set(re.findall(r"\.e\((\d+)\)", table[1]))
    found = {name for name in scripts if name.split(".")[0] in numbers}
    assert len(found) == len(numbers) > 0
    return {entry, *found}


def _bytes(scripts: dict[str, str], names: set[str]) -> int:
    return sum(len(scripts[name].encode()) for name in names)


def test_what_loads_at_start_is_small(scripts: dict[str, str]) -> None:
    assert _bytes(scripts, {_entry(scripts)}) <= 16_000
    assert _bytes(scripts, _at_start(scripts)) <= 100_000
    assert _bytes(scripts, set(scripts)) <= 600_000


@pytest.mark.parametrize("name", ["jp-DVCPreview-columns", "jp-DVCLog-screen", "jp-DVCRun-stages"])
def test_what_is_not_needed_at_start_is_loaded_later(scripts: dict[str, str], name: str) -> None:
    holders = {file for file, text in scripts.items() if f'"{name}"' in text}
    assert holders
    assert not holders & _at_start(scripts)


def test_nothing_is_shipped_twice(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        contents = Counter(
            archive.read(info)
            for info in archive.infolist()
            if info.filename.endswith((".js", ".css", ".svg")) and info.file_size
        )
    assert [text[:200] for text, count in contents.items() if count > 1] == []
