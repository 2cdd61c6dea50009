"""A folder becomes a DVC project, and a git repository where it is in none."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from . import discovery, git
from .errors import CannotWrite, Conflict, DVCFailed, NotFound, Place, Problem

_SECONDS = 120.0
_PREFIX = "ERROR: failed to initiate DVC - "


class Initialized(NamedTuple):
    """Whether the project is in a git repository, and the commands that made it."""

    git: bool
    done: tuple[str, ...]


def initialize(folder: Path) -> Initialized:
    """Make the project; where that fails, the folder is as it was before.

    Raises:
        Conflict: the folder is a project already.
        CannotWrite: the folder can't be written to.
        DVCFailed: DVC refused.
    """
    own = folder / ".dvc"
    ignore = folder / ".dvcignore"
    had_ignore = os.path.lexists(ignore)
    try:
        # Whoever makes this folder is the one who makes the project: somebody else may be about to.
        own.mkdir()
    except FileExistsError:
        raise Conflict(Problem("project-exists", {}, Place(str(folder)))) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite.of("folder-unwritable", Place(str(folder)), reason=reason) from error
    made_git = False
    try:
        try:
            top = _repository(folder)
            made_git = top is None
            if made_git:
                git.init(folder)
        except git.GitError as error:
            if any(problem.code != "git-missing" for problem in error.problems):
                raise
            # DVC does without git where there is none.
            made_git = False
            options = ["--no-scm"]
        else:
            options = [] if top is None or os.path.samefile(top, folder) else ["--subdir"]
        # By force, since the folder that it would refuse to overwrite is our own empty one.
        _dvc_init(folder, options)
    except BaseException:
        shutil.rmtree(own, ignore_errors=True)
        if made_git:
            shutil.rmtree(folder / ".git", ignore_errors=True)
        if not had_ignore and ignore.is_file():
            ignore.unlink()
        raise
    done = [" ".join(["dvc init", *options])]
    return Initialized(options != ["--no-scm"], tuple(["git init"] * made_git + done))


def _repository(folder: Path) -> Path | None:
    """The top folder of the repository around; git may refuse to look at one of another user."""
    return git.toplevel(folder) or discovery.enclosing(folder, ".git")


def _dvc_init(folder: Path, options: list[str]) -> None:
    from .dvc import command_line

    try:
        done = command_line.call("init", "--force", *options, folder=folder, seconds=_SECONDS)
    except OSError as error:
        raise DVCFailed.of("dvc-not-started", reason=str(error)) from error
    except subprocess.TimeoutExpired:
        reason = f"it took more than {_SECONDS:g} seconds"
        raise DVCFailed.of("dvc-failed", Place(str(folder)), reason=reason) from None
    if done.returncode == 0:
        return
    said = " ".join((done.stderr or done.stdout).split()) or "it says nothing"
    if "No module named 'dvc'" in said:
        raise NotFound.of("dvc-missing")
    reason = said.partition(_PREFIX)[2] or said
    raise DVCFailed.of("dvc-failed", Place(str(folder)), reason=reason[:300].rstrip("."))
