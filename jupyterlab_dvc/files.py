"""Reading the user's files, with the errors that a reader understands."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from .errors import NotFound, Place, Refused
from .plan import Change, Plan, Source


def read(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        NotFound: nothing is there.
        Refused: it is a folder or a device, or can't be read.
    """
    shown = str(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Refused.of("not-a-file", Place(shown))
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError as error:
        raise NotFound.of("file-missing", Place(shown), base="the current folder") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused.of("file-unreadable", Place(shown), reason=reason) from error


def source(path: Path, data: bytes) -> Source:
    """The mark by which a later look tells whether the file is still what was read."""
    return Source(path, hashlib.sha256(data).hexdigest())


def change(root: Path, path: Path, new: bytes, mode: int | None = None) -> Change:
    """What writing ``new`` to ``path`` would come to; shown relative to ``root`` where inside."""
    absolute = Path(os.path.abspath(path))
    inside = absolute.is_relative_to(root)
    shown = absolute.relative_to(root).as_posix() if inside else path.as_posix()
    if not os.path.lexists(path):
        return Change(path, shown, None, new, mode)
    return Change(path, shown, read(path), new, mode, stat.S_IMODE(os.stat(path).st_mode))


def changed_since(plan: Plan) -> list[Path]:
    """What the plan was made from and is not any more as it was then."""
    return [one.path for one in plan.sources if source(one.path, read(one.path)) != one]


def changed_targets(plan: Plan) -> str:
    """What others made of the files to be written since the plan was made, as a unified diff."""
    from . import difference

    parts = []
    for change in plan.differing:
        now = read(change.path) if os.path.lexists(change.path) else None
        if now != change.old:
            parts.append(difference.of_file(change.old or b"", now or b"", change.shown))
    return "".join(parts)
