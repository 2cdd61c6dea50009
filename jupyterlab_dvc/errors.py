"""The one error tree: every refusal is a problem with a code, a place and the next thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from .messages import MESSAGES

Severity = Literal["error", "warning"]
Arg = str | int


class Place(NamedTuple):
    """Where a problem is; cells (all kinds counted), lines and columns count from 1.

    ``line`` is the line in the cell where ``cell`` is set, else the line in the file.
    Columns are UTF-16 units, as editors in a browser count.
    """

    path: str | None = None
    cell: int | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = []
        if self.path is not None:
            parts.append(printable(self.path))
        if self.cell is not None:
            parts.append(f"cell {self.cell}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        return ", ".join(parts)


class Problem(NamedTuple):
    """One thing that is wrong (``error``) or worth saying (``warning``)."""

    code: str
    args: Mapping[str, Arg] = {}
    place: Place = Place()
    severity: Severity = "error"

    @property
    def message(self) -> str:
        """The sentence of the code, with its arguments; always one line."""
        return MESSAGES[self.code].text.format_map(_printable_args(self.args))

    @property
    def hint(self) -> str:
        """What to do next; empty where the message already says it."""
        return MESSAGES[self.code].hint.format_map(_printable_args(self.args))

    @property
    def page_hint(self) -> str:
        """The same for somebody who has buttons rather than commands."""
        return MESSAGES[self.code].page_hint.format_map(_printable_args(self.args))

    def at(
        self, path: str | None = None, cell: int | None = None, line: int | None = None
    ) -> Problem:
        """The same problem with the parts of its place that were still unknown filled in."""
        old = self.place
        return self._replace(
            place=Place(
                old.path if old.path is not None else path,
                old.cell if old.cell is not None else cell,
                old.line if old.line is not None else line,
                old.column,
            )
        )

    def __str__(self) -> str:
        text = " ".join(part for part in (self.message, self.hint) if part)
        where = str(self.place)
        return f"{where}: {text}" if where else text


def warning(code: str, place: Place = Place(), **args: Arg) -> Problem:  # noqa: B008 (immutable)
    """A problem that stops nothing."""
    return Problem(code, args, place, "warning")


class JupyterLabDVCError(Exception):
    """Base of all errors raised on purpose; carries at least one problem of severity ``error``."""

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def of(cls, code: str, place: Place = Place(), **args: Arg) -> JupyterLabDVCError:  # noqa: B008
        """The error of one problem."""
        return cls(Problem(code, args, place))


class Refused(JupyterLabDVCError):
    """What the user wrote cannot be carried out; nothing was written."""


class NotFound(JupyterLabDVCError):
    """A file, stage or project that was named does not exist."""


class Conflict(JupyterLabDVCError):
    """Something edited by hand would be lost; ``diff`` shows it (unified, ends with a newline)."""

    def __init__(self, problems: Problem | Iterable[Problem], diff: str = "") -> None:
        super().__init__(problems)
        self.diff = diff


class Busy(JupyterLabDVCError):
    """Another process holds what is needed, for longer than we were told to wait."""


class CannotWrite(JupyterLabDVCError):
    """The file system refused; what stood there before still stands, whole."""


class DVCFailed(JupyterLabDVCError):
    """DVC itself reported an error."""


def printable(text: str) -> str:
    """The text on one line, with what a terminal would obey (controls, bidi marks) escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _printable_args(args: Mapping[str, Arg]) -> dict[str, Arg]:
    return {k: printable(v) if isinstance(v, str) else v for k, v in args.items()}
