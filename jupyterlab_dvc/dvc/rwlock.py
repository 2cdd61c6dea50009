"""DVC's list of the files in use, ``.dvc/tmp/rwlock``: who reads and writes what, read without DVC.

DVC lists a stage's files while its command runs. An entry whose process is gone blocks nothing in
DVC, one whose pid another process has got blocks for ever, a torn file makes every command fail.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from ..errors import Place, Problem, Refused, warning

State = Literal["live", "dead", "reused", "doubtful"]
PATIENCE = 0.5
"""Seconds for which a broken list may be one that is just being written."""
_CLOCK_SLACK = 2.0
"""Seconds by which a file's time and a process's start may disagree."""


class Holder(NamedTuple):
    """A process that holds a lock; ``path`` is what it holds (for kind ``lock``, the lock file).

    ``pid`` is 0 where it isn't known.

    ``dead``: no such process, so DVC drops the entry by itself. ``reused``: the pid belongs to a
    process that started after the list was last written, and isn't DVC; DVC would wait forever.
    ``doubtful``: one of these two signs only.
    """

    pid: int
    command: str
    path: str
    kind: Literal["lock", "read", "write"]
    state: State = "live"

    @property
    def stale(self) -> bool:
        """Whether it is proven that the process which was listed is gone."""
        return self.state in ("dead", "reused")

    @property
    def problem(self) -> Problem:
        """What to say while waiting for it."""
        if self.pid == 0:
            return warning("waiting-for-unknown", path=self.path)
        code = "rwlock-doubtful" if self.state == "doubtful" else "waiting-for"
        return warning(code, pid=self.pid, command=self.command, path=self.path)


class Entry(NamedTuple):
    """One line of the list, before anybody asked whether its process lives."""

    path: str
    pid: int
    command: str
    kind: Literal["read", "write"]


def file_of(project: Path) -> Path:
    return project / ".dvc" / "tmp" / "rwlock"


def entries(project: Path) -> tuple[Entry, ...]:
    """What is listed; nothing where there is no list.

    DVC doesn't write it atomically, so a broken one is looked at again for a while.

    Raises:
        Refused: it stays empty or broken; DVC never heals that.
    """
    path = file_of(project)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return _parse(path.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            reason = error.strerror or str(error)
        except ValueError as error:
            reason = str(error)
        if time.monotonic() > end:
            raise Refused.of("rwlock-broken", Place(_shown(project)), reason=reason)
        time.sleep(0.02)


def _shown(project: Path) -> str:
    return file_of(project).relative_to(project).as_posix()


def _parse(data: bytes) -> tuple[Entry, ...]:
    if not data.strip():
        raise ValueError("it is empty")
    try:
        content = json.loads(data)
    except ValueError:
        raise ValueError("it is cut off or no JSON") from None
    found = []
    try:
        for path, info in content.get("write", {}).items():
            # DVC's defaultdict may leave an empty one.
            if info:
                found.append(Entry(path, int(info["pid"]), str(info["cmd"]), "write"))
        for path, infos in content.get("read", {}).items():
            found.extend(Entry(path, int(i["pid"]), str(i["cmd"]), "read") for i in infos)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("it has another shape than DVC's") from None
    return tuple(found)


def users(project: Path, paths: Iterable[Path | str] | None = None) -> list[Holder]:
    """Who reads or writes ``paths`` (None: any), what contains them or is in them; stale ones too.

    Raises:
        Refused: the list is broken.
    """
    listed = entries(project)
    if paths is not None:
        wanted = [os.path.realpath(path) for path in paths]
        listed = tuple(
            entry
            for entry in listed
            if any(overlaps(os.path.realpath(entry.path), path) for path in wanted)
        )
    return judge(project, listed)


def judge(project: Path, listed: Sequence[Entry]) -> list[Holder]:
    """The entries with the state of their processes."""
    if not listed:
        return []
    try:
        written = os.stat(file_of(project)).st_mtime
    except FileNotFoundError:
        return []
    states = {(e.pid, e.command): _state(e.pid, e.command, written) for e in listed}
    return [Holder(e.pid, e.command, e.path, e.kind, states[e.pid, e.command]) for e in listed]


def overlaps(left: str, right: str) -> bool:
    """The same path, or one inside the other."""
    return left == right or left.startswith(right + os.sep) or right.startswith(left + os.sep)


def _state(pid: int, command: str, written: float) -> State:
    from . import process

    found = process.look_up(pid)
    if found is None:
        return "dead"
    # Both signs are asked for: after a change of the clock every process seems to have started
    # after the file was written.
    later = found.identity.started > written + _CLOCK_SLACK
    other = found.command is not None and not _may_be(command, found.command)
    if later and other:
        return "reused"
    return "doubtful" if later or other else "live"


def _may_be(recorded: str, running: str) -> bool:
    # DVC records sys.argv; the system tells the interpreter and its options too, and `-m dvc`
    # instead of a path. The name of this package has "dvc" in it as well.
    return running.endswith(recorded) or "dvc" in running


def rewritten(kept: Iterable[Holder]) -> bytes:
    """The list with these entries only, as DVC writes it."""
    write: dict[str, object] = {}
    read: dict[str, list[object]] = {}
    for holder in kept:
        info = {"pid": holder.pid, "cmd": holder.command}
        if holder.kind == "write":
            write[holder.path] = info
        else:
            read.setdefault(holder.path, []).append(info)
    return json.dumps({"write": write, "read": read}).encode()
