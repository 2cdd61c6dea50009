"""A project of trivial notebooks in a row, synced; each has a feed of its own too."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent

_DOCSTRING = '''\
"""Repeats its feed.

:dvc-in feed: ./data/feed_{number}.txt
{before}:dvc-out out: ./data/out_{number}.txt
:param str feed: What is new
{before_param}:param str out: Where it goes
"""
'''
_CODE = """\
from pathlib import Path

text = Path(feed).read_text().strip()
print("step {number} reads", text, flush=True)
"""
_WRITE = "Path(out).write_text(text)\n"


class Pipeline:
    """``folder`` is the project's, below a server's ``root``."""

    def __init__(self, root: Path, name: str = "work") -> None:
        self.root = root
        self.name = name
        self.folder = root / name
        self.length = 0

    def create(self, codes: Sequence[str]) -> Pipeline:
        """Make and sync it: a notebook for each of ``codes``, which its cell runs too."""
        self.folder.mkdir(parents=True)
        (self.folder / "data").mkdir()
        self.length = len(codes)
        for number, code in enumerate(codes, 1):
            self.feed(number, "nothing")
            self._write(number, code)
        self.run("git", "-c", "init.defaultBranch=main", "init", "-q")
        self.run(str(BIN / "dvc"), "init", "-q")
        names = [f"{self.step(number)}.ipynb" for number in range(1, self.length + 1)]
        self.run(str(BIN / "jupyterlab-dvc"), "sync", *names)
        return self

    def step(self, number: int) -> str:
        return f"step_{number}"

    def stage(self, number: int) -> str:
        return f"mlvtools_step_{number}"

    def path(self, number: int) -> str:
        """A notebook as the page calls it."""
        return f"{self.name}/{self.step(number)}.ipynb"

    def feed(self, number: int, text: str) -> str:
        """Make a stage stale; gives the line that it will print."""
        (self.folder / "data" / f"feed_{number}.txt").write_text(text + "\n", encoding="utf-8")
        return f"step {number} reads {text}"

    def run(self, *command: str) -> None:
        """Run a command in it and wait."""
        subprocess.run(
            command, cwd=self.folder, check=True, env=environment(), stdout=subprocess.DEVNULL
        )

    def _write(self, number: int, code: str) -> None:
        before, before_param = "", ""
        if number > 1:
            before = f":dvc-in before: ./data/out_{number - 1}.txt\n"
            before_param = ":param str before: What the step before made\n"
        first = _DOCSTRING.format(number=number, before=before, before_param=before_param)
        write_notebook(
            self.folder / f"{self.step(number)}.ipynb",
            [first, _CODE.format(number=number) + code, _WRITE],
        )


def write_notebook(path: Path, sources: Sequence[str]) -> None:
    """A notebook of these code cells."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        for number, source in enumerate(sources)
    ]
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            # As the kernel tells it, or JupyterLab would save the notebook by itself.
            "language_info": {
                "codemirror_mode": {"name": "ipython", "version": 3},
                "file_extension": ".py",
                "mimetype": "text/x-python",
                "name": "python",
                "nbconvert_exporter": "python",
                "pygments_lexer": "ipython3",
                "version": platform.python_version(),
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def environment(**extra: str) -> dict[str, str]:
    """What a person's shell would have; not the packages that only benchmarks need."""
    found = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    path = os.pathsep.join((str(BIN), found.get("PATH", os.defpath)))
    return {**found, "PATH": path, "DVC_NO_ANALYTICS": "1", **extra}
