"""``jupyterlab-dvc run``: what is out of date."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common
from .stages import add_stages, stage_names

if TYPE_CHECKING:
    from .terminal import Terminal

NAME = "run"

DESCRIPTION = """\
Run the stages that are out of date, and before them those that they need. What a stage prints
appears here. A stage that is up to date isn't run, one whose result is in DVC's cache is restored.
Ctrl-C stops the stage and everything that it started."""

EPILOG = f"""\
examples:
  jupyterlab-dvc run                        all stages of dvc.yaml
  jupyterlab-dvc run mlvtools_train         one, and what it needs
  jupyterlab-dvc run notebooks/train.ipynb  the same, by its notebook
  jupyterlab-dvc run --single --force mlvtools_train

{EXIT_CODES}
  130  interrupted (Ctrl-C)"""


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME, help="run what is out of date", description=DESCRIPTION, epilog=EPILOG
    )
    add_common(parser)
    add_stages(parser)
    parser.add_argument("-f", "--force", action="store_true", help="run also what is up to date")
    parser.add_argument(
        "-s", "--single", action="store_true", help="only the stages named, not what they need"
    )
    parser.add_argument(
        "--downstream",
        action="store_true",
        help="the stages named and those that need them, instead of those that they need",
    )
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Run, and say how each stage ended."""
    if arguments.single and not arguments.stages:
        arguments.parser.error("--single needs the name of a stage")
    if arguments.downstream and not arguments.stages:
        arguments.parser.error("--downstream needs the name of a stage")
    if arguments.single and arguments.downstream:
        arguments.parser.error("--single and --downstream exclude each other")
    from ..project import Project
    from . import running

    folder = Path(arguments.folder)
    project = Project.above(folder)
    return running.run(
        project,
        stage_names(project, arguments.stages, folder),
        terminal,
        force=arguments.force,
        single=arguments.single,
        downstream=arguments.downstream,
    )
