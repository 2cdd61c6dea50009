"""``jupyterlab-dvc demo``: a small pipeline to look around in."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common, path_in

if TYPE_CHECKING:
    from .terminal import Terminal

NAME = "demo"

DESCRIPTION = """\
Make a project in DIR (git, DVC, five notebooks and a feed), sync its notebooks, and run the
pipeline. DIR is made, or is an empty folder; in a demo that is there already, sync and run."""

EPILOG = f"""\
examples:
  jupyterlab-dvc demo demo
  cd demo && jupyter lab                  look at it

{EXIT_CODES}"""

AUTHOR = ("jupyterlab-dvc demo", "demo@localhost")
SENTENCE = Path("data", "sentence.txt")


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME, help="make a small pipeline and run it", description=DESCRIPTION, epilog=EPILOG
    )
    add_common(parser)
    parser.add_argument("target", metavar="DIR", help="the folder").kind = "folder"
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Each part is done only where it is missing, so that an interrupted demo can go on."""
    from .. import git
    from ..project import Project
    from . import running, writing

    target = path_in(Path(arguments.folder), arguments.target)
    example = example_folder()
    _refuse_unfit(target, example)
    terminal.progress("copying the notebooks")
    _copy(example, target)
    fresh = not (target / ".git").exists()
    if fresh:
        git.init(target)
    if not (target / ".dvc").is_dir():
        _dvc(target, "init", "--quiet")
    project = Project.above(target)
    terminal.note(f"A project in {target}:")
    code = writing.carry_out(project, project.plan_sync([target]), terminal)
    terminal.note("Running the pipeline:")
    code = code or running.run(project, [], terminal, python=sys.executable)
    if code == 0:
        if fresh:
            git.commit_all(target, "The demo's pipeline, run once", AUTHOR)
        text = (target / SENTENCE).read_text("utf-8", "replace").strip()
        terminal.out(f"The sentence that it made: {text}")
        terminal.note("The README there says what to try next.")
    return code


def example_folder() -> Path:
    """The example's files: in the installed package, or beside it in a checkout.

    Raises:
        NotFound: in neither.
    """
    from ..errors import NotFound

    package = Path(__file__).parent.parent
    for folder in (package / "examples" / "dummy", package.parent / "examples" / "dummy"):
        if (folder / "notebooks").is_dir():
            return folder
    raise NotFound.of("example-missing")


def _refuse_unfit(target: Path, example: Path) -> None:
    from importlib.util import find_spec

    from ..errors import NotFound, Place, Refused

    if find_spec("mlflow") is None:
        raise NotFound.of("demo-needs-mlflow", python=sys.executable)
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise Refused.of("not-a-folder", Place(str(target)))
    names = [path.name for path in (example / "notebooks").glob("*.ipynb")]
    complete = all((target / "notebooks" / name).exists() for name in names)
    if not complete and not _is_begun(target, example):
        raise Refused.of("demo-not-empty", Place(str(target)))


def _is_begun(target: Path, example: Path) -> bool:
    """Whether all that is there was copied from the example; so of an empty folder."""
    files = [path for path in target.rglob("*") if not path.is_dir()]
    sources = [example / path.relative_to(target) for path in files]
    return all(
        source.is_file() and path.read_bytes() == source.read_bytes()
        for path, source in zip(files, sources, strict=True)
    )


def _copy(example: Path, target: Path) -> None:
    from .. import atomic

    for folder, folders, files in os.walk(example):
        folders[:] = [name for name in folders if name not in (".ipynb_checkpoints", "scratch")]
        for name in files:
            source = Path(folder, name)
            copy = target / source.relative_to(example)
            if not os.path.lexists(copy):
                atomic.write(copy, source.read_bytes())


def _dvc(folder: Path, *arguments: str) -> None:
    from ..dvc import command_line
    from ..errors import DVCFailed

    done = command_line.call(*arguments, folder=folder)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it says nothing"]
        raise DVCFailed.of("dvc-failed", reason=said[-1])
