"""POST ``split``: a notebook cut in two; the page makes both of them, nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from .. import api, api_pipeline, api_step, cellcode, docstring, naming, split, stage
from ..conf import Settings
from ..docstring_edit import smallest
from ..errors import Conflict, JupyterLabDVCError, Place, Problem, Refused
from ..model import Cell
from ..utf16 import Units
from . import rows
from .confinement import Confinement
from .handler import Action, Handler
from .parse import cells_of
from .uses import folder_of
from .workspace import Workspace

_LONGEST = 200


class SplitHandler(Handler):
    ACTIONS: ClassVar[Mapping[str, Action]] = {"POST": "read"}

    async def post(self) -> None:
        asked = self.body(api_pipeline.SplitRequest)
        root = self.context.root
        path = root.place(asked.path)
        self.project = root.project_of(path)
        self.reply(await self.work(lambda: halves(root, path, asked)))


def halves(root: Confinement, path: Path, asked: api_pipeline.SplitRequest) -> api_pipeline.Split:
    """The two notebooks that the cut would make.

    Raises:
        Refused: it can't be cut there, or the new notebook can't have that name.
        Conflict: there is such a notebook.
    """
    cells = cells_of(asked.cells)
    other = _other(root, path, asked.name)
    folder = root.project_of(path)
    workspace = None if folder is None else Workspace.of(root, folder)
    if workspace is not None:
        problems = rows.taken(root, workspace, other)
        if problems:
            raise Refused(problem.at(path=str(other)) for problem in problems)
    found = split.split(
        cells,
        asked.at,
        split.Surroundings(
            ignore_keys=_settings(workspace).ignore_keys,
            folder=folder_of(path, folder),
            stage=_stage(path, cells),
            title=" ".join(asked.name.split()),
            is_taken=lambda place: _is_taken(path, workspace, place),
        ),
    )
    cell = next(one for one in cells if cellcode.holds_code(one.source))
    change = smallest(cell.source, found.first)
    units = Units(cell.source)
    splice = api_step.CellSplice(
        cell=cell.number,
        start=units.of(change.start),
        stop=units.of(change.stop),
        text=change.text,
    )
    return api_pipeline.Split(
        path=root.name(other),
        crossing=[
            api_pipeline.Crossing(name=one.name, path=one.path, certain=one.certain)
            for one in found.crossing
        ],
        repeated=list(found.repeated),
        own=api_pipeline.SplitOwn(
            splices=[splice] if found.first != cell.source else [], append=list(found.append)
        ),
        other=api_pipeline.SplitOther(
            first=found.other[0], cells=list(found.other[1:]), numbers=list(found.moved)
        ),
        notes=[api.Finding.of(root.shown(problem, folder)) for problem in found.notes],
    )


def _other(root: Confinement, path: Path, name: str) -> Path:
    stem = name.strip().removesuffix(".ipynb")
    is_name = stem.isprintable() and not set(stem) & set('/\\:*?"<>|') and not stem.startswith(".")
    if not stem.strip() or not is_name or len(stem.encode("utf-8", "replace")) > _LONGEST:
        raise Refused.of("notebook-name", name=name[:100])
    found = path.with_name(f"{stem}.ipynb")
    if os.path.lexists(found):
        raise Conflict(Problem("notebook-exists", {}, Place(str(found))))
    if naming.function_name(stem) == naming.function_name(path.stem):
        arguments = {"name": naming.function_name(stem), "other": root.name(path)}
        raise Refused(Problem("name-taken", arguments, Place(str(found))))
    return found


def _settings(workspace: Workspace | None) -> Settings:
    """What is wrong with them is said where the docstring is shown."""
    try:
        if workspace is not None:
            return workspace.settings
    except JupyterLabDVCError:
        pass
    return Settings(Path(), Path(), Path())


def _stage(path: Path, cells: list[Cell]) -> str:
    """The notebook's stage without what all stages begin with: a folder's name."""
    for cell in cells:
        found = docstring.locate(cell.source, cell.number)
        if found is not None:
            named = docstring.parse(found).directives.stage_name
            if named is not None and stage.stage_name(named.text).strip("_ "):
                return "_".join(stage.stage_name(named.text).split())
            break
    return naming.identifier(path.stem)


def _is_taken(path: Path, workspace: Workspace | None, place: str) -> bool:
    if workspace is None:
        return os.path.lexists(path.parent / place)
    state, maker = workspace.state(place, "")
    return maker is not None or state != "missing"
