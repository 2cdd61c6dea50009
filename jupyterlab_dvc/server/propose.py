"""POST ``propose``: what a plain notebook would become as a step; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from .. import api, api_step, docstring, fieldview, proposal
from ..conf import Settings
from ..errors import JupyterLabDVCError
from ..utf16 import Units
from .confinement import Confinement
from .fieldtext import of_row
from .handler import Action, Handler
from .parse import cells_of
from .uses import folder_of
from .workspace import Workspace


class ProposeHandler(Handler):
    ACTIONS: ClassVar[Mapping[str, Action]] = {"POST": "read"}

    async def post(self) -> None:
        asked = self.body(api_step.ProposeRequest)
        root = self.context.root
        path = root.place(asked.path)
        self.project = root.project_of(path)
        self.reply(await self.work(lambda: proposed(root, path, asked)))


def proposed(root: Confinement, path: Path, asked: api_step.ProposeRequest) -> api_step.Proposed:
    """
    Raises:
        Refused: the notebook is a step already.
    """
    cells = cells_of(asked.cells)
    folder = root.project_of(path)
    found = proposal.propose(
        cells,
        _ignore_keys(root, folder),
        path.stem,
        folder_of(path, folder),
        "" if folder is None else folder.as_posix(),
    )
    units = {cell.number: Units(cell.source) for cell in cells}
    rows = fieldview.read(docstring.write(found.directives)).rows
    return api_step.Proposed(
        first=found.first,
        splices=[
            api_step.CellSplice(
                cell=one.cell,
                start=units[one.cell].of(one.start),
                stop=units[one.cell].of(one.stop),
                text="",
            )
            for one in found.removals
        ],
        fields=[of_row(row) for row in rows],
        notes=[api.Finding.of(problem) for problem in found.notes],
    )


def _ignore_keys(root: Confinement, folder: Path | None) -> tuple[str, ...]:
    try:
        if folder is not None:
            return Workspace.of(root, folder).settings.ignore_keys
    except JupyterLabDVCError:
        # What is wrong with the settings is said where the docstring is shown.
        pass
    return Settings.ignore_keys
