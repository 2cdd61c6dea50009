"""The peer of a run: ``dvc repro``, as a person types it in a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .pipeline import BIN, environment


class Seconds(NamedTuple):
    """Until a text was there (NaN: it never was), and until the end."""

    text: float
    end: float


def dvc(folder: Path, arguments: Sequence[str], text: str) -> Seconds:
    """Run ``dvc ARGUMENTS`` in a terminal of its own, and time it.

    Into a terminal its stages print line by line; into a pipe they would only at their end.
    """
    ours, theirs = pty.openpty()
    start = time.perf_counter()
    with subprocess.Popen(
        [str(BIN / "dvc"), *arguments],
        cwd=folder,
        env=environment(TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        seen, found = b"", float("nan")
        while data := _read(ours):
            seen += data
            if found != found and text.encode() in seen:
                found = time.perf_counter() - start
        code = process.wait()
        end = time.perf_counter() - start
    os.close(ours)
    if code:
        raise RuntimeError(f"dvc {' '.join(arguments)} failed:\n{seen.decode(errors='replace')}")
    return Seconds(found, end)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux says so when the other end is closed.
        return b""
