"""The worker's entry: which operation, with what, and where its answers go."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from ...errors import JupyterLabDVCError
from .events import Events

Request = dict[str, Any]


def main() -> int:
    """Carry out the request on standard input; 0 unless the answer is an error.

    ``--events FD`` names the descriptor for the answers and leaves standard output to the stages.
    """
    if sys.argv[1:2] == ["--warm"]:
        from .warm import serve

        return serve(int(sys.argv[2]), float(sys.argv[3]))
    # Also while it reads the request.
    _take_signals()
    request: Request = json.load(sys.stdin)
    # A stage must not read what was meant for us, nor wait for a terminal that isn't its own.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return carry_out(request, _events(sys.argv[1:]))


def carry_out(request: Request, events: Events) -> int:
    """The request's operation; the exit code."""
    _take_signals()
    # Other DVC processes show this in their messages, as the name of who holds a lock.
    sys.argv = ["jupyterlab-dvc", request["operation"], *request.get("targets", ())]
    try:
        result = _operation(request["operation"])(request, events)
    except JupyterLabDVCError as error:
        events.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from .failures import translated

        events.error(translated(error))
        return 1
    events.emit("result", result=result)
    return 0


def _take_signals() -> None:
    # A background job of a shell starts with SIGINT ignored, and would pass that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


def _terminate(_number: int, _frame: object) -> None:
    # Through the stack, so that DVC releases its locks.
    raise KeyboardInterrupt


def _events(arguments: list[str]) -> Events:
    if arguments[:1] == ["--events"]:
        return Events(int(arguments[1]), alone=True)
    answers = os.dup(1)
    # Whatever DVC or a plugin of it prints is not an answer.
    os.dup2(2, 1)
    return Events(answers, alone=False)


def _operation(name: str) -> Callable[[Request, Events], Any]:
    # Each imports only what it needs of DVC.
    if name == "run":
        from . import run

        return run.run
    if name == "recommit":
        from . import recommit

        return recommit.recommit
    from . import read

    return {"status": read.status, "graph": read.graph, "commands": read.commands}[name]
