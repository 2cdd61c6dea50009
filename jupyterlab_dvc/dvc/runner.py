"""Running stages: a session of its own that can be stopped with all that it started."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from ..errors import DVCFailed, JupyterLabDVCError, Problem
from . import contract, launch, locks, process
from .locks import Holder

MARK = "JUPYTERLAB_DVC_RUN"
"""The variable in the environment of all that a run starts, by which its daemons are found."""

GRACE = (2.0, 1.5)
"""Seconds between SIGINT and SIGTERM, and between SIGTERM and SIGKILL, when a run is stopped."""

Outcome = Literal["ran", "restored", "skipped", "committed", "failed", "changed"]


@dataclass(frozen=True)
class Event:
    """Something that happened in a run.

    ``began`` (the project's lock is ours), ``planned`` (with ``stages``, in their order),
    ``stage-started`` (with ``commands``), ``stage-finished`` (with ``outcome``), ``waiting`` (with
    ``holders``), ``log`` (DVC's warnings, in ``text``), ``experiment`` (its name in ``text``).
    ``restored``: taken from the run cache; ``committed``: nothing to execute (a frozen stage, a
    data file), the lock brought up to date; ``changed``: what the stage reads changed while it ran,
    nothing was recorded.
    """

    kind: Literal[
        "began", "planned", "stage-started", "stage-finished", "waiting", "log", "experiment"
    ]
    stage: str | None = None
    outcome: Outcome | None = None
    commands: tuple[str, ...] = ()
    exit_code: int | None = None
    changed: tuple[str, ...] = ()
    problem: Problem | None = None
    holders: tuple[Holder, ...] = ()
    level: str | None = None
    text: str = ""
    stages: tuple[str, ...] = ()


@dataclass
class Result:
    """How a run ended: stage names by outcome, each in the order of the run."""

    ran: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    committed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    changed_while_running: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stopped: bool = False

    @property
    def exit_code(self) -> int:
        if self.stopped:
            return 130
        return 1 if self.problems else 0


def run(
    root: Path,
    targets: Sequence[str] = (),
    *,
    force: bool = False,
    single: bool = False,
    downstream: bool = False,
    python: str | None = None,
    on_event: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
    set_values: Mapping[str, str] | None = None,
    mark: str | None = None,
    output: int | None = None,
    on_tick: Callable[[], None] | None = None,
) -> Result:
    """Run ``targets`` (none: all of ``dvc.yaml`` in ``root``) and what they need.

    The stages' output goes where this process's goes. A target is a name, never an option.
    Ctrl-C (SIGTERM and SIGHUP too, in the main thread), or ``stop`` being set, ends everything that
    the run started: SIGINT, then SIGTERM, then SIGKILL, daemons of stages included.

    ``python`` is the interpreter that ``python`` in a stage's command shall be; None leaves PATH.
    With ``set_values`` it is an experiment: with those values of hyperparameters, in a copy of the
    project, which itself stays as it is.

    ``mark`` is the value of ``MARK`` in the stages' environment. ``output`` is the descriptor that
    the stages write to, with a line before each that says what runs. ``on_tick`` is called about
    ten times a second.

    Raises:
        JupyterLabDVCError: nothing could be run at all (no project, a broken ``dvc.yaml``, …).
    """
    if sys.platform == "win32":
        raise DVCFailed.of("run-windows")
    project = contract.find_project(root)
    arguments = {
        "targets": list(targets),
        "force": force,
        "single": single,
        "downstream": downstream,
        "announce": output is not None,
        "set": dict(set_values or {}),
    }
    carried = _Run(project, python, on_event, stop or threading.Event(), mark, output, on_tick)
    return carried.carry_out(root, arguments)


@contextmanager
def heeding_signals(wish: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C, SIGTERM and SIGHUP call ``wish`` instead of ending us; main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: wish()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Run:
    def __init__(
        self,
        project: Path,
        python: str | None,
        on_event: Callable[[Event], None] | None,
        stop: threading.Event,
        mark: str | None,
        output: int | None,
        on_tick: Callable[[], None] | None,
    ) -> None:
        self._project = project
        self._on_event = on_event
        self._stop = stop
        self._hurry = False
        self._mark = mark or uuid.uuid4().hex
        self._output = output
        self._on_tick = on_tick
        self._python = python
        self._answer = launch.Answer(self._waiting, self._heard)
        self._result = Result()
        self._family: set[process.Identity] = set()

    def carry_out(self, root: Path, arguments: dict[str, Any]) -> Result:
        reading, writing = os.pipe()
        with (
            os.fdopen(reading, "rb", buffering=0) as events,
            launch.interpreter_folder(self._python) as folder,
            heeding_signals(self._wish),
        ):
            worker = launch.start_worker(
                root, "run", arguments, self._environment(folder), writing, self._output
            )
            try:
                self._listen(worker, events)
            except BaseException:
                self._end(worker)
                raise
            code = worker.wait()
        return self._concluded(code)

    def _environment(self, folder: str | None) -> dict[str, str]:
        environment = launch.environment(folder, {MARK: self._mark})
        if self._output is not None:
            # Into a pipe Python prints 8 kB at a time; who follows the log wants to see each line.
            environment.setdefault("PYTHONUNBUFFERED", "1")
        return environment

    def _listen(self, worker: launch.Worker, events: IO[bytes]) -> None:
        rest = b""
        looked = 0.0
        stopping: _Stopping | None = None
        while True:
            if self._on_tick is not None:
                self._on_tick()
            ready, _, _ = select.select([events], [], [], 0.1)
            if ready:
                data = events.read(65536) or b""
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._answer.hear(line)
                if not data:
                    break
            if time.monotonic() - looked > 0.5:
                self._family |= process.seen_below(worker.pid)
                looked = time.monotonic()
            if self._stop.is_set():
                self._result.stopped = True
                stopping = stopping or _Stopping(worker, self._family)
                stopping.go_on(self._hurry)
        code = worker.wait()
        if self._result.stopped or code < 0 or not self._answer.complete:
            self._end(worker)

    def _end(self, worker: launch.Worker) -> None:
        """Kill what is left of the run."""
        if worker.poll() is None:
            self._family |= process.descendants(worker.pid)
        # What is started meanwhile has the mark too.
        for _ in range(10):
            left = {i for i in self._family if process.is_alive(i)}
            left |= process.with_environment(MARK, self._mark)
            if not left:
                break
            process.signal_all(left, signal.SIGKILL)
            process.wait_gone(left, 0.5)
            worker.poll()
        worker.wait()
        try:
            with locks.RepoLock(self._project, timeout=1.0):
                unlisted = locks.drop_stale(self._project)
        except JupyterLabDVCError:
            # DVC drops entries of dead processes by itself; this was for a tidy list only.
            return
        for problem in unlisted:
            # That its own worker was killed, the run's end tells.
            if problem.args["pid"] != worker.pid:
                self._tell(Event("log", level="warning", text=str(problem)))

    def _concluded(self, code: int) -> Result:
        result = self._result
        if result.stopped:
            result.problems = [*result.problems, Problem("run-stopped")]
        elif code < 0 and not self._answer.complete:
            result.problems.append(Problem("run-killed", {"signal": launch.signal_name(-code)}))
        elif not result.problems:
            self._answer.result(code)
        return result

    def _waiting(self, holders: tuple[Holder, ...]) -> None:
        self._tell(Event("waiting", holders=holders))

    def _heard(self, data: dict[str, Any]) -> None:
        kind = data["event"]
        if kind == "log":
            self._tell(Event("log", level=data["level"], text=data["text"]))
        elif kind == "experiment":
            self._tell(Event(kind, text=data["name"]))
        elif kind == "began":
            self._tell(Event(kind))
        elif kind == "planned":
            self._tell(Event(kind, stages=tuple(data["stages"])))
        elif kind == "stage-started":
            self._tell(Event(kind, data["stage"], commands=tuple(data["commands"])))
        elif kind == "stage-finished":
            self._finished(data)

    def _finished(self, data: dict[str, Any]) -> None:
        stage, outcome = data["stage"], data["outcome"]
        problem = launch.problem_of(data["problem"]) if "problem" in data else None
        if problem is not None and outcome == "failed" and self._stop.is_set():
            problem = Problem("stage-stopped", {"stage": stage})
        by_outcome = {
            "ran": self._result.ran,
            "restored": self._result.restored,
            "skipped": self._result.skipped,
            "committed": self._result.committed,
            "failed": self._result.failed,
            "changed": self._result.changed_while_running,
        }
        by_outcome[outcome].append(stage)
        if problem is not None:
            self._result.problems.append(problem)
        self._tell(
            Event(
                "stage-finished",
                stage,
                outcome,
                exit_code=data.get("exit_code"),
                changed=tuple(data.get("changed", ())),
                problem=problem,
            )
        )

    def _tell(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _wish(self) -> None:
        self._hurry = self._stop.is_set()
        self._stop.set()


class _Stopping:
    """The steps from asking to killing."""

    def __init__(self, worker: launch.Worker, family: set[process.Identity]) -> None:
        self._worker = worker
        self._family = family
        self._next = 0
        self._due = time.monotonic()

    def go_on(self, hurry: bool = False) -> None:
        """Take the next step if its time has come (``hurry``: at once the last one)."""
        steps = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
        if hurry:
            self._next = max(self._next, 2)
            self._due = 0.0
        if self._next >= len(steps) or time.monotonic() < self._due:
            return
        self._family |= process.descendants(self._worker.pid)
        if self._next == 0 and hasattr(signal, "SIGUSR1"):
            # First of all: no further stage.
            self._send(signal.SIGUSR1, group=False)
        self._send(steps[self._next], group=True)
        # Those that left the group for a session of their own.
        process.signal_all(self._family, steps[self._next])
        if self._next < len(GRACE):
            self._due = time.monotonic() + GRACE[self._next]
        self._next += 1

    def _send(self, number: int, *, group: bool) -> None:
        try:
            if group:
                os.killpg(self._worker.pid, number)
            else:
                os.kill(self._worker.pid, number)
        except (ProcessLookupError, PermissionError):
            return
