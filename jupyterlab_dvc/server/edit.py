"""POST ``edit``: the source of a cell with fields of its docstring changed; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from .. import api_step, literal
from ..docstring_edit import plan, smallest
from ..errors import JupyterLabDVCError
from ..fields import read_fields
from ..utf16 import Units
from . import fieldtext
from .handler import Action, Handler


class EditHandler(Handler):
    ACTIONS: ClassVar[Mapping[str, Action]] = {"POST": "read"}

    async def post(self) -> None:
        asked = self.body(api_step.EditRequest)
        self.context.root.place(asked.path)
        self.reply(await self.work(lambda: edited(asked.cell, asked.changes)))


def edited(cell: api_step.CellSource, changes: Sequence[api_step.FieldChange]) -> api_step.Edited:
    """The splice that makes the changes one after the other.

    Raises:
        Refused: one of them can't be made; what is wrong names the cell.
    """
    source = cell.source
    for asked in changes:
        try:
            source = plan(source, fieldtext.change(asked, _keys(source))).apply(source)
        except JupyterLabDVCError as error:
            # The line that a new field's problem counts is its own, not the docstring's.
            places = (p._replace(place=p.place._replace(line=None)) for p in error.problems)
            raise type(error)(p.at(cell=cell.number) for p in places) from None
    splice = smallest(cell.source, source)
    units = Units(cell.source)
    return api_step.Edited(
        start=units.of(splice.start), stop=units.of(splice.stop), text=splice.text
    )


def _keys(source: str) -> dict[int, str]:
    """The key of the field on each line of the docstring on which one begins."""
    found = literal.find(source)
    return {} if found is None else {one.line: one.key for one in read_fields(found.text)}
