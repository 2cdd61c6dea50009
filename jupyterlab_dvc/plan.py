"""What a sync would write: computed first, shown as a diff, and only then carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from . import difference
from .errors import Problem

Overwrite = Literal["nothing", "generated", "all"]
"""What may be replaced: nothing that would change (the classic commands), only text that is as it
was generated (``sync``), or also what was edited by hand (``-f``, ``--force``)."""

EXECUTABLE = 0o755


@dataclass(frozen=True)
class Change:
    """A file as it is (``old``, None where there is none) and as it would be (``new``).

    ``shown`` is the POSIX path for people and diffs, relative to the project's root if inside it.
    ``mode`` None leaves the permissions as they are.
    """

    path: Path
    shown: str
    old: bytes | None
    new: bytes
    mode: int | None = None
    old_mode: int | None = None

    @property
    def differs(self) -> bool:
        return self.old != self.new or self.mode_differs

    @property
    def mode_differs(self) -> bool:
        return self.old is not None and self.mode is not None and self.mode != self.old_mode

    @property
    def reason(self) -> Problem:
        """What there is to do, in words."""
        return Problem("sync-makes" if self.old is None else "sync-changes", {"path": self.shown})

    def diff(self) -> str:
        """The change as ``git apply`` takes it; empty where nothing differs."""
        if not self.differs:
            return ""
        name_a, name_b = (difference.quoted(f"{side}/{self.shown}") for side in "ab")
        head = [difference.header(self.shown)]
        if self.old is None:
            head.append(f"new file mode 100{self.mode or 0o644:o}\n")
            name_a = "/dev/null"
        elif self.mode_differs:
            head += [f"old mode 100{self.old_mode:o}\n", f"new mode 100{self.mode:o}\n"]
        return "".join(head) + difference.unified(self.old or b"", self.new, name_a, name_b)


@dataclass(frozen=True)
class Clash:
    """Something that would be lost or changed unasked, and the difference that it would make."""

    problem: Problem
    diff: str


@dataclass(frozen=True)
class StageChange:
    """What happens to a stage of ``dvc.yaml``."""

    name: str
    kind: Literal["new", "same", "changed"]
    notebook: str | None


@dataclass(frozen=True)
class Source:
    """A file that the plan was made from, with the digest of what was read (hexadecimal)."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Plan:
    """All that a sync would do; carrying it out is ``Project.apply``.

    ``same_code`` are those of the changed scripts that only look different: stages that run them
    and were up to date stay so. ``warn`` finds the warnings, for those who show them.
    """

    changes: tuple[Change, ...]
    stages: tuple[StageChange, ...] = ()
    clashes: tuple[Clash, ...] = ()
    warn: Callable[[], Iterable[Problem]] = field(default=tuple, repr=False, compare=False)
    same_code: tuple[Path, ...] = ()
    sources: tuple[Source, ...] = ()

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(self.warn())

    @property
    def differing(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.differs)

    @property
    def up_to_date(self) -> bool:
        return not self.differing

    def diff(self) -> str:
        return "".join(change.diff() for change in self.differing)

    @property
    def rev(self) -> str:
        """Names all that would change: another plan that would do the same has the same."""
        import hashlib

        found = hashlib.sha256()
        for change in self.differing:
            for part in (
                str(change.path).encode("utf-8", "surrogateescape"),
                change.old,
                change.new,
            ):
                found.update(b"-" if part is None else b"%d:" % len(part) + part)
            found.update(b"%d" % (change.mode or 0))
        return found.hexdigest()
