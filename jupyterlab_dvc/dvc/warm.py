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
ANSWER_SECONDS = 10.0
"""How long a call waits for it, which may still be loading DVC on a machine with much to do."""


class Warm:
    """The calling side; safe to use from several threads.

    Nothing of a project is loaded, so one process serves all of them. It ends by itself: when it
    was idle, and when we are gone.
    """

    def __init__(
        self, idle_seconds: float = IDLE_SECONDS, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._idle_seconds = idle_seconds
        self._answer_seconds = answer_seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        # Whether an answer that was waited for in vain will come still.
        self._owes = False
        self.pid: int | None = None

    def ensure(self) -> None:
        """Start it, so that a later call finds it loaded; doesn't wait for that.

        Raises:
            OSError: no process can be started.
        """
        with self._lock:
            if not self._is_there():
                self._start()

    def call(self, request: dict[str, Any], descriptors: Sequence[int]) -> int | None:
        """Have it fork for a request; gives the pid of the process that carries it out.

        None where the fork is at work and its pid isn't known: the answer was late, or lost.

        Raises:
            OSError: it can't be started, or doesn't answer. Nothing was carried out, nor will be,
                should it come to the request later.
        """
        with self._lock:
            try:
                return self._called(request, descriptors)
            except ConnectionError:
                # It had just ended, of idleness.
                return self._called(request, descriptors)

    def close(self) -> None:
        """Have it end now; what it has forked goes on."""
        with self._lock:
            self._drop()

    def _is_there(self) -> bool:
        if self._socket is None:
            return False
        # It says nothing unasked: what can be read is what it owes, or its end.
        while select.select([self._socket], [], [], 0)[0]:
            if not self._owes:
                return False
            try:
                self._answer(self._socket)
            except OSError:
                return False
            self._owes = False
        return True

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._owes = False

    def _start(self) -> None:
        self._drop()
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
        ours.settimeout(self._answer_seconds)
        self._socket = ours
        self.pid = process.pid

    def _called(self, request: dict[str, Any], descriptors: Sequence[int]) -> int | None:
        if not self._is_there():
            self._start()
        if self._owes:
            # One caller's wait is enough; the others do without until it is back.
            raise TimeoutError("it hasn't answered the call before")
        permit = _permit()
        try:
            return self._asked(request, [permit, *descriptors])
        except OSError:
            # Whoever takes the permit goes on: the fork or, in its stead, our caller.
            if os.read(permit, 1):
                raise
            return None
        finally:
            os.close(permit)

    def _asked(self, request: dict[str, Any], descriptors: Sequence[int]) -> int:
        connection = self._socket
        assert connection is not None
        data = json.dumps(request).encode() + b"\n"
        try:
            socket.send_fds(connection, [data[:1]], list(descriptors))
            connection.sendall(data[1:])
        except OSError:
            # It has a part of the request at most.
            self._drop()
            raise
        try:
            return self._answer(connection)
        except TimeoutError:
            self._owes = True
            raise
        except OSError:
            self._drop()
            raise

    @staticmethod
    def _answer(connection: socket.socket) -> int:
        answer = b""
        while not answer.endswith(b"\n"):
            part = connection.recv(64)
            if not part:
                raise ConnectionResetError("it ended without an answer")
            answer += part
        return int(answer)


def _permit() -> int:
    """The reading end of a pipe with one byte: only one of all that read it gets something."""
    reading, writing = os.pipe()
    try:
        os.write(writing, b"1")
    finally:
        os.close(writing)
    return reading


def is_possible() -> bool:
    """Whether processes can be forked and descriptors handed over here."""
    return sys.platform != "win32" and hasattr(os, "fork")
