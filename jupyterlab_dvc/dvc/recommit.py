"""Writing files of a project so that neither a running stage nor DVC's records are hurt."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import DVCFailed, NotFound, Problem, Refused, warning
from ..plan import Source
from ..writes import Write, write_all

if TYPE_CHECKING:
    from .locks import OnWait


_FINAL = frozenset({"rwlock-broken", "changed-meanwhile"})
"""Refusals that hold for a write without DVC, too."""


class Report(NamedTuple):
    """What became of it: the stages committed anew, and for each other one of the scripts, why not.

    ``problems`` are other warnings: locks of dead processes that were cleared, DVC's refusal.
    """

    recommitted: tuple[str, ...] = ()
    left_stale: tuple[tuple[str, Problem], ...] = ()
    problems: tuple[Problem, ...] = ()


def apply(
    project: Path | None,
    writes: Sequence[Write],
    same_code: Sequence[Path] = (),
    on_wait: OnWait | None = None,
    *,
    sources: Sequence[Source] = (),
    timeout: float | None = None,
) -> Report:
    """Write all files, each whole; wait for whoever reads or writes one of them first.

    ``sources`` are what the files were made from, ``timeout`` is how many seconds there are to wait
    (None: as many as it takes).

    ``same_code`` are those of the files whose new text is the same code as the old one: each stage
    that depends on one, was up to date and isn't changed otherwise is committed by DVC, which takes
    a process of its own. Without such a file, or without a ``dvc.yaml``, DVC isn't started. Outside
    of a DVC project (``project`` None) files are just written.

    Raises:
        Busy: one of the files is in use for longer than that; nothing is written.
        CannotWrite: some file couldn't be; those before it are written, which is said, those after
            it aren't.
        Refused: DVC's list of files in use is broken, or a file or source isn't any more as it was.
    """
    if not writes:
        return Report()
    if project is None or not (project / ".dvc").is_dir():
        write_all(writes, sources)
        return Report()
    known = [path for path in same_code if path.exists()]
    failed: tuple[Problem, ...] = ()
    if known and _has_locks(project):
        try:
            return _with_dvc(project, writes, known, on_wait, sources, timeout)
        except (DVCFailed, NotFound, Refused) as error:
            if any(problem.code in _FINAL for problem in error.problems):
                raise
            # A DVC that doesn't work is no reason not to write what was asked for.
            failed = (warning("recommit-failed", reason=str(error.problems[0])),)
    from . import locks

    paths = [write.path for write in writes]
    with locks.held_for_writing(project, paths, on_wait, timeout) as repaired:
        write_all(writes, sources)
    return Report(problems=repaired + failed)


def _with_dvc(
    project: Path,
    writes: Sequence[Write],
    scripts: Sequence[Path],
    on_wait: OnWait | None,
    sources: Sequence[Source],
    timeout: float | None,
) -> Report:
    # Only here, so that a plain conversion loads none of it.
    import base64

    from . import launch

    arguments = {
        "writes": [
            {
                "path": os.path.abspath(write.path),
                "data": base64.b64encode(write.data).decode(),
                "mode": write.mode,
                "before": write.before,
            }
            for write in writes
        ],
        "scripts": [os.path.abspath(path) for path in scripts],
        "sources": [[os.path.abspath(source.path), source.sha256] for source in sources],
        "timeout": timeout,
    }
    said: list[Problem] = []

    def hear(event: dict[str, Any]) -> None:
        if "problem" in event:
            said.append(launch.problem_of(event["problem"]))

    answer = launch.ask(project, "recommit", arguments, on_wait, hear)
    problems = (*said, *(launch.problem_of(data) for data in answer["problems"]))
    return Report(
        tuple(answer["recommitted"]),
        tuple((str(p.args["stage"]), p) for p in problems if "stage" in p.args),
        tuple(p for p in problems if "stage" not in p.args),
    )


def _has_locks(project: Path) -> bool:
    """Whether any stage has ever run; a ``dvc.lock`` may stand in any folder of the project."""
    if (project / "dvc.lock").exists():
        return True
    for _folder, names, files in os.walk(project):
        if "dvc.lock" in files:
            return True
        names[:] = [name for name in names if not name.startswith(".") and name != "node_modules"]
    return False
