"""``jupyterlab-dvc doctor``: what is there, what is wrong, what to type."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common

if TYPE_CHECKING:
    from .terminal import Terminal

NAME = "doctor"

DESCRIPTION = """\
Show what runs rest on (Python, DVC, git, the settings in force, cache, remotes, locks), what is
wrong with it, and what to type. Nothing of the project is run and no remote is contacted, and
without --repair nothing is changed."""

EPILOG = f"""\
examples:
  jupyterlab-dvc doctor
  jupyterlab-dvc -C project doctor --json
  jupyterlab-dvc doctor --repair

Exit code 1 means that something is wrong.

{EXIT_CODES}"""

MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME,
        help="show what runs rest on, and what is wrong",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_common(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON list of findings")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="first clear away what killed processes left: stale entries in DVC's list of files in"
        " use, or that list where it is broken and nothing of DVC runs; temporary files",
    )
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Print each finding as it is made."""
    from .. import discovery, doctor

    folder = Path(arguments.folder)
    root = discovery.enclosing(folder, ".dvc")
    if arguments.repair and root is not None:
        from .. import upkeep

        for done in upkeep.repair(root):
            terminal.note(f"repaired: {done}")
    findings = []
    for finding in doctor.examine(folder):
        findings.append(finding)
        if arguments.json:
            continue
        terminal.out(f"{MARKS[finding.state]}  {finding.topic}: {finding.text}")
        if finding.advice:
            terminal.out(f"       {finding.advice}")
    wrong = sum(finding.state == "wrong" for finding in findings)
    if arguments.json:
        import json
        from dataclasses import asdict

        terminal.text(json.dumps([asdict(finding) for finding in findings], indent=2) + "\n")
    else:
        terminal.out(f"{wrong} wrong" if wrong else "Nothing is wrong.")
    return int(wrong > 0)
