"""``jupyterlab-dvc export``, and the classic ``export_pipeline``: a pipeline as a bash script."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common, path_in

if TYPE_CHECKING:
    from ..plan import Change
    from ..project import Project
    from .terminal import Terminal

NAME = "export"

DESCRIPTION = """\
Write the commands of a stage, and before them those of all stages that it needs, as a bash script
that runs without DVC. `foreach` and `matrix` are expanded."""

EPILOG = f"""\
examples:
  jupyterlab-dvc export mlvtools_train -o pipeline.sh
  jupyterlab-dvc export notebooks/train.ipynb -o pipeline.sh --force
  jupyterlab-dvc export                            print the script of the whole pipeline

{EXIT_CODES}"""


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME,
        help="write a stage and all that it needs as a bash script",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_common(parser)
    parser.add_argument(
        "stage",
        metavar="STAGE",
        nargs="?",
        help="the stage, or the notebook that it was generated from (default: the whole pipeline)",
    ).kind = "stage"
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="the script (default: standard output)"
    ).kind = "file"
    parser.add_argument(
        "-f", "--force", action="store_true", help="overwrite a file that would change"
    )
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Into a file, or to standard output."""
    from ..project import Project
    from .stages import stage_names

    folder = Path(arguments.folder)
    project = Project.above(folder)
    words = [] if arguments.stage is None else [arguments.stage]
    stage = next(iter(stage_names(project, words, folder)), None)
    terminal.progress("asking DVC for the commands …")
    if arguments.output is None:
        terminal.text(rendered(project, stage, PurePosixPath(".")))
        return 0
    return write(project, stage, path_in(folder, arguments.output), terminal, force=arguments.force)


def write(
    project: Project, stage: str | None, output: Path, terminal: Terminal, *, force: bool
) -> int:
    """Write the script; without ``force`` an existing file that would change is refused.

    Raises:
        Conflict: the file is there and differs.
    """
    from .. import atomic
    from ..errors import Conflict, Place, Problem, Refused

    if output.is_dir():
        raise Refused.of("not-a-file", Place(str(output)))
    to_root = PurePosixPath(
        os.path.relpath(project.root, os.path.realpath(output.absolute().parent))
    )
    change = _change(output, rendered(project, stage, to_root).encode())
    if change.old is not None and change.differs and not force:
        problem = Problem("would-overwrite", {}, Place(str(output)))
        raise Conflict(problem, change.diff())
    if change.differs:
        atomic.write(output, change.new, change.mode)
    terminal.out(f"{'exported' if change.differs else 'unchanged'}: {output}")
    return 0


def rendered(project: Project, stage: str | None, to_root: PurePosixPath) -> str:
    """The script's text; ``stage`` may be an old ``X.dvc`` name, None is the whole pipeline."""
    from .. import export
    from ..dvc import reader

    name = None if stage is None else _known_name(project, stage)
    commands = reader.resolved_commands(project.root, name)
    return export.render(commands, name, to_root)


def _known_name(project: Project, stage: str) -> str:
    from ..dvcyaml import DvcYaml
    from ..errors import NotFound, Place

    known = DvcYaml.read(project.root / "dvc.yaml", "dvc.yaml").stages
    for candidate in _candidates(stage):
        if candidate in known:
            return candidate
    if any(separator in stage for separator in "@:"):
        # A member of a foreach or matrix group, or a stage of another dvc.yaml: DVC knows.
        return stage
    if not (project.root / "dvc.yaml").exists():
        raise NotFound.of("dvc-no-pipeline", Place(str(project.root / "dvc.yaml")))
    raise NotFound.of("stage-unknown", name=stage, known=", ".join(sorted(known)) or "none")


def _candidates(stage: str) -> Iterator[str]:
    yield stage
    if stage.endswith(".dvc"):
        old = PurePosixPath(stage).name.removesuffix(".dvc")
        yield old
        yield _without(old, "@./")


def _without(name: str, characters: Iterable[str]) -> str:
    return "".join("_" if char in characters else char for char in name)


def _change(path: Path, new: bytes) -> Change:
    import stat

    from ..plan import EXECUTABLE, Change

    if not os.path.lexists(path):
        return Change(path, path.as_posix(), None, new, EXECUTABLE)
    old = path.read_bytes()
    return Change(path, path.as_posix(), old, new, EXECUTABLE, stat.S_IMODE(path.stat().st_mode))
