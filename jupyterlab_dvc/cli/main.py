"""``jupyterlab-dvc``: the subcommands, and what they have in common."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import check, completion, demo, doctor, export, guard, run, status, sync
from .parser import Parser, add_reporting
from .terminal import Terminal

PURPOSE = """\
Keeps the script, the DVC stage and the results of each notebook in step with it.

A notebook's first code cell says in its docstring what the step takes and makes, in lines such as
`:dvc-in: data.csv` and `:dvc-out: model.bin`; `sync` writes the script and the stage, `run` runs
what changed."""

EXAMPLES = """\
examples:
  jupyterlab-dvc demo demo          a small pipeline in the new folder demo, to look around
  jupyterlab-dvc sync notebooks     write scripts and stages for all notebooks below notebooks
  jupyterlab-dvc run                run all stages that are out of date
  jupyterlab-dvc COMMAND -h         what a command does, with examples

exit codes:
  0    done
  1    an error, each said in one line on standard error
  2    a wrong command line
  130  interrupted (Ctrl-C)"""

COMMANDS = (sync, status, run, check, export, demo, doctor, completion)


def build_parser() -> Parser:
    """The whole command line; ``completion`` reads it too."""
    parser = Parser(prog="jupyterlab-dvc", description=PURPOSE, epilog=EXAMPLES)
    parser.add_argument("--version", action="store_true", help="print the version and end")
    parser.add_argument(
        "-C",
        dest="folder",
        metavar="DIR",
        default=".",
        help="work as if started in DIR: other paths are seen from there",
    )
    add_reporting(parser)
    commands: Any = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for module in COMMANDS:
        module.add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """The entry point; ``argv`` without the program's name, the exit code back.

    It exits itself on a wrong command line (2) and after ``-h`` (0).
    """
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.version:
        from .. import __version__

        print(f"jupyterlab-dvc {__version__}")
        return 0
    if arguments.command is None:
        parser.error("name a command: " + ", ".join(m.NAME for m in COMMANDS))
    return guard.run(_in_folder, arguments)


def _in_folder(arguments: Namespace, terminal: Terminal) -> int:
    from .. import discovery

    discovery.existing_folder(Path(arguments.folder))
    code: int = arguments.call(arguments, terminal)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
