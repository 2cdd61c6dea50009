"""``jupyterlab-dvc check``: what a git hook and CI ask."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common, path_in
from .sync import projects, seen_from_here, watching

if TYPE_CHECKING:
    from ..project import Project
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
        help="notebooks or folders; any other file, as a hook names them, stands for its whole"
        " project (default: the whole project)",
    ).kind = "file"
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Name each problem; 1 where one is an error."""
    wrong = False
    for project, paths in _projects(arguments):
        errors = 0
        for problem in project.check(paths, watching(terminal)):
            terminal.problems([problem])
            errors += problem.severity == "error"
        if errors == 0:
            terminal.out(f"consistent: {project.root}")
        wrong = wrong or errors > 0
    return int(wrong)


def _projects(arguments: Namespace) -> list[tuple[Project, list[Path]]]:
    """The projects, each with the notebooks and folders to look at.

    A hook names whatever changed: a script or a ``params.yaml`` may concern any step of its
    project, a file outside of every project none.
    """
    from ..errors import NotFound

    try:
        found = projects(arguments)
    except NotFound:
        kept = [name for name in arguments.paths if _has_project(arguments, name)]
        if not kept:
            raise
        arguments.paths = kept
        found = projects(arguments)
    return [
        (
            project,
            paths if all(_holds_steps(path) for path in paths) else [seen_from_here(project.root)],
        )
        for project, paths in found
    ]


def _has_project(arguments: Namespace, name: str) -> bool:
    from ..discovery import enclosing

    return enclosing(path_in(Path(arguments.folder), name), ".dvc") is not None


def _holds_steps(path: Path) -> bool:
    # One that doesn't exist is named as such by the check itself.
    return path.suffix == ".ipynb" or not path.is_file()
