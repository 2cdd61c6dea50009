"""What we count on in DVC: its versions, and the shapes that it answers with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from ..errors import DVCFailed, NotFound, Place, Problem

MINIMUM = (3, 67)
"""The oldest DVC that the contract tests were run with."""
BELOW = (4,)
"""The first that we refuse, unseen."""
LATEST_TESTED = (3, 67, 1)

StatusEntry = str | dict[str, object]
"""``{"changed deps": {path: state}}``, ``{"changed outs": …}``, or a plain word such as ``"changed
command"``, ``"always changed"`` and, ours, ``"busy"``."""

StageStatus = dict[str, list[StatusEntry]]
"""By stage, as ``dvc status --json`` gives it; a stage that is up to date isn't in it."""

BUSY = "busy"
"""Our own word in a status: a stage that some process is running right now."""


_WORDS = {"changed command": "command-changed", "always changed": "always-changed"}
_CHANGES = {
    ("changed deps", "modified"): "dep-modified",
    ("changed deps", "deleted"): "dep-deleted",
    ("changed deps", "new"): "dep-new",
    ("changed outs", "modified"): "out-modified",
    ("changed outs", "deleted"): "out-deleted",
    ("changed outs", "new"): "out-new",
    ("changed outs", "not in cache"): "out-not-in-cache",
}
_PARAM_CHANGES = {"modified": "param-modified", "deleted": "param-deleted", "new": "param-new"}


def reasons(entries: object) -> Iterator[Problem]:
    """A stage's entries in the status as a sentence each, in DVC's words where we have none."""
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, Mapping):
            yield _reason(_WORDS.get(str(entry)), str(entry))
            continue
        for kind, items in entry.items():
            for name, state in items.items() if isinstance(items, Mapping) else [(items, "")]:
                if isinstance(state, Mapping):
                    # Params are nested once more: {"params.yaml": {"size": "modified"}}.
                    for key, value in state.items():
                        text = f"{kind}: {name}:{key} {value}"
                        yield _reason(_PARAM_CHANGES.get(value), text, path=name, key=key)
                else:
                    text = f"{kind}: {name} {state}".rstrip()
                    yield _reason(_CHANGES.get((kind, state)), text, path=name)


def _reason(code: str | None, text: str, **args: str) -> Problem:
    return Problem("as-said", {"text": text}) if code is None else Problem(code, args)


class LockInfo(TypedDict):
    """An entry of ``.dvc/tmp/rwlock``."""

    pid: int
    cmd: str


class RWLock(TypedDict, total=False):
    """The file ``.dvc/tmp/rwlock``: absolute path → who writes it, who reads it."""

    write: dict[str, LockInfo]
    read: dict[str, list[LockInfo]]


def version() -> str:
    """The installed DVC's version, without importing it.

    Raises:
        DVCFailed: DVC isn't installed in this environment.
    """
    from importlib import metadata

    try:
        return metadata.version("dvc")
    except metadata.PackageNotFoundError:
        raise DVCFailed.of("dvc-missing") from None


def check_version() -> str:
    """Refuse a DVC that we were never tried with.

    Raises:
        DVCFailed: not installed, too old or too new.
    """
    found = version()
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
    if not MINIMUM <= numbers < BELOW:
        raise DVCFailed.of(
            "dvc-version", found=found, minimum=".".join(map(str, MINIMUM)), below=str(BELOW[0])
        )
    return found


def find_project(start: Path) -> Path:
    """The nearest folder at or above ``start`` that has a ``.dvc`` folder.

    Raises:
        NotFound: there is none.
    """
    folder = Path(os.path.abspath(start))
    for candidate in (folder, *folder.parents):
        if (candidate / ".dvc").is_dir():
            return candidate
    raise NotFound.of("dvc-no-project", Place(str(start)))
