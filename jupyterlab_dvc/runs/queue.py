"""Starting and stopping runs; those of one project come one after the other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..dvc import contract, launch, process, runner
from ..dvc.runner import Event, Result
from ..errors import CannotWrite, DVCFailed, Problem
from . import values
from .log import LIMIT
from .record import Request, Run, What
from .store import KEEP, LOG, Store


def start(
    project: Path,
    targets: Sequence[str] = (),
    *,
    what: What = "pipeline",
    force: bool = False,
    single: bool = False,
    downstream: bool = False,
    set_values: Mapping[str, str] | None = None,
    python: str | None = None,
    log_limit: int = LIMIT,
    keep: int = KEEP,
) -> Run:
    """Start a run behind those of the project that haven't ended; gives it as queued.

    Where the very same is queued or running, that one is given: two clicks are one run. It goes on
    whatever becomes of the calling process. ``log_limit`` is how many bytes of its output are kept,
    ``keep`` how many runs are, with this one. Where ``launch.warm`` is set, it is forked from that.

    Raises:
        CannotWrite: no record of it can be written.
        DVCFailed: on Windows, or no process can be started.
        NotFound: no DVC project here.
        Refused: a value that a command can't carry.
    """
    request = _request(
        targets, what, force, single, downstream, tuple((set_values or {}).items()), python
    )
    store = _store(project)
    values.check(store.root, request)
    with store.starting():
        for run in store.active():
            if run.request == request and run.state != "stopping" and not run.in_terminal:
                return run
        run, events = store.create(request, keep=keep)
        try:
            if not _forked(store, run, events, log_limit):
                _launch(store, run, events, log_limit)
        except OSError as error:
            if not store.claim(run.id):
                return run
            problem = Problem("run-not-started", {"reason": error.strerror or str(error)})
            store.save(replace(run, state="failed", ended=time.time(), problems=(problem,)))
            raise DVCFailed(problem) from error
        finally:
            os.close(events)
    return run


def foreground(
    project: Path,
    targets: Sequence[str] = (),
    *,
    force: bool = False,
    single: bool = False,
    downstream: bool = False,
    python: str | None = None,
    on_event: Callable[[Event], None] | None = None,
    keep: int = KEEP,
) -> Result:
    """The same within this process: the stages write to where it writes, Ctrl-C stops it.

    Raises:
        JupyterLabDVCError: as ``start``, and what kept anything from being run.
    """
    from .supervisor import Supervisor

    request = _request(targets, "pipeline", force, single, downstream, (), python)
    store = _store(project)
    values.check(store.root, request)
    with store.starting():
        run, events = store.create(request, in_terminal=True, keep=keep)
        store.claim(run.id)
    return Supervisor(store, run, events, None, on_event).carry_out()


def stop(project: Path, run_id: str) -> Run:
    """Have the run ended with all that it started; gives it as it is now.

    One that has ended stays as it is. Of a lost one, what is left is killed.

    Raises:
        CannotWrite: the wish can't be left.
        NotFound: no such run.
    """
    store = Store(project)
    run = store.read(run_id)
    if run.state == "lost":
        _kill_what_is_left(run_id)
    elif not run.is_final:
        try:
            store.ask_to_stop(run_id)
        except CannotWrite:
            # A full disk; the lock has told us that the pid is its supervisor's.
            if run.pid is None or run.pid_started is None:
                raise
            process.signal_all([process.Identity(run.pid, run.pid_started)], _SIGTERM)
    return store.read(run_id)


def _request(
    targets: Sequence[str],
    what: What,
    force: bool,
    single: bool,
    downstream: bool,
    set_values: tuple[tuple[str, str], ...],
    python: str | None,
) -> Request:
    return Request(
        what=what,
        targets=tuple(targets),
        force=force,
        single=single,
        downstream=downstream,
        set_values=tuple(sorted(set_values)),
        python=python,
    )


def _store(project: Path) -> Store:
    if sys.platform == "win32":
        raise DVCFailed.of("run-windows")
    return Store(contract.find_project(project))


def _forked(store: Store, run: Run, events: int, log_limit: int) -> bool:
    """Whether a supervisor was forked; where not, none will be later."""
    if launch.warm is None:
        return False
    request = {
        "operation": "supervise",
        "root": str(store.root),
        "run": run.id,
        "log_limit": log_limit,
    }
    try:
        with open(store.folder / run.id / LOG, "ab") as log:
            launch.warm.call(request, [events, log.fileno()])
    except OSError:
        return False
    return True


def _launch(store: Store, run: Run, events: int, log_limit: int) -> None:
    with open(store.folder / run.id / LOG, "ab") as log:
        supervisor = subprocess.Popen(
            [
                sys.executable,
                (Path(__file__).parent / "__main__.py").as_posix(),
                str(store.root),
                run.id,
                str(events),
                str(log_limit),
            ],
            # Not to keep the terminal, or the pipes, that our caller has. An error of its own goes
            # to the log.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            # The folder that the server was started in must be free to go.
            cwd="/",
            pass_fds=(events,),
            start_new_session=True,
        )
    # So that none stays a zombie; who waits for it is no reason for us not to end.
    threading.Thread(target=supervisor.wait, name=f"run {run.id}", daemon=True).start()


def _kill_what_is_left(run_id: str) -> None:
    import signal

    for _ in range(10):
        left = process.with_environment(runner.MARK, run_id)
        if not left:
            return
        process.signal_all(left, signal.SIGKILL)
        process.wait_gone(left, 0.5)


_SIGTERM = 15
