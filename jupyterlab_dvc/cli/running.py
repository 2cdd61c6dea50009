"""Running stages, and saying how each ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..dvc.runner import Event, Result
    from ..project import Project
    from .terminal import Terminal

ENDINGS = {
    "ran": "done",
    "restored": "restored from DVC's cache, not executed",
    "skipped": "up to date",
    "committed": "nothing to execute, recorded",
    "failed": "failed",
    "changed": "not recorded",
}


def run(
    project: Project,
    targets: Sequence[str],
    terminal: Terminal,
    *,
    force: bool = False,
    single: bool = False,
    downstream: bool = False,
    python: str | None = None,
) -> int:
    """Run the stages and what they need; 0, 1 for a failure, 130 after Ctrl-C.

    Raises:
        NotFound: the settings' interpreter isn't there.
        Refused: a hyperparameter has a value that a command can't carry; nothing is run.
    """
    from .. import interpreter
    from ..runs import queue
    from ..runs.store import KEEP

    chosen = python or interpreter.configured(project.settings)
    watcher = _Watcher(terminal)
    result = queue.foreground(
        project.root,
        targets,
        force=force,
        single=single,
        downstream=downstream,
        python=chosen,
        on_event=watcher.hear,
        keep=project.settings.keep_runs or KEEP,
    )
    terminal.out(_summary(result))
    terminal.problems(p for p in result.problems if p not in watcher.said)
    return result.exit_code


class _Watcher:
    """Says what happens; stages write to the same terminal, so nothing is redrawn in place."""

    def __init__(self, terminal: Terminal) -> None:
        self.said: list[object] = []
        self._terminal = terminal
        self._began: dict[str | None, float] = {}

    def hear(self, event: Event) -> None:
        terminal = self._terminal
        if event.kind == "stage-started":
            self._began[event.stage] = time.monotonic()
            terminal.note(f"running {event.stage}")
            for command in event.commands:
                terminal.detail(f"  > {command}")
        elif event.kind == "stage-finished":
            self._finished(event)
        elif event.kind == "waiting":
            for holder in event.holders:
                terminal.note(f"{holder.problem.message} {holder.problem.hint}".rstrip())
        elif event.kind == "log":
            terminal.warning(event.text)

    def _finished(self, event: Event) -> None:
        terminal = self._terminal
        began = self._began.get(event.stage)
        took = "" if began is None else f" ({time.monotonic() - began:.1f} s)"
        line = f"{event.stage}: {ENDINGS.get(event.outcome or '', event.outcome)}"
        if event.outcome == "skipped":
            terminal.detail(line)
        else:
            terminal.note(line + (took if event.outcome == "ran" else ""))
        if event.problem is not None:
            terminal.problems([event.problem])
            self.said.append(event.problem)


def _summary(result: Result) -> str:
    parts = [
        f"{len(stages)} {word}"
        for word, stages in (
            ("ran", result.ran),
            ("restored", result.restored),
            ("recorded", result.committed),
            ("up to date", result.skipped),
            ("failed", result.failed + result.changed_while_running),
        )
        if stages
    ]
    if not parts:
        return "No stage was run."
    names = f": {', '.join(result.ran)}" if result.ran else ""
    return f"Stages: {', '.join(parts)}{names}"
