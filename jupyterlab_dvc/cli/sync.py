"""``jupyterlab-dvc sync``: scripts and stages of notebooks."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import here
from .parser import EXIT_CODES, add_common, path_in

if TYPE_CHECKING:
    from ..plan import Overwrite, Plan
    from ..project import Project
    from .terminal import Terminal

NAME = "sync"

DESCRIPTION = """\
Write the script and the stage in dvc.yaml of each notebook. Errors of all notebooks are said before
anything is written. A script or a stage that was edited by hand is not overwritten: the difference
is shown, exit code 1."""

EPILOG = f"""\
examples:
  jupyterlab-dvc sync                     all notebooks of the project
  jupyterlab-dvc sync notebooks/a.ipynb   one
  jupyterlab-dvc sync --dry-run           show what would be written, as a diff
  jupyterlab-dvc sync --check             for CI: exit code 1 where something would change
  jupyterlab-dvc sync --force             overwrite what was edited by hand too

{EXIT_CODES}"""


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME, help="write scripts and stages of notebooks", description=DESCRIPTION, epilog=EPILOG
    )
    add_common(parser)
    parser.add_argument(
        "paths",
        metavar="NOTEBOOK|DIR",
        nargs="*",
        help="notebooks, or folders that are walked for those with directives (default: the"
        " whole project)",
    ).kind = "notebook"
    parser.add_argument(
        "--dry-run", action="store_true", help="write nothing; print the difference"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name what would change, exit code 1 if anything would",
    )
    parser.add_argument(
        "-f", "--force", action="store_true", help="overwrite what was edited by hand, too"
    )
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Plan for every project that is concerned, then write."""
    plans: list[tuple[Project, Plan]] = []
    for project, paths in projects(arguments):
        terminal.detail(f"project: {project.root}")
        overwrite: Overwrite = "all" if arguments.force else "generated"
        plan = project.plan_sync(paths, overwrite, on_notebook=watching(terminal))
        if plan.sources:
            plans.append((project, plan))
        else:
            terminal.problems([*plan.warnings, _nothing_found(paths)])
    if arguments.dry_run or arguments.check:
        return _look(plans, arguments, terminal)
    from .writing import carry_out

    return max([carry_out(project, plan, terminal) for project, plan in plans], default=0)


def projects(arguments: Namespace) -> list[tuple[Project, list[Path]]]:
    """The paths by the project that they are in; without any, the whole project."""
    from ..project import Project

    folder = Path(arguments.folder)
    if not arguments.paths:
        project = Project.above(folder)
        return [(project, [seen_from_here(project.root)])]
    found: dict[Path, tuple[Project, list[Path]]] = {}
    for name in arguments.paths:
        path = path_in(folder, name)
        project = Project.above(path)
        found.setdefault(project.root, (project, []))[1].append(path)
    return list(found.values())


def watching(terminal: Terminal) -> Callable[[Path], None]:
    """Tells on the terminal which notebook it is, and how many there were."""
    count = 0
    terminal.begin()

    def on_notebook(path: Path) -> None:
        nonlocal count
        count += 1
        terminal.progress(f"notebook {count}: {path}")

    return on_notebook


def seen_from_here(root: Path) -> Path:
    """The folder as messages should name it: briefly, where the current one is inside."""
    current = here.folder()
    if current is None or not current.is_relative_to(root):
        return root
    return Path(os.path.relpath(root, current))


def _look(plans: list[tuple[Project, Plan]], arguments: Namespace, terminal: Terminal) -> int:
    from .writing import foretell

    changes = clashes = False
    for _, plan in plans:
        terminal.problems(plan.warnings)
        if arguments.dry_run:
            terminal.diff(plan.diff())
        else:
            foretell(plan, terminal)
        terminal.problems(clash.problem for clash in plan.clashes)
        if plan.up_to_date and not plan.clashes:
            terminal.note("Nothing would be written: all is as it should be.")
        changes = changes or not plan.up_to_date
        clashes = clashes or bool(plan.clashes)
    return int(clashes or (arguments.check and changes))


def _nothing_found(paths: list[Path]) -> Any:
    from ..errors import Place, warning

    return warning("no-notebooks", Place(str(paths[0])))
