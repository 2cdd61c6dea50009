"""What killed processes left in a project: found, and cleared away where that is safe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from . import atomic
from .discovery import SKIPPED_FOLDERS
from .errors import CannotWrite, Place, Problem, warning


def leftovers(root: Path) -> Iterator[str]:
    """The temporary files of writers that were killed, wherever this tool writes in a project."""
    yield from atomic.leftovers(root / ".dvc")
    yield from atomic.leftovers(root / ".dvc" / "tmp")
    for folder, names, _ in os.walk(root):
        yield from atomic.leftovers(Path(folder))
        names[:] = [n for n in names if not n.startswith(".") and n not in SKIPPED_FOLDERS]


def repair(root: Path) -> Iterator[Problem]:
    """Make DVC's list of files in use right, remove what is left over; tells what was done.

    Raises:
        Busy: the list is broken, and a DVC command or a stage runs.
        CannotWrite: something may not be removed.
    """
    from .dvc import locks

    yield from locks.repair(root)
    for path in leftovers(root):
        try:
            os.unlink(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotWrite.of("file-unwritable", Place(path), reason=reason) from error
        yield warning("leftover-removed", Place(os.path.relpath(path, root)))
