"""What crosses the wire, declared once: ``scripts/generate_api.py`` makes ``src/_api.ts`` of it."""

from __future__ import annotations

import msgspec

from .errors import Problem


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The release of the server half."""

    version: str


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal.

    The page writes the sentence of ``code`` with ``args`` in the user's language, and shows
    ``message`` and ``hint`` (English) where it doesn't know the code. Cells and lines count from
    1; ``line`` is the line in the cell where there is a cell, else the line in the file.
    """

    code: str
    args: dict[str, str | int]
    message: str
    path: str | None
    cell: int | None
    line: int | None
    hint: str

    @classmethod
    def of(cls, problem: Problem) -> Error:
        return cls(
            code=problem.code,
            args=dict(problem.args),
            message=problem.message,
            path=problem.place.path,
            cell=problem.place.cell,
            line=problem.place.line,
            hint=problem.hint,
        )


WIRE_TYPES: tuple[type[msgspec.Struct], ...] = (Version, Error)
