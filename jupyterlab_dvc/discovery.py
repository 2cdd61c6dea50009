"""Where a project begins, and which notebooks it holds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from .errors import NotFound, Place, Refused

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages"})


def enclosing(start: Path, marker: str) -> Path | None:
    """The nearest folder at or above ``start`` that holds ``marker``."""
    absolute = Path(os.path.abspath(start))
    for folder in (absolute, *absolute.parents):
        found = folder / marker
        # A worktree's .git is a file; a file named .dvc is no project.
        if found.is_dir() or (marker == ".git" and found.exists()):
            return folder
    return None


def existing_folder(path: Path) -> Path:
    """The path itself.

    Raises:
        NotFound: nothing is there.
        Refused: it is no folder.
    """
    if path.is_dir():
        return path
    if os.path.lexists(path):
        raise Refused.of("not-a-folder", Place(str(path)))
    raise NotFound.of("folder-missing", Place(str(path)))


def _walk(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and not _skipped(Path(path, f))]
        yield from (Path(path, f) for f in files if f.endswith(".ipynb") and not f.startswith("."))


def _skipped(folder: Path) -> bool:
    # A virtual environment holds notebooks of packages; a project inside has its own dvc.yaml.
    return (
        folder.name in SKIPPED_FOLDERS
        or (folder / "pyvenv.cfg").exists()
        or (folder / ".dvc").is_dir()
    )


def notebooks(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """The notebooks named, and those below folders named (True: found by walking), each once."""
    seen: set[str] = set()
    for path in paths:
        walked = path.is_dir()
        for found in sorted(_walk(path)) if walked else [path]:
            key = os.path.realpath(found)
            if key not in seen:
                seen.add(key)
                yield found, walked
