"""What crosses the wire about a pipeline's making: a new project, a split step, variants."""

from __future__ import annotations

from typing import Literal

import msgspec

from .api import Error, Finding, PathRequest
from .api_step import CellSource, CellSplice


class InitRequest(PathRequest, frozen=True, kw_only=True):
    """A folder, POSIX, relative to the server's root; "" is the root itself."""


class Initialized(msgspec.Struct, frozen=True, kw_only=True):
    """A DVC project that was made: its folder as in ``State``, whether git is there, and the
    commands that made it."""

    project: str
    git: bool
    done: list[str]


class RepairRequest(PathRequest, frozen=True, kw_only=True):
    """A folder, as in ``InitRequest``, whose project's list of files in use is broken."""


class Repaired(msgspec.Struct, frozen=True, kw_only=True):
    """What was done; nothing where nothing was wrong."""

    done: list[Finding]


class SplitRequest(PathRequest, frozen=True, kw_only=True):
    """``cells`` holds all code cells; the one numbered ``at``, or the first after it, and all that
    follow become the notebook ``name`` (without ``.ipynb``), beside this one."""

    cells: list[CellSource]
    at: int
    name: str


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """A variable that is bound before the cut and read after it, and its file's path.

    The path is relative to the project. ``certain`` is false where it may not be bound, or may be
    nothing that can be kept in a file.
    """

    name: str
    path: str
    certain: bool


class SplitOwn(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to the notebook, besides that its cells from the cut on leave it.

    ``append`` are code cells for its end. ``splices`` are as in ``Proposed``.
    """

    splices: list[CellSplice]
    append: list[str]


class SplitOther(msgspec.Struct, frozen=True, kw_only=True):
    """The new notebook: its first code cell, further ones, then the cells from the cut on.

    ``numbers`` are the code cells among the latter.
    """

    first: str
    cells: list[str]
    numbers: list[int]


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook as two steps; ``path`` is the new notebook's, relative to the server's root.

    ``repeated`` are imports of this notebook, and the names of functions and classes, that the new
    one has as well.
    """

    path: str
    crossing: list[Crossing]
    repeated: list[str]
    own: SplitOwn
    other: SplitOther
    notes: list[Finding]


class VariantText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a variant has of its own; the rest is as in the notebook's stage.

    ``values`` are by param, as text. ``paths`` are by the path that the notebook's stage has.
    ``matrix`` holds the values of one param: the variant is a matrix then, and an output's path
    says ``{param}`` where the value goes (an output that isn't in ``paths`` gets it by itself).
    """

    name: str
    values: dict[str, str] = msgspec.field(default_factory=dict)
    paths: dict[str, str] = msgspec.field(default_factory=dict)
    matrix: dict[str, list[str]] = msgspec.field(default_factory=dict)


class VariantsRequest(PathRequest, frozen=True, kw_only=True):
    """``add`` takes ``variant``, ``remove`` takes ``name``, ``replace`` takes both.

    ``etag`` is that of the ``Variants`` that the page has: where ``dvc.yaml`` is another by now,
    that is a conflict. ``undo`` takes the ``undo`` of a change's answer, and takes that change
    back to the byte.
    """

    op: Literal["add", "replace", "remove", "undo"]
    name: str | None = None
    variant: VariantText | None = None
    etag: str | None = None
    undo: str | None = None


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """A variant as ``dvc.yaml`` has it; the first four fields are those of ``VariantText``.

    ``problems`` say why it no longer fits the notebook; ``mend`` is the ``variant`` of a
    ``replace`` that would mend it, and ``diff`` what that would change (unified).
    """

    name: str
    values: dict[str, str]
    paths: dict[str, str]
    matrix: dict[str, list[str]]
    problems: list[Finding]
    mend: VariantText | None
    diff: str


class VariantParam(msgspec.Struct, frozen=True, kw_only=True):
    """A param that a variant may give another value; ``value`` is the notebook's stage's, or what
    it defaults to, where that is a literal."""

    name: str
    type: str
    text: str
    value: str | None


class VariantPath(msgspec.Struct, frozen=True, kw_only=True):
    """A path of the notebook's stage; ``fixed`` where no param hands it to the script, so that a
    variant can't have another one."""

    path: str
    kind: Literal["in", "out", "out-persist", "metric", "plot"]
    param: str | None
    fixed: bool


class Variants(msgspec.Struct, frozen=True, kw_only=True):
    """The variants of a notebook's ``stage``, and what one may have of its own.

    ``obstacle`` says why the step can have no further one; where it can't even be read, all else is
    empty. ``etag`` names the state of ``dvc.yaml``, ``diff`` is what was written to it (unified),
    and ``undo`` names that change.
    """

    stage: str
    etag: str
    params: list[VariantParam]
    paths: list[VariantPath]
    variants: list[Variant]
    obstacle: Error | None
    diff: str
    undo: str | None


WIRE_TYPES: tuple[type[msgspec.Struct], ...] = (
    InitRequest,
    Initialized,
    RepairRequest,
    Repaired,
    SplitRequest,
    Split,
    VariantsRequest,
    Variants,
)
