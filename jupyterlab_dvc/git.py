"""git, by its command line; what only looks runs no hook, no monitor and no filter of a project."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from .errors import JupyterLabDVCError, Place

# What a hook's or an alias' git hands down, pointing to another repository than the one asked for.
_LOCAL_VARIABLES = frozenset(
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES",
        "COMMON_DIR",
        "CONFIG",
        "CONFIG_COUNT",
        "CONFIG_PARAMETERS",
        "DIR",
        "GRAFT_FILE",
        "IMPLICIT_WORK_TREE",
        "INDEX_FILE",
        "INTERNAL_SUPER_PREFIX",
        "NO_REPLACE_OBJECTS",
        "OBJECT_DIRECTORY",
        "PREFIX",
        "REPLACE_REF_BASE",
        "SHALLOW_FILE",
        "WORK_TREE",
    )
)
_CALM = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")


class GitError(JupyterLabDVCError):
    """git is missing, or refused."""


def version() -> str:
    """git's version, such as ``2.39.5``.

    Raises:
        GitError: there is no git.
    """
    return _run(["version"], Path("/")).decode().split()[2]


def is_repo(folder: Path) -> bool:
    """Whether ``folder`` is in the work tree of a repository."""
    return toplevel(folder) is not None


def toplevel(folder: Path) -> Path | None:
    """The top folder of the work tree that ``folder`` is in; None outside of one."""
    try:
        shown = _run(["rev-parse", "--show-toplevel"], folder)
    except GitError as error:
        if any(problem.code == "git-missing" for problem in error.problems):
            raise
        return None
    # A folder's name may end in a newline; git adds one.
    return Path(os.fsdecode(shown[:-1]))


def init(folder: Path) -> None:
    """Make ``folder`` a repository; one that is there already stays as it is."""
    _run(["init", "--quiet"], folder)


def setting(folder: Path, key: str) -> str | None:
    """A setting such as ``user.name`` as it is in force in ``folder``."""
    return (
        _run(["config", "--get", key], folder, accepted={0, 1}).decode("utf-8", "replace") or None
    )


def commit_all(folder: Path, message: str, author: tuple[str, str]) -> None:
    """Commit all that git doesn't ignore; no hook runs, nothing is signed.

    ``author`` is a name and an e-mail address, so that a user without settings can commit too.
    """
    settings = ["-c", f"user.name={author[0]}", "-c", f"user.email={author[1]}"]
    _run(["add", "--all"], folder)
    _run(
        [*settings, "-c", "commit.gpgSign=false", "commit", "--quiet", f"--message={message}"],
        folder,
    )


def ignored(folder: Path, paths: Iterable[str]) -> set[str]:
    """Those of ``paths`` (relative to ``folder``) that git leaves out and hasn't in its index."""
    wanted = [os.fsencode(path) for path in paths]
    if not wanted:
        return set()
    # The exit code is 1 where none is.
    output = _run(["check-ignore", "-z", "--stdin"], folder, b"\0".join(wanted) + b"\0", {0, 1})
    return {os.fsdecode(path) for path in output.split(b"\0") if path}


def _run(
    arguments: Sequence[str],
    folder: Path,
    stdin: bytes | None = None,
    accepted: frozenset[int] | set[int] = frozenset({0}),
) -> bytes:
    environment = {k: v for k, v in os.environ.items() if k not in _LOCAL_VARIABLES}
    # Reading must not write the index back, and messages are matched by nobody but people.
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *_CALM, *arguments],
            cwd=folder,
            env=environment,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise GitError.of(
                "git-failed", Place(str(folder)), command=arguments[0], reason="no such folder"
            ) from error
        raise GitError.of("git-missing") from error
    if done.returncode not in accepted:
        reason = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise GitError.of("git-failed", Place(str(folder)), command=arguments[0], reason=reason)
    return done.stdout
