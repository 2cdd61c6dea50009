"""What the worker says: one JSON object a line, on a descriptor that no stage can write to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from ...errors import JupyterLabDVCError, Problem
from ..locks import Holder


class Events:
    """Writes events; ``alone`` is for work that goes on when the audience has gone."""

    def __init__(self, descriptor: int, *, alone: bool) -> None:
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._parent = None if alone else os.getppid()

    def check_audience(self) -> None:
        """End while waiting, if who asked was killed: nobody expects its write any more.

        Raises:
            KeyboardInterrupt: as if that one had stopped us.
        """
        if self._parent is not None and os.getppid() != self._parent:
            raise KeyboardInterrupt

    def emit(self, event: str, **fields: Any) -> None:
        data = json.dumps({"event": event, **fields}).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except BrokenPipeError:
            return

    def waiting(self, holders: Iterable[Holder]) -> None:
        self.emit("waiting", holders=[holder._asdict() for holder in holders])

    def error(self, error: JupyterLabDVCError) -> None:
        kind = type(error).__name__
        self.emit("error", kind=kind, problems=[problem_data(p) for p in error.problems])


def problem_data(problem: Problem) -> dict[str, Any]:
    """The problem as JSON data; ``launch.problem_of`` reads it."""
    return {
        "code": problem.code,
        "args": dict(problem.args),
        "place": list(problem.place),
        "severity": problem.severity,
    }
