"""A run's log: what its stages print, up to a limit, on whatever disk there is."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from pathlib import Path

LIMIT = 100 * 1024 * 1024
"""Bytes of output that are kept, but for the end, which always is."""
TAIL = 64 * 1024
_PIPE = 1024 * 1024
_PAUSE = 0.005
_AGAIN = 1.0


class Log:
    """Takes what comes through ``descriptor`` to the file, in a thread.

    The stages write to a pipe rather than to the file: a full disk, or the limit, is then no
    failure of theirs. What can't be kept is counted and said in the log; its end is kept.
    """

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        self._reading, self.descriptor = os.pipe()
        self._size = _enlarge(self.descriptor)
        self._room = limit
        self._limit = limit
        self._tail = bytearray()
        self._left_out = 0
        self._said_full = False
        self._reason = ""
        self._try_again = 0.0
        self._closing = False
        self._last = bytearray()
        self.at_end = False
        self._thread = threading.Thread(target=self._copy, name="log", daemon=True)

    def start(self) -> None:
        """Begin to take what comes; not before this process has forked."""
        if not self._thread.ident:
            self._thread.start()

    def say(self, text: str) -> None:
        """A line of our own, behind all that was printed before."""
        data = memoryview((text + "\n").encode("utf-8", "replace"))
        while data:
            data = data[os.write(self.descriptor, data) :]

    def last_line(self) -> str:
        """The last line that isn't blank of what was printed so far."""
        lines = bytes(self._last).decode("utf-8", "replace").replace("\r", "\n").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def drain(self) -> None:
        """Wait until what is in the pipe now has been taken, at most a second."""
        end = time.monotonic() + 1.0
        while time.monotonic() < end and select.select([self._reading], [], [], 0)[0]:
            time.sleep(_PAUSE)
        time.sleep(_PAUSE)

    def close(self) -> None:
        """Take what is still in the pipe, and finish the file."""
        self.start()
        os.close(self.descriptor)
        self._closing = True
        self._thread.join()
        self._finish()
        os.close(self._file)

    def swallow(self) -> None:
        """After ``close``: read on for a daemon that a stage has left behind, which else dies."""
        while not self.at_end:
            self.at_end = not os.read(self._reading, _PIPE)
        os.close(self._reading)

    def _copy(self) -> None:
        # Read into again and again: new memory for each piece costs more than the copying.
        room = bytearray(self._size)
        while True:
            # Asked before looking: what is said between an empty look and the end is taken too.
            closing = self._closing
            ready, _, _ = select.select([self._reading], [], [], 0.0 if closing else 0.2)
            if not ready:
                if closing:
                    return
                continue
            count = os.readv(self._reading, [room])
            if not count:
                self.at_end = True
                return
            self._keep(memoryview(room)[:count])
            # Larger pieces cost less; a flood beyond the limit shall not take a processor.
            if count < self._size // 2 or self._room <= 0:
                time.sleep(_PAUSE)

    def _keep(self, data: memoryview) -> None:
        self._last = (self._last + data[-2000:])[-2000:]
        fits = data[: max(self._room, 0)]
        rest = data[len(fits) :]
        if fits:
            written = self._write(fits)
            self._room -= written
            rest = data[written:]
        if not rest:
            return
        if self._room <= 0 and not self._said_full:
            self._said_full = True
            size = _shown(self._limit)
            self._write(
                f"\n[The log is full ({size}). Of what comes now only the end is kept.]\n".encode()
            )
        self._left_out += len(rest)
        self._tail = (self._tail + rest[-TAIL:])[-TAIL:]

    def _write(self, data: bytes | memoryview) -> int:
        """Write what the disk takes; gives how much."""
        if self._reason and time.monotonic() < self._try_again:
            return 0
        done = 0
        try:
            if self._reason:
                self._catch_up()
            while done < len(data):
                done += os.write(self._file, data[done:])
        except OSError as error:
            self._reason = error.strerror or str(error)
            self._try_again = time.monotonic() + _AGAIN
        return done

    def _catch_up(self) -> None:
        """The disk may take something again: say what is missing."""
        note = f"\n[{self._left_out - len(self._tail)} bytes are missing here: {self._reason}]\n"
        os.write(self._file, note.encode())
        tail = bytes(self._tail)
        self._tail.clear()
        self._left_out = 0
        self._reason = ""
        _write_all(self._file, tail)

    def _finish(self) -> None:
        if not self._left_out:
            return
        missing = self._left_out - len(self._tail)
        why = self._reason or f"more than {_shown(self._limit)}"
        note = f"\n[{missing} bytes are missing here: {why}]\n".encode() if missing else b""
        try:
            _write_all(self._file, note + bytes(self._tail))
        except OSError:
            # The disk is still full; the record says how the run ended.
            return


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _enlarge(descriptor: int) -> int:
    """Make the pipe as large as it may be; gives its size."""
    if sys.platform != "linux":
        return 64 * 1024
    import fcntl

    try:
        return fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE)
    except OSError:
        return 64 * 1024


def _shown(size: int) -> str:
    return f"{size / 1024 / 1024:g} MB" if size >= 1024 * 1024 else f"{size} bytes"
