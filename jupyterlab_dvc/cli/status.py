"""``jupyterlab-dvc status``: what isn't synced, and which stages are out of date."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common
from .stages import add_stages, stage_names
from .sync import seen_from_here, watching

if TYPE_CHECKING:
    from ..project import Project
    from .terminal import Terminal

NAME = "status"

DESCRIPTION = """\
Show which notebooks `sync` would write something for, and which stages `run` would run and why.
The exit code is 0 whether anything is out of date or not, and 1 where a notebook has an error."""

EPILOG = f"""\
examples:
  jupyterlab-dvc status
  jupyterlab-dvc status mlvtools_train
  jupyterlab-dvc status --json            as `dvc status --json` gives it

{EXIT_CODES}"""


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME, help="show what is out of date", description=DESCRIPTION, epilog=EPILOG
    )
    add_common(parser)
    add_stages(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print what is stale as JSON, in the shape of `dvc status --json`",
    )
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Ask DVC; the text form adds what a sync would do."""
    from ..dvc import contract, reader
    from ..project import Project

    project = Project.above(Path(arguments.folder))
    targets = stage_names(project, arguments.stages, Path(arguments.folder))
    terminal.progress("asking DVC which stages are out of date …")
    status = reader.status(project.root, targets)
    if arguments.json:
        import json

        terminal.text(json.dumps(status, ensure_ascii=True) + "\n")
        return 0
    sound = bool(targets) or _unsynced(project, terminal)
    for stage, entries in status.items():
        if contract.BUSY in entries:
            terminal.out(f"running: {stage}")
            continue
        for reason in contract.reasons(entries):
            terminal.out(f"stale: {stage}: {reason.message}")
    if not status:
        there = (project.root / "dvc.yaml").exists()
        everything = "All stages are up to date." if there else "There is no dvc.yaml yet."
        terminal.out("Up to date." if targets else everything)
    return 0 if sound else 1


def _unsynced(project: Project, terminal: Terminal) -> bool:
    """Say what a sync would write; False where it would refuse."""
    from ..errors import JupyterLabDVCError

    try:
        here = seen_from_here(project.root)
        plan = project.plan_sync([here], on_notebook=watching(terminal))
    except JupyterLabDVCError as error:
        terminal.problems(error.problems)
        return False
    for change in plan.differing:
        terminal.out(f"not synced: {change.reason.message}")
    return True
