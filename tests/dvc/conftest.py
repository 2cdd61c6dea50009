"""Small projects with the real git and DVC, copied from one that is made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PIPELINE = """\
stages:
  first:
    cmd: python script.py
    deps: [script.py, in.txt]
    params: [factor]
    outs: [out.txt]
  second:
    cmd: cp out.txt copy.txt
    deps: [out.txt]
    outs: [copy.txt]
"""
SCRIPT = """\
import re
factor = re.search("factor: (.*)", open("params.yaml").read())[1]
open("out.txt", "w").write(open("in.txt").read() + factor)
"""

Dvc = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """git, ``dvc init``, two stages that never ran."""
    folder = tmp_path_factory.mktemp("template")
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run([sys.executable, "-m", "dvc", "init", "-q"], cwd=folder, check=True)
    (folder / "dvc.yaml").write_text(PIPELINE)
    (folder / "script.py").write_text(SCRIPT)
    (folder / "in.txt").write_text("a")
    (folder / "params.yaml").write_text("factor: 1\n")
    return folder


@pytest.fixture(scope="session")
def template_that_ran(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran") / "project"
    shutil.copytree(template, folder, symlinks=True)
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], cwd=folder, check=True)
    return folder


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody's settings but the project's; ``python`` is this one."""
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    monkeypatch.setenv("SHELL", "/bin/sh")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])
    yield


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    return _copy(template, tmp_path)


@pytest.fixture
def project_that_ran(template_that_ran: Path, tmp_path: Path) -> Path:
    return _copy(template_that_ran, tmp_path)


def _copy(template: Path, tmp_path: Path) -> Path:
    # A name that a shell, a pattern or a URL would take apart.
    folder = tmp_path / "a b'$(x)"
    shutil.copytree(template, folder, symlinks=True)
    return folder


@pytest.fixture
def dvc() -> Dvc:
    """The real command line, as a user types it."""

    def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dvc", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    return call
