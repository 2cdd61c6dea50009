"""A process that has DVC loaded and forks for each call: a start of DVC is half a second."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from . import launch

IDLE_SECONDS = 60.0
"""How long it stays after its last call."""
_ANSWER_SECONDS = 10.0


class Warm:
    """The calling side; safe to use from several threads.

    Nothing of a project is loaded, so one process serves all of them. It ends by itself: when it
    was idle, and when we are gone.
    """

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.pid: int | None = None

    def ensure(self) -> None:
        """Start it, so that a later call finds it loaded; doesn't wait for that.

        Raises:
            OSError: no process can be started.
        """
        with self._lock:
            if not self._is_there():
                self._start()

    def call(self, request: dict[str, Any], descriptors: Sequence[int]) -> int:
        """Have it fork for a request; gives the pid of the process that carries it out.

        Raises:
            OSError: it can't be started, or doesn't answer. Nothing was carried out.
        """
        with self._lock:
            if not self._is_there():
                self._start()
            try:
                return self._called(request, descriptors)
            except (BrokenPipeError, ConnectionError):
                # It had just ended, of idleness.
                self._start()
                return self._called(request, descriptors)

    def close(self) -> None:
        """Have it end now; what it has forked goes on."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _is_there(self) -> bool:
        if self._socket is None:
            return False
        # It says nothing unasked: what can be read is its end.
        return not select.select([self._socket], [], [], 0)[0]

    def _start(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = subprocess.Popen(
                    launch.command("--warm", str(theirs.fileno()), str(self._idle_seconds)),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=launch.environment(),
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
        except BaseException:
            ours.close()
            raise
        # So that it stays no zombie when it ends.
        threading.Thread(target=process.wait, name="warm DVC", daemon=True).start()
        ours.settimeout(_ANSWER_SECONDS)
        self._socket = ours
        self.pid = process.pid

    def _called(self, request: dict[str, Any], descriptors: Sequence[int]) -> int:
        assert self._socket is not None
        data = json.dumps(request).encode() + b"\n"
        socket.send_fds(self._socket, [data[:1]], list(descriptors))
        self._socket.sendall(data[1:])
        answer = b""
        while not answer.endswith(b"\n"):
            part = self._socket.recv(64)
            if not part:
                raise ConnectionResetError("it ended without an answer")
            answer += part
        return int(answer)


def is_possible() -> bool:
    """Whether processes can be forked and descriptors handed over here."""
    return sys.platform != "win32" and hasattr(os, "fork")
