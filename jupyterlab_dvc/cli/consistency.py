"""Notebooks against their scripts, as the two classic checks report it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .. import conversion, discovery, naming
from ..errors import JupyterLabDVCError, Place, Problem
from .sync import seen_from_here
from .terminal import short

if TYPE_CHECKING:
    from ..project import Project
    from .terminal import Terminal


def check(project: Project, notebook: Path, script: Path, terminal: Terminal) -> bool:
    """Whether they agree; what differs is said."""
    if not os.path.lexists(script):
        # A notebook that can't be converted would be the wrong thing to convert.
        conversion.convert(project.root, project.settings, notebook, script)
        arguments = {"script": short(str(script))}
        terminal.problems([Problem("script-missing", arguments, Place(str(notebook)))])
        return False
    problems = project.inconsistencies(notebook, script)
    terminal.problems(problems)
    same = not any(problem.severity == "error" for problem in problems)
    if not same:
        arguments = {"script": short(str(script))}
        terminal.problems([Problem("script-inconsistent", arguments, Place(str(notebook)))])
    else:
        terminal.out(f"consistent: {notebook}, {short(str(script))}")
    return same


def check_all(
    project: Project, folder: Path | None, ignored: frozenset[str], terminal: Terminal
) -> int:
    """Check on after a difference or an error; 1 where there was any."""
    notebooks = _notebooks(project, folder)
    if not notebooks:
        terminal.warning(str(Problem("no-notebooks", {}, Place(str(folder or project.root)))))
    wrong = 0
    for notebook in notebooks:
        if notebook.name in ignored:
            terminal.detail(f"ignored: {notebook}")
            continue
        script = project.settings.script_root / naming.script_file(notebook)
        try:
            wrong += not check(project, notebook, script, terminal)
        except JupyterLabDVCError as error:
            terminal.problems(error.problems)
            wrong += 1
    return 1 if wrong else 0


def _notebooks(project: Project, folder: Path | None) -> list[Path]:
    if folder is None:
        return [path for path, _ in discovery.notebooks([seen_from_here(project.root)])]
    inside = discovery.existing_folder(folder).iterdir()
    return sorted(path for path in inside if path.suffix == ".ipynb" and path.is_file())
