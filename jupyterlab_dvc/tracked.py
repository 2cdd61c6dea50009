"""What ``dvc add`` has under a ``.dvc`` file of its own, which no stage can write as well."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from .errors import JupyterLabDVCError, Place, Problem
from .model import Stage
from .stage_fields import outputs


def problems(built: Stage, root: Path) -> Iterator[Problem]:
    """The outputs of a stage that a ``.dvc`` file tracks, as ``dvc add`` names it."""
    from .stage import unescape

    folder = unescape(str(built.fields.get("wdir", ".")))
    for field in ("outs", "metrics", "plots"):
        elements = built.fields.get(field)
        for element in elements if isinstance(elements, list) else []:
            for path, _ in outputs(element):
                full = posixpath.normpath(posixpath.join(folder, unescape(path)))
                tracking = _tracking(root, full)
                if tracking is not None:
                    arguments = {"path": full, "stage": built.name, "file": tracking}
                    yield Problem("graph-output-tracked", arguments, Place(tracking))


def _tracking(root: Path, path: str) -> str | None:
    """The ``.dvc`` file of the path, or of a folder that it lies in."""
    while path not in ("", ".", "..", "/"):
        file = path + ".dvc"
        if (root / file).is_file() and _tracks(root / file, posixpath.basename(path)):
            return file
        path = posixpath.dirname(path)
    return None


def _tracks(file: Path, name: str) -> bool:
    from . import files
    from .yaml_nodes import Document

    try:
        document = Document(files.read(file).decode("utf-8", "replace"), str(file))
        data = document.data(document.root) if document.root is not None else None
    except JupyterLabDVCError:
        # DVC will say what is wrong with it.
        return False
    outs = data.get("outs") if isinstance(data, Mapping) else None
    return any(
        isinstance(out, Mapping) and posixpath.normpath(str(out.get("path"))) == name
        for out in (outs if isinstance(outs, list) else [])
    )
