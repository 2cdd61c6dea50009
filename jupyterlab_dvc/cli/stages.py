"""Stages as a command line names them: by their own name, or by their notebook."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parser import path_in

if TYPE_CHECKING:
    from ..project import Project


def add_stages(parser: ArgumentParser) -> None:
    """Any number of stages, as ``stage_names`` takes them."""
    action: Any = parser.add_argument(
        "stages",
        metavar="STAGE",
        nargs="*",
        help="stages, or notebooks in their place (default: all)",
    )
    action.kind = "stage"


def stage_names(project: Project, words: Sequence[str], folder: Path) -> list[str]:
    """The words, each notebook replaced by its stage's name; other words go to DVC as they are.

    Raises:
        NotFound: a notebook without a stage.
    """
    return [
        _stage_of(project, path_in(folder, word)) if word.endswith(".ipynb") else word
        for word in words
    ]


def _stage_of(project: Project, notebook: Path) -> str:
    from ..dvcyaml import DvcYaml
    from ..errors import NotFound, Place
    from ..stage import own_stage

    if not notebook.is_file():
        raise NotFound.of("file-missing", Place(str(notebook)), base="the current folder")
    file = DvcYaml.read(project.root / "dvc.yaml", "dvc.yaml")
    source = Path(os.path.relpath(notebook.absolute(), project.root)).as_posix()
    name = own_stage(file.stages, source)
    if name is not None:
        return name
    raise NotFound.of("notebook-without-stage", Place(str(notebook)))
