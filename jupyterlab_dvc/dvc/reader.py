"""Asking DVC about a project without changing anything in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from . import launch
from .contract import StageStatus
from .locks import OnWait


class Command(NamedTuple):
    """What a stage runs; ``folder`` is relative to the folder that was asked about.

    Each of ``commands`` is a shell command of its own: DVC runs the lines of a ``cmd`` one by one.
    ``removed`` are the outputs that DVC removes before it runs the stage, ``kept`` those that
    persist; relative to the same folder, without those on another machine.
    """

    stage: str
    folder: str
    commands: tuple[str, ...]
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class Node(NamedTuple):
    """A stage in the graph; paths as DVC has them, outputs relative to the project."""

    needs: tuple[str, ...]
    deps: tuple[str, ...]
    outs: tuple[str, ...]
    frozen: bool


def status(root: Path, targets: Sequence[str] = (), on_wait: OnWait | None = None) -> StageStatus:
    """What isn't up to date, in the shape of ``dvc status --json``.

    A stage that somebody runs right now is ``["busy"]``.
    """
    answer: StageStatus = launch.ask(root, "status", {"targets": list(targets)}, on_wait)
    return answer


def graph(root: Path, on_wait: OnWait | None = None) -> dict[str, Node]:
    """All stages of the project, ``foreach`` and ``matrix`` expanded, with what they need."""
    answer = launch.ask(root, "graph", {}, on_wait)
    return {
        name: Node(tuple(n["needs"]), tuple(n["deps"]), tuple(n["outs"]), n["frozen"])
        for name, n in answer.items()
    }


def resolved_commands(
    root: Path, target: str | None = None, on_wait: OnWait | None = None
) -> list[Command]:
    """The commands of ``target`` (None: of all of ``dvc.yaml``) and of all that it needs, in order.

    Templates are resolved, ``foreach`` and ``matrix`` expanded; a frozen stage's needs are in it.
    """
    targets = [] if target is None else [target]
    answer = launch.ask(root, "commands", {"targets": targets}, on_wait)
    return [
        Command(
            c["stage"], c["folder"], tuple(c["commands"]), tuple(c["removed"]), tuple(c["kept"])
        )
        for c in answer
    ]
