"""Questions that change nothing: status, graph, commands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ...errors import NotFound, Problem
from .. import contract
from .events import Events
from .project import only_look, opened


def status(request: dict[str, Any], events: Events) -> contract.StageStatus:
    """DVC's status; a stage that is running is ``["busy"]`` instead of an error for all."""
    from dvc.lock import LockError
    from dvc.repo import lock_repo

    found: contract.StageStatus = {}
    with opened(request["root"], events) as repo, lock_repo(repo):
        # Else it would unlist those who are gone without a word, and take a process that has got
        # the pid of one for it.
        only_look(Path(repo.root_dir))
        targets = request["targets"]
        infos = (
            [info for target in targets for info in granular(repo, target)]
            if targets
            else repo.stage.collect_granular(None)
        )
        for stage, filter_info in infos:
            try:
                found.update(stage.status(check_updates=True, filter_info=filter_info))
            except LockError:
                found[stage.addressing] = [contract.BUSY]
    return found


def granular(repo: Any, target: str) -> list[Any]:
    """The stages that ``target`` names, by stage name, file or output."""
    from dvc.exceptions import NoOutputOrStageError
    from dvc.stage.exceptions import StageNotFound

    if not target:
        raise unknown_stage(repo, target)
    try:
        return list(repo.stage.collect_granular(target))
    except (NoOutputOrStageError, StageNotFound) as error:
        raise unknown_stage(repo, target) from error


def collected(repo: Any, targets: list[str]) -> list[Any]:
    """The stages that may be run under these names; without any, those of ``dvc.yaml`` here.

    Raises:
        NotFound: one of them is no stage. Nothing is taken for an option or a pattern.
    """
    from dvc.stage.exceptions import StageFileDoesNotExistError, StageNotFound

    found: list[Any] = []
    for target in targets or ["dvc.yaml"]:
        if not target:
            # DVC takes it for everything.
            raise unknown_stage(repo, target)
        try:
            stages = repo.stage.collect(target)
        except StageNotFound as error:
            raise unknown_stage(repo, target) from error
        except StageFileDoesNotExistError as error:
            if os.path.basename(error.file) == "dvc.yaml":
                raise
            raise unknown_stage(repo, target) from error
        found.extend(stage for stage in stages if stage not in found)
    return found


def unknown_stage(repo: Any, name: str) -> NotFound:
    known = sorted(stage.addressing for stage in repo.index.stages if stage.cmd)
    return NotFound(Problem("stage-unknown", {"name": name, "known": _some(known)}))


def _some(names: list[str], most: int = 20) -> str:
    if not names:
        return "none"
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def graph(request: dict[str, Any], events: Events) -> dict[str, Any]:
    """Each stage with the stages that it needs."""
    from dvc.repo import lock_repo

    with opened(request["root"], events) as repo, lock_repo(repo):
        network = repo.index.graph
        return {
            stage.addressing: {
                "needs": sorted(other.addressing for other in network.successors(stage)),
                "outs": [os.path.relpath(out.fs_path, repo.root_dir) for out in stage.outs],
                "deps": [dep.def_path for dep in stage.deps],
                "frozen": stage.frozen,
            }
            for stage in network
        }


def commands(request: dict[str, Any], events: Events) -> list[dict[str, Any]]:
    """The commands of the targets and all that they need, in the order of a run."""
    from dvc.repo import lock_repo
    from dvc.repo.reproduce import plan_repro
    from dvc.stage.run import _enforce_cmd_list

    with opened(request["root"], events) as repo, lock_repo(repo):
        wanted = collected(repo, request["targets"])
        steps = plan_repro(repo.index.graph, wanted)
        here = os.getcwd()

        def outputs(stage: Any, *, persist: bool) -> list[str]:
            return [os.path.relpath(o.fs_path, here) for o in stage.outs if o.persist == persist]

        return [
            {
                "stage": stage.addressing,
                "folder": os.path.relpath(stage.wdir, here),
                "commands": _enforce_cmd_list(stage.cmd),
                "removed": outputs(stage, persist=False),
                "kept": outputs(stage, persist=True),
            }
            for stage in steps
            if stage.cmd
        ]
