"""A project below a server's root, of two steps: one makes a text, the other repeats it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = '''\
"""
:dvc-out out: data/text.txt
:param str out: Where the text goes
"""
'''
FIRST_CODE = """\
from pathlib import Path
Path(out).parent.mkdir(exist_ok=True)
Path(out).write_text("text ")
print("made")
"""
SECOND = '''\
"""
:dvc-in source: data/text.txt
:dvc-out out: data/repeated.txt
:dvc-param times: repeat.times
:param str source: What is repeated
:param str out: Where it goes
:param int times: How often
:param str end: What comes behind. Defaults to "!".
"""
'''
SECOND_CODE = """\
from pathlib import Path
Path(out).write_text(Path(source).read_text() * times + end)
"""


@dataclass(frozen=True)
class Project:
    """``folder`` is the project's, ``name`` what the server calls it."""

    root: Path
    name: str = "work"

    @property
    def folder(self) -> Path:
        return self.root / self.name

    def create(self) -> Project:
        (self.folder / ".dvc").mkdir(parents=True)
        (self.folder / ".dvc" / "config").write_text("[core]\n    no_scm = True\n")
        (self.folder / "params.yaml").write_text("repeat:\n  times: 2\n")
        self.write("first", ["# The *first* step", FIRST, FIRST_CODE])
        self.write("second", [SECOND, SECOND_CODE])
        return self

    def path(self, name: str) -> str:
        """A notebook as the page calls it."""
        return f"{self.name}/{name}.ipynb"

    def write(self, name: str, sources: list[str]) -> None:
        """The notebook of these cells; one that begins with ``#`` and a space is markdown."""
        cells: list[dict[str, Any]] = [
            {
                "cell_type": "markdown" if source.startswith("# ") else "code",
                "metadata": {},
                "source": source.splitlines(keepends=True),
            }
            for source in sources
        ]
        content: dict[str, Any] = {
            "nbformat": 4,
            "nbformat_minor": 4,
            "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
            "cells": cells,
        }
        (self.folder / f"{name}.ipynb").write_text(json.dumps(content))

    def stages(self, **commands: str) -> None:
        """A ``dvc.yaml`` of stages in a row, by their commands; each needs the one before it."""
        stages: dict[str, Any] = {}
        for name, command in commands.items():
            before = [f"{one}.out" for one in stages][-1:]
            stages[name] = {"cmd": command, "deps": before, "outs": [f"{name}.out"]}
        (self.folder / "dvc.yaml").write_text(json.dumps({"stages": stages}))

    def sources(self, name: str) -> list[str]:
        content = json.loads((self.folder / f"{name}.ipynb").read_text())
        return ["".join(cell["source"]) for cell in content["cells"]]

    def sync(self, name: str, force: bool = False) -> dict[str, Any]:
        """The body of a sync of what is in the file."""
        return {
            "path": self.path(name),
            "sources_sha256": digest(self.sources(name)),
            "force": force,
        }


def digest(sources: list[str]) -> str:
    """As the page computes it."""
    text = json.dumps(sources, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
