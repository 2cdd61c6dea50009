"""Stages as a command line names them: by their own name, or by their notebook."""

from __future__ import annotations

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


def known_stages(project: Project) -> dict[str, str | None]:
    """The names in the project's ``dvc.yaml``, with the notebook that each was generated from."""
    from ..dvcyaml import DvcYaml

    found: dict[str, str | None] = {}
    for name, fields in DvcYaml.read(project.root / "dvc.yaml", "dvc.yaml").stages.items():
        meta = fields.get("meta") if isinstance(fields, dict) else None
        ours = meta.get("jupyterlab-dvc") if isinstance(meta, dict) else None
        own = isinstance(ours, dict) and "variant-of" not in ours
        found[str(name)] = str(ours.get("notebook")) if isinstance(ours, dict) and own else None
    return found


def _stage_of(project: Project, notebook: Path) -> str:
    from ..errors import NotFound, Place

    if not notebook.is_file():
        raise NotFound.of("file-missing", Place(str(notebook)), base="the current folder")
    absolute = notebook.absolute()
    for name, source in known_stages(project).items():
        if source is not None and project.root / source == absolute:
            return name
    raise NotFound.of("notebook-without-stage", Place(str(notebook)))
