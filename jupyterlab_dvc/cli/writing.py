"""Carrying out a plan, and saying what was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..plan import Change, Plan, StageChange

if TYPE_CHECKING:
    from ..dvc.locks import Holder
    from ..project import Project
    from .terminal import Terminal


def carry_out(project: Project, plan: Plan, terminal: Terminal) -> int:
    """Write what differs; a clash raises ``Conflict`` before anything is written."""
    terminal.problems(plan.warnings)
    report = project.apply(plan, on_wait=waiting(terminal))
    for change in plan.changes:
        if change.differs:
            terminal.out(f"{'new' if change.old is None else 'updated'}: {change.shown}")
        else:
            terminal.detail(f"unchanged: {change.shown}")
    for stage in plan.stages:
        say = terminal.detail if stage.kind == "same" else terminal.out
        say(described(stage))
    if not plan.differing:
        terminal.out("Nothing to write: all is as it should be.")
    if report is not None:
        for name in report.recommitted:
            terminal.out(f"still up to date: stage {name} (only the looks of its script changed)")
        terminal.problems(problem for _, problem in report.left_stale)
        terminal.problems(report.problems)
    return 0


def foretell(plan: Plan, terminal: Terminal) -> None:
    """Say what carrying out would write."""
    for change in plan.differing:
        terminal.out(f"would {_verb(change)}: {change.shown}")
    for stage in plan.stages:
        if stage.kind != "same":
            terminal.out(f"would be {stage.kind}: stage {stage.name}")


def described(stage: StageChange) -> str:
    source = f" ({stage.notebook})" if stage.notebook else ""
    return f"{stage.kind}: stage {stage.name}{source}"


def waiting(terminal: Terminal) -> Callable[[Sequence[Holder]], None]:
    """Names those that are waited for, each once."""
    named: set[tuple[int, str]] = set()

    def on_wait(holders: Sequence[Holder]) -> None:
        for holder in holders:
            key = (holder.pid, holder.path)
            if key not in named:
                named.add(key)
                terminal.note(f"{holder.problem.message} {holder.problem.hint}".rstrip())

    return on_wait


def _verb(change: Change) -> str:
    return "write" if change.old is None else "update"
