"""The current folder, from which messages name files; it may be gone."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path | None:
    """None where somebody has removed it under us, as happens to a server that runs for weeks."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def seen(path: Path) -> str:
    """From the current folder where the file is below it, as the user would name it."""
    here = folder()
    if here is None:
        return str(path)
    absolute = Path(os.path.abspath(path))
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)
