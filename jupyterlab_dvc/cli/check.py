"""``jupyterlab-dvc check``: what a git hook and CI ask."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common
from .sync import projects

if TYPE_CHECKING:
    from .terminal import Terminal

NAME = "check"

DESCRIPTION = """\
Check that each notebook, its script and its stage agree, and that the pipeline makes sense: no
output made twice, no cycle, hyperparameters there and fit to be passed. Nothing is written or
run."""

EPILOG = f"""\
examples:
  jupyterlab-dvc check                    the whole project
  jupyterlab-dvc check notebooks/a.ipynb  one notebook, and the pipeline

As a git hook, in .git/hooks/pre-commit:
  #!/bin/sh
  exec jupyterlab-dvc check

{EXIT_CODES}"""


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME,
        help="check that notebooks, scripts and stages agree (git hooks, CI)",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_common(parser)
    parser.add_argument(
        "paths",
        metavar="FILE|DIR",
        nargs="*",
        help="notebooks or folders; other files, such as a hook names, only say which project"
        " (default: the whole project)",
    ).kind = "file"
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Name each problem; 1 where one is an error."""
    wrong = False
    for project, paths in projects(arguments):
        problems = list(project.check(paths))
        terminal.problems(problems)
        errors = sum(problem.severity == "error" for problem in problems)
        wrong = wrong or errors > 0
        if not errors:
            terminal.out(f"consistent: {project.root}")
    return int(wrong)
