"""Small projects with the real git and DVC, and runs that are ended whatever a test does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from jupyterlab_dvc.dvc import runner
from jupyterlab_dvc.errors import JupyterLabDVCError
from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.record import Run
from jupyterlab_dvc.runs.store import Store

SECONDS = 60.0


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """git with a commit, ``dvc init``, no stages."""
    folder = tmp_path_factory.mktemp("template") / "project"
    folder.mkdir()
    environment = {**os.environ, "DVC_NO_ANALYTICS": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    for command in (
        ["git", "init", "-q"],
        [sys.executable, "-m", "dvc", "init", "-q"],
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"],
    ):
        subprocess.run(command, cwd=folder, env=environment, check=True)
    return folder


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's settings but the project's; ``python`` is this one."""
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    monkeypatch.setenv("SHELL", "/bin/sh")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])


class Project:
    """A project of stages that a test names by their commands."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store(root)

    def stages(self, **commands: str) -> None:
        """Stages in a row: each needs the one before it."""
        lines = ["stages:"]
        before: list[str] = []
        for name, command in commands.items():
            quoted = "'" + command.replace("'", "''") + "'"
            lines += [f"  {name}:", f"    cmd: {quoted}"]
            lines += [f"    deps: [{', '.join(before)}]"] * bool(before)
            lines += [f"    outs: [{name}.out]"]
            before = [f"{name}.out"]
        (self.root / "dvc.yaml").write_text("\n".join(lines) + "\n")

    def wait(self, run_id: str, until: Callable[[Run], bool] = lambda run: run.is_final) -> Run:
        """The run as soon as it is so."""
        end = time.monotonic() + SECONDS
        while True:
            run = self.store.read(run_id)
            if until(run):
                return run
            assert time.monotonic() < end, f"still {run}"
            time.sleep(0.01)

    def wait_for(self, name: str) -> None:
        """A file that a stage makes."""
        end = time.monotonic() + SECONDS
        while not (self.root / name).exists():
            assert time.monotonic() < end, f"no {name}: {self.store.find()}"
            time.sleep(0.01)

    def log(self, run: Run) -> str:
        return self.store.log(run.id, 0, 1 << 30).decode("utf-8", "replace")


def left_of(run_id: str) -> list[str]:
    """What still runs of that run, supervisor and daemons among it; zombies too."""
    found = []
    for one in psutil.process_iter():
        try:
            if run_id in one.cmdline() or one.environ().get(runner.MARK) == run_id:
                found.append(" ".join(one.cmdline()))
        except psutil.Error:
            continue
    return found


def gone(run_id: str, seconds: float = 5.0) -> bool:
    """Whether nothing of it is left, shortly after its record is final."""
    end = time.monotonic() + seconds
    while left_of(run_id):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Iterator[Project]:
    """A project of its own in a folder whose name a shell would take apart."""
    folder = tmp_path / "a b'$(x)"
    shutil.copytree(template, folder, symlinks=True)
    found = Project(folder)
    yield found
    for run in found.store.find():
        try:
            queue.stop(folder, run.id)
        except JupyterLabDVCError:
            continue
        if not run.is_final:
            found.wait(run.id)
