"""Projects to type commands in, and a user without settings of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

DOCSTRING = '''"""
Copy a text in capitals.

:param str source: the text
:param str result: the same in capitals

:dvc-in source: ./data/text.txt
:dvc-out result: ./data/loud.txt
"""
source = "data/text.txt"
result = "scratch.txt"
'''
CODE = """\
from pathlib import Path

Path(result).write_text(Path(source).read_text().upper())
"""


class Folder:
    """A folder with what a test needs written into it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> Path:
        """A text file; its folders are made."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def notebook(self, name: str, cells: Sequence[str] = (DOCSTRING, CODE)) -> Path:
        """A notebook of code cells."""
        content = {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell-{number}",
                    "metadata": {},
                    "outputs": [],
                    "source": source,
                }
                for number, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"display_name": "", "language": "python", "name": "p"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return self.write(name, json.dumps(content))

    def files(self) -> dict[str, bytes]:
        """All files but those of git and DVC, to tell that nothing was written."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not {".git", ".dvc"} & set(path.relative_to(self.root).parts)
        }


@pytest.fixture(autouse=True)
def user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the machine's git and DVC settings nor its terminal reach a command."""
    home = tmp_path_factory.mktemp("home")
    for name in ("NO_COLOR", "XDG_CONFIG_HOME", "DVC_GLOBAL_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(home / "site"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "COLUMNS": "80",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project, made once."""
    folder = tmp_path_factory.mktemp("template") / "project"
    folder.mkdir()
    environment = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    dvc = [sys.executable, "-m", "dvc", "init", "--quiet"]
    for command in (["git", "init", "--quiet"], dvc):
        subprocess.run(command, cwd=folder, env=environment, check=True)
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty project of git and DVC, which is the current folder."""
    folder = tmp_path / "project"
    shutil.copytree(template, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return Folder(folder)


@pytest.fixture
def step(project: Folder) -> Folder:
    """A project with one notebook that is a step, and its input."""
    project.notebook("loud.ipynb")
    project.write("data/text.txt", "quiet\n")
    return project
