"""What crosses the wire about a step's docstring: its fields as rows, edits, proposals."""

from __future__ import annotations

from typing import Literal

import msgspec

from .api import Error, Finding, ParamsForm, PathRequest
from .fieldview import FieldKind

RowKind = Literal[FieldKind, "unknown"]


class CellSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code cell as the page has it; ``number`` counts all cells of the notebook from 1."""

    number: int
    source: str
    tags: list[str] = msgspec.field(default_factory=list)


class FieldText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a field is to say; the server writes it. What a kind doesn't have is null.

    ``text`` is a description, a command's or an option's text, a stage's name; ``param`` the
    related param of a path or a hyperparameter; ``key`` and ``file`` a hyperparameter's.
    """

    kind: FieldKind
    name: str | None = None
    type: str | None = None
    text: str | None = None
    path: str | None = None
    param: str | None = None
    key: str | None = None
    file: str | None = None


class FieldChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change of the docstring; lines are its text's, as of after the changes before it.

    ``add`` takes ``field`` and may take ``before``, the line of the field that it goes before;
    ``replace`` takes ``line`` and ``field``, ``remove`` takes ``line``, ``move`` takes ``line`` and
    may take ``before``.
    """

    op: Literal["add", "replace", "remove", "move"]
    line: int | None = None
    before: int | None = None
    field: FieldText | None = None


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """What would mend a problem; ``title_code`` is a message's, with ``args``."""

    title_code: str
    args: dict[str, str | int]
    changes: list[FieldChange]


class Mark(Finding, frozen=True, kw_only=True):
    """A problem and where it stands in its cell, in UTF-16 units."""

    start: int
    stop: int
    fix: Fix | None


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a param gets its value in the pipeline, and what that says."""

    kind: Literal["extra", "key", "in", "out", "default", "none"]
    text: str


PathState = Literal["file", "folder", "tracked", "made", "missing"]


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the docstring, understood or not; what its kind doesn't have is null.

    ``start`` and ``stop`` bound its own lines in the cell (UTF-16 units), ``line`` and ``last`` are
    those lines in the docstring. ``key`` is its key as written, ``key_path`` and ``file`` a
    hyperparameter's, ``value`` that one's value now. ``maker`` is the other stage whose output the
    path is. ``notebook_value`` is the source of the literal that the first code cell binds a param
    to.
    """

    line: int
    last: int
    start: int
    stop: int
    kind: RowKind
    key: str
    text: str
    name: str | None
    type: str | None
    default: str | None
    required: bool
    path: str | None
    param: str | None
    exists: PathState | None
    maker: str | None
    key_path: str | None
    file: str | None
    value: str | None
    notebook_value: str | None
    origin: Origin | None
    problems: list[Mark]


class CellRole(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell is to the step; ``by`` says what leaves it out of the script.

    ``comments`` are the stretches of its source (UTF-16 units) to take out, all of them, so that no
    comment leaves it out any more.
    """

    cell: int
    role: Literal["metadata", "step", "no-effect", "empty"]
    by: Literal["tag", "comment"] | None
    comments: list[tuple[int, int]]


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the step's cells read or write, or a module of the project that they import.

    ``path`` is relative to the project. ``certain`` is false where it was worked out from parts,
    where what is done with it isn't clear, or where it hangs on Python's path whether it is that
    module. ``declared``: a directive names it already; else ``field`` is the change that adds one,
    where there can be one.
    """

    kind: Literal["in", "out", "module"]
    path: str
    cell: int
    line: int
    param: str | None
    certain: bool
    declared: bool
    field: FieldChange | None


class StepNames(msgspec.Struct, frozen=True, kw_only=True):
    """The step's names as a sync would choose them; ``script`` is null outside of a project."""

    name: str
    stage: str
    script: str | None


class ParseRequest(PathRequest, frozen=True, kw_only=True):
    """``cells`` holds at least the first code cell with code in it; with ``whole`` all of them.

    The notebook need not be there yet.
    """

    cells: list[CellSource]
    whole: bool = False


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """A docstring as it was understood.

    ``project`` is its folder, relative to the server's root ("" for the root itself), null where
    there is none. ``cell`` has the docstring, or would get it; ``start`` and ``stop`` bound what
    stands between its quotes, null where there is none. ``problems`` are those of no field;
    ``locked`` says why the docstring can't be edited, null where it can. ``uses`` is empty but
    for ``whole``.
    """

    project: str | None
    cell: int | None
    start: int | None
    stop: int | None
    step: StepNames | None
    fields: list[FieldView]
    problems: list[Mark]
    locked: Error | None
    ignore_keys: list[str]
    roles: list[CellRole]
    uses: list[Use]


class EditRequest(PathRequest, frozen=True, kw_only=True):
    """Changes of the docstring of ``cell``, whose source may be empty."""

    cell: CellSource
    changes: list[FieldChange]


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest splice of the source that makes the changes (UTF-16 units)."""

    start: int
    stop: int
    text: str


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """``text`` is the whole path or key; ``maker`` the stage that makes it, ``value`` a key's."""

    text: str
    kind: Literal["file", "folder", "tracked", "output", "key"]
    maker: str | None
    value: str | None


class Completions(msgspec.Struct, frozen=True, kw_only=True):
    """At most 200; ``more`` says that there are others."""

    items: list[Completion]
    more: bool


class ParamsRequest(PathRequest, frozen=True, kw_only=True):
    """The form of a step's parameters and, with ``values``, new values of its hyperparameters.

    Values are by ``key`` or ``file:key``, as text; null takes the key out. ``expected`` holds what
    the page showed for the same keys (null where there was none). ``cell`` is the first code cell
    as the page has it; without it the file counts.
    """

    values: dict[str, str | None] = msgspec.field(default_factory=dict)
    expected: dict[str, str | None] = msgspec.field(default_factory=dict)
    cell: CellSource | None = None


class SetParams(ParamsForm, frozen=True, kw_only=True):
    """The form, and by the keys that were set what they were: the ``values`` of an undo."""

    undo: dict[str, str | None]


class ProposeRequest(PathRequest, frozen=True, kw_only=True):
    """``cells`` holds all code cells of a notebook that is no step yet."""

    cells: list[CellSource]
    what: Literal["step"] = "step"


class CellSplice(msgspec.Struct, frozen=True, kw_only=True):
    """``text`` instead of what stands between the offsets (UTF-16 units) of a cell."""

    cell: int
    start: int
    stop: int
    text: str


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook as a step: ``first`` becomes its new first code cell.

    ``splices`` take out of the other cells what moved there, by the numbers that these have now;
    within a cell they don't overlap, and count in its source as it is. ``fields`` are those of
    the docstring in ``first``.
    """

    first: str
    splices: list[CellSplice]
    fields: list[FieldText]
    notes: list[Finding]


WIRE_TYPES: tuple[type[msgspec.Struct], ...] = (
    ParseRequest,
    Parsed,
    EditRequest,
    Edited,
    Completions,
    ParamsRequest,
    SetParams,
    ProposeRequest,
    Proposed,
)
