"""The frozen nouns that the pure half passes on: directives, a step, its script, its stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from .errors import Problem

BaseType = Literal["str", "int", "float", "bool", "Path", "list", "Literal"]
PathKind = Literal["in", "out", "out-persist", "metric", "plot"]


@dataclass(frozen=True)
class ParamType:
    """The type of a parameter; ``source`` is its text, None where it is missing (``str``)."""

    base: BaseType = "str"
    item: ParamType | None = None
    optional: bool = False
    choices: tuple[str | int | float | bool, ...] = ()
    source: str | None = None


@dataclass(frozen=True)
class Parameter:
    """A ``:param:``; ``default`` is the source after ``Defaults to``, None where there is none.

    Lines count from 1 in the docstring's text and don't take part in comparisons.
    """

    name: str
    type: ParamType = ParamType()
    text: str = ""
    default: str | None = None
    line: int = field(default=0, compare=False)

    @property
    def required(self) -> bool:
        return self.default is None and not self.type.optional

    @property
    def option(self) -> str:
        """The name on the command line, case kept: ``C_list`` → ``--C-list``."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True)
class PathDirective:
    """``:dvc-in:``, ``:dvc-out:``, ``:dvc-out-persist:``, ``:dvc-metric:`` or ``:dvc-plot:``."""

    kind: PathKind
    path: str
    param: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Hyperparameter:
    """``:dvc-param:``; ``file`` is None for ``params.yaml``, ``key`` may be dotted."""

    key: str
    file: str | None = None
    param: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Text:
    """The text of a field whose line matters for errors (``:dvc-extra:``, ``:dvc-cmd:``, …)."""

    text: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Directives:
    """All that a docstring says about its step; within each kind in the docstring's order."""

    params: tuple[Parameter, ...] = ()
    paths: tuple[PathDirective, ...] = ()
    extras: tuple[Text, ...] = ()
    command: Text | None = None
    hyperparameters: tuple[Hyperparameter, ...] = ()
    stage_name: Text | None = None
    desc: Text | None = None
    frozen: bool = False
    always_changed: bool = False

    def of_kind(self, *kinds: PathKind) -> tuple[PathDirective, ...]:
        return tuple(path for path in self.paths if path.kind in kinds)


@dataclass(frozen=True)
class Cell:
    """A notebook's cell; ``number`` counts all cells from 1."""

    number: int
    kind: Literal["code", "markdown", "raw"]
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """A notebook as far as a step needs it: no outputs, no counts, no ids.

    ``path`` is as the user gave it (for messages), ``language`` the kernel's, lower case.
    """

    path: str
    cells: tuple[Cell, ...]
    language: str = "python"
    kernel: str | None = None


@dataclass(frozen=True)
class Docstring:
    """A step's docstring: the text, and where it stands (for messages)."""

    text: str
    cell: int | None
    lines: tuple[int, ...]
    """For each line of ``text``, its line in the cell (in the script, where ``cell`` is None)."""


@dataclass(frozen=True)
class Step:
    """A notebook seen as a step: what its script is made of, and nothing else.

    ``source`` is what ``# Generated from`` says. ``name`` is the identifier without ``mlvtools_``.
    ``import_folders`` are relative to the script's folder, POSIX.
    ``modules`` are files of the project that the cells import, relative to the project's root.
    """

    notebook: str
    source: str
    name: str
    docstring: Docstring | None
    directives: Directives
    cells: tuple[Cell, ...]
    import_folders: tuple[str, ...] = ()
    modules: tuple[PurePosixPath, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def function(self) -> str:
        return f"mlvtools_{self.name}"


@dataclass(frozen=True)
class Script:
    """A generated script; ``lines`` has, for each line from 1, the cell and line it came from."""

    text: str
    lines: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class Stage:
    """A stage as ``dvc.yaml`` holds it: ``fields`` are plain YAML data in DVC's shape and order."""

    name: str
    fields: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
