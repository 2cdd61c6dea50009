"""The Python that ``python`` in a stage's command is, where the project's settings name one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .conf import Settings
from .errors import NotFound, Place


def configured(settings: Settings) -> str | None:
    """The path of the settings' interpreter; None where they name none, so that PATH decides.

    A name is looked up on PATH, a path counts from the project's folder. Its folder goes to the
    front of PATH, so that it has to hold a ``python``.

    Raises:
        NotFound: there is none, or it isn't called ``python`` there.
    """
    named = settings.python
    if named is None:
        return None
    place = Place(None if settings.origin is None else str(settings.origin))
    if os.path.dirname(named):
        path = settings.work_dir / Path(named).expanduser()
        found = shutil.which(path)
    else:
        found = shutil.which(named)
    if found is None:
        raise NotFound.of("python-missing", place, python=named)
    folder = os.path.dirname(os.path.abspath(found))
    if shutil.which("python", path=folder) is None:
        raise NotFound.of("python-unnamed", place, python=named, folder=folder)
    return os.path.join(folder, os.path.basename(found))
