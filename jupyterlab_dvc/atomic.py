"""Writing a file so that a reader, or a crash, sees the old one or the new one, whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .errors import CannotWrite, Place

_PREFIX, _SUFFIX = ".jupyterlab-dvc-", ".tmp"


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """Replace ``path`` by ``data``, durably; missing folders are made.

    A symbolic link keeps pointing where it did: its target is replaced. Without ``mode``, an
    existing file keeps its permissions and a new one gets those that the umask leaves.

    Raises:
        CannotWrite: the file system refused; the old file is whole and no temporary file is left.
    """
    target = Path(os.path.realpath(path))
    temporary: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if mode is None:
            mode = _mode_of(target)
        # Not tempfile: importing it costs a tenth of what a conversion may take.
        temporary = f"{target.parent}/{_PREFIX}{os.getpid()}-{os.urandom(6).hex()}{_SUFFIX}"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise CannotWrite.of(
            "file-unwritable", Place(str(path)), reason=error.strerror or str(error)
        ) from error
    finally:
        if temporary is not None:
            _remove(temporary)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of writers that were killed; a living writer's stays."""
    for path in leftovers(folder):
        _remove(path)


def leftovers(folder: Path) -> list[str]:
    """The temporary files in this folder of writers that were killed."""
    # On Windows, asking for a process would end it.
    if os.name == "nt":
        return []
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if _is_leftover(name)]


def _is_leftover(name: str) -> bool:
    if not (name.startswith(_PREFIX) and name.endswith(_SUFFIX)):
        return False
    pid = name.removeprefix(_PREFIX).partition("-")[0]
    return pid.isdecimal() and not _is_alive(int(pid))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # Another user's.
        return True
    return True


def _mode_of(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    # The rename itself has to reach the disk; Windows can't open a folder and needs no such call.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except OSError:
        return
