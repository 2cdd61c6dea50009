"""A project in a folder of its own, used as its user would; stages that run are counted twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jupyterlab_dvc.cli.main import main
from jupyterlab_dvc.dvc import runner

ROOT = Path(__file__).parents[2]

Someone = TypeVar("Someone", bound="User")

# Python imports it at its start, whichever Python a stage's command finds.
TRACER = """\
import os, sys
if "DVC_STAGE" in os.environ and any(".py" in word for word in sys.orig_argv[1:]):
    with open(os.environ["TRACE"], "a", encoding="utf-8") as trace:
        trace.write(os.environ["DVC_STAGE"] + "\\n")
"""


@dataclass(frozen=True)
class Outcome:
    """The stages of a run, as its events told."""

    ran: list[str]
    restored: list[str]


@dataclass(frozen=True)
class User:
    """The project's user: ``home`` holds what isn't the project's."""

    root: Path
    home: Path

    @classmethod
    def new(cls: type[Someone], home: Path) -> Someone:
        """Someone without any settings; for the commands' environment see ``environment``."""
        (home / "tracer").mkdir(parents=True)
        (home / "tracer" / "sitecustomize.py").write_text(TRACER)
        return cls(home / "project", home)

    def environment(self) -> dict[str, str]:
        """What makes git and DVC independent of the machine's user, and traces the stages."""
        bin_folder = str(Path(sys.executable).parent)
        return {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]]),
            "PYTHONPATH": str(self.home / "tracer"),
            "TRACE": str(self.trace),
            "DVC_SITE_CACHE_DIR": str(self.home / "dvc-site"),
            "DVC_NO_ANALYTICS": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
            # Where the rest of this run of the tests leaves something for kernels and MLflow.
            "JUPYTER_PLATFORM_DIRS": "1",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }

    @property
    def trace(self) -> Path:
        return self.home / "trace"

    def copy(self: Someone, home: Path) -> Someone:
        """The same project somewhere else, with a trace of its own."""
        shutil.copytree(self.home, home, symlinks=True)
        return type(self)(home / self.root.relative_to(self.home), home)

    def start(self) -> None:
        """An empty project of git and DVC."""
        self.root.mkdir(exist_ok=True)
        self.git("init", "-q")
        self.dvc("init", "-q")

    def git(self, *words: str, folder: Path | None = None) -> str:
        return self._call(["git", *words], folder)

    def dvc(self, *words: str, folder: Path | None = None) -> str:
        return self._call([sys.executable, "-m", "dvc", *words], folder)

    def sync(self, *words: str) -> int:
        """``jupyterlab-dvc sync``; its exit code."""
        return main(["-C", str(self.root), "sync", *words])

    def run(self, *targets: str, force: bool = False) -> Outcome:
        """The stages that ran, which both the events and the processes themselves have to tell."""
        events: list[runner.Event] = []
        self.trace.unlink(missing_ok=True)
        result = runner.run(self.root, targets, force=force, on_event=events.append)
        assert result.problems == []
        traced = self.traced()
        ended = [event for event in events if event.kind == "stage-finished"]
        ran = [str(event.stage) for event in ended if event.outcome == "ran"]
        assert traced == ran == result.ran
        return Outcome(ran, [str(event.stage) for event in ended if event.outcome == "restored"])

    def traced(self) -> list[str]:
        """The stages whose command was executed since the last look."""
        text = self.trace.read_text("utf-8") if self.trace.exists() else ""
        self.trace.unlink(missing_ok=True)
        return text.splitlines()

    def _call(self, command: Sequence[str], folder: Path | None) -> str:
        done = subprocess.run(
            command,
            cwd=folder or self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout
