"""Several files written one after the other, each whole, and only over what was there before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from . import atomic, here
from .errors import CannotWrite, Place, Problem, Refused
from .plan import Source

ABSENT = ""
"""The ``before`` of a file that isn't there."""


class Write(NamedTuple):
    """A file to be replaced by ``data``; ``mode`` None keeps an existing file's.

    ``before`` is the ``digest`` that the file has to have still, None where it may be anything.
    """

    path: Path
    data: bytes
    mode: int | None = None
    before: str | None = None


def digest(data: bytes | None) -> str:
    """What tells two states of a file apart; None for a file that isn't there."""
    return ABSENT if data is None else hashlib.sha256(data).hexdigest()


def write_all(writes: Sequence[Write], sources: Sequence[Source] = ()) -> None:
    """Write the files in their order; ``sources`` are those that they were made from.

    Raises:
        Refused: a file, or a source, isn't any more as it was; nothing is written.
        CannotWrite: some file couldn't be; those before it are written, which is said, those after
            it aren't.
    """
    # The caller may have waited for long.
    changed = [source.path for source in sources if source.sha256 != _now(source.path)]
    changed += [write.path for write in writes if write.before not in (None, _now(write.path))]
    if changed:
        raise Refused(Problem("changed-meanwhile", {}, Place(here.seen(path))) for path in changed)
    for folder in {Path(os.path.realpath(write.path)).parent for write in writes}:
        atomic.remove_leftovers(folder)
    written: list[str] = []
    for write in writes:
        try:
            atomic.write(write.path, write.data, write.mode)
        except CannotWrite as error:
            if not written:
                raise
            partly = Problem("write-partial", {"paths": ", ".join(written)})
            raise CannotWrite([*error.problems, partly]) from error
        written.append(here.seen(write.path))


def _now(path: Path) -> str:
    if not os.path.lexists(path):
        return ABSENT
    try:
        return digest(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused.of("file-unreadable", Place(str(path)), reason=reason) from error
