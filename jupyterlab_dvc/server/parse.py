"""POST ``parse``: a docstring as rows, with what the project says of each; nothing is run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from .. import api, api_step, cellcode, docstring_edit, literal, roles
from ..conf import Settings
from ..errors import JupyterLabDVCError, Problem, Refused
from ..model import Cell
from ..utf16 import Units
from . import rows, uses
from .confinement import Confinement
from .handler import Action, Handler
from .marks import CellMap
from .workspace import Workspace


class ParseHandler(Handler):
    ACTIONS: ClassVar[Mapping[str, Action]] = {"POST": "read"}

    async def post(self) -> None:
        asked = self.body(api_step.ParseRequest)
        root = self.context.root
        path = root.place(asked.path)
        self.project = root.project_of(path)
        self.reply(await self.work(lambda: parsed(root, path, asked)))


def cells_of(given: Sequence[api_step.CellSource]) -> list[Cell]:
    """The code cells as the core knows them.

    Raises:
        Refused: their numbers aren't in order.
    """
    numbers = [0, *(cell.number for cell in given)]
    if any(one >= other for one, other in itertools.pairwise(numbers)):
        raise Refused.of("request-invalid", reason="the cells' numbers don't rise from 1")
    return [Cell(cell.number, "code", cell.source, tuple(cell.tags)) for cell in given]


def parsed(root: Confinement, path: Path, asked: api_step.ParseRequest) -> api_step.Parsed:
    """All that is known of the docstring in the cells as they were sent.

    Raises:
        Refused: the request makes no sense; whatever is wrong with the docstring or the project
            is in the answer.
    """
    cells = cells_of(asked.cells)
    folder = root.project_of(path)
    problems: list[Problem] = []
    workspace: Workspace | None = None
    settings: Settings | None = None
    if folder is not None:
        try:
            workspace = Workspace.of(root, folder)
            settings = workspace.settings
        except JupyterLabDVCError as error:
            workspace = None
            problems += (root.shown(problem, folder) for problem in error.problems)
    ignore_keys = Settings.ignore_keys if settings is None else settings.ignore_keys
    first = next((cell for cell in cells if cellcode.holds_code(cell.source)), None)
    # Where there is no code, the docstring would make the first cell the one that holds some.
    cell = first or next(iter(cells), None)
    found = None if first is None else literal.find(first.source)
    source = "" if cell is None else cell.source
    places = CellMap(cell.number if cell else 1, source, found)
    locked = _locked(source, found)
    made = rows.read(
        root, workspace, path, places, found.text if found else "", cellcode.read(source).prepared
    )
    found_roles = roles.of(cells, ignore_keys)
    found_uses: list[api_step.Use] = []
    if asked.whole:
        numbers = {one.cell for one in found_roles if one.role == "step"}
        found_uses = uses.found(
            path,
            folder,
            cells,
            [cell for cell in cells if cell.number in numbers],
            cellcode.read(source).prepared,
            made.directives,
            settings,
        )
    return api_step.Parsed(
        project=None if folder is None else root.name(folder),
        cell=None if cell is None else cell.number,
        start=None if found is None else places.offset(found.start),
        stop=None if found is None else places.offset(found.stop),
        step=made.step,
        fields=made.fields,
        problems=[
            *(places.mark_file(problem) for problem in problems),
            *made.problems,
            *(places.mark_line(problem) for problem in _of_cell(source, locked)),
        ],
        locked=locked,
        ignore_keys=list(ignore_keys),
        roles=_roles(cells, found_roles),
        uses=found_uses,
    )


def _of_cell(source: str, locked: api.Error | None) -> list[Problem]:
    """What the compiler has against the cell, and a string in its first place that isn't plain."""
    if locked is not None and locked.code == "edit-broken":
        return [Problem("edit-broken").at(line=literal.first_line(source))]
    code = cellcode.read(source)
    return [p for p in code.problems if p.code in ("cell-syntax", "cell-return", "cell-character")]


def _locked(source: str, found: literal.Literal | None) -> api.Error | None:
    """Why no field can be added to the docstring, or no docstring to the cell."""
    if found is not None and len(found.quote) == 3 and found.pieces == 1:
        # The usual one takes a line more.
        return None
    try:
        docstring_edit.plan(source, docstring_edit.Add(":dvc-always-changed:"))
    except Refused as error:
        return api.Error.of(error.problems[0])
    return None


def _roles(cells: Sequence[Cell], given: Sequence[roles.CellRole]) -> list[api_step.CellRole]:
    found = []
    for cell, role in zip(cells, given, strict=True):
        units = Units(cell.source) if role.comments else None
        comments = [(units.of(start), units.of(stop)) for start, stop in role.comments if units]
        found.append(
            api_step.CellRole(cell=role.cell, role=role.role, by=role.by, comments=comments)
        )
    return found
