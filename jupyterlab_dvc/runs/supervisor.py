"""The process that sees a run through: waits for its turn, runs it, writes down what happens."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..dvc import process, runner
from ..dvc.locks import SAY_AFTER
from ..dvc.runner import Event, Result
from ..dvc.rwlock import Holder
from ..errors import CannotWrite, JupyterLabDVCError, Problem, printable
from . import values
from .log import LIMIT, Log
from .record import Run, RunStage, StageState, State, problem_json
from .store import LOG, Store

_TICK = 0.1
_MOST_PENDING = 10_000

_STATES: dict[str, StageState] = {
    "ran": "ran",
    "restored": "restored",
    "skipped": "skipped",
    "committed": "committed",
    "failed": "failed",
    "changed": "changed",
}


class Supervisor:
    """Sees one run through; ``events`` is the locked descriptor that the store gave for it.

    In a terminal the stages write to where we write, and ``log_limit`` is None.
    """

    def __init__(
        self,
        store: Store,
        run: Run,
        events: int,
        log_limit: int | None = LIMIT,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self._store = store
        self._run = run
        self._events = events
        self._log_limit = log_limit
        self._on_event = on_event
        self._stop = threading.Event()
        self._log: Log | None = None
        self._began: dict[str, float] = {}
        self._unwritten: list[bytes] = []
        self._dirty = False
        self._saved = 0.0

    def carry_out(self) -> Result:
        """Run to the end, whatever happens; the record is final then.

        Raises:
            JupyterLabDVCError: nothing could be run; that is in the record too.
        """
        os.set_inheritable(self._events, False)
        me = process.look_up(os.getpid())
        started = me.identity.started if me is not None else None
        self._change(pid=os.getpid(), pid_started=started)
        folder = self._store.folder / self._run.id
        if self._log_limit is not None:
            self._log = Log(folder / LOG, self._log_limit)
        try:
            with runner.heeding_signals(self._stop.set):
                result = self._carried_out()
        except JupyterLabDVCError as error:
            self._end("failed", error.problems)
            raise
        except BaseException as error:
            self._end("failed", [Problem("run-crashed", {"reason": repr(error)})])
            raise
        self._end(_final(result), result.problems)
        return result

    def swallow(self) -> None:
        """Stay for a daemon that a stage has left behind and that still writes to the log."""
        if self._log is not None:
            self._log.swallow()

    def _carried_out(self) -> Result:
        request = self._run.request
        if self._wait_for_turn():
            # What was right at the click may have been changed since.
            values.check(self._store.root, request)
        if self._stop.is_set():
            return Result(stopped=True, problems=[Problem("run-stopped")])
        return runner.run(
            self._store.root,
            request.targets,
            force=request.force,
            single=request.single,
            downstream=request.downstream,
            python=request.python,
            on_event=self._hear,
            stop=self._stop,
            set_values=dict(request.set_values),
            mark=self._run.id,
            output=None if self._log is None else self._log.descriptor,
            on_tick=self._tick_running,
        )

    # Waiting for the runs before

    def _wait_for_turn(self) -> bool:
        """Until those before have ended, or the stop; gives whether there was any."""
        before = [run.id for run in self._store.active() if run.number < self._run.number]
        waited = bool(before)
        start = time.monotonic()
        said = ""
        while before:
            if self._stop.is_set():
                break
            current = self._read(before[0])
            if current is None or current.is_final:
                before.pop(0)
                continue
            if current.id != said and time.monotonic() - start >= SAY_AFTER:
                said = current.id
                self._hear(Event("waiting", holders=(_holder(current),)))
            time.sleep(_TICK)
            self._tick()
        return waited

    def _read(self, run_id: str) -> Run | None:
        try:
            return self._store.read(run_id)
        except JupyterLabDVCError:
            return None

    # What happens

    def _hear(self, event: Event) -> None:
        if event.kind == "waiting":
            # With the project's lock, but another process's stage is in the way of the first.
            untouched = all(stage.state == "pending" for stage in self._run.stages)
            state: State = "queued" if untouched else self._run.state
            self._change(state=state, waiting_for=event.holders)
        elif event.kind == "began":
            self._change(state="running", started=time.time(), waiting_for=())
        elif event.kind == "planned":
            for name in event.stages:
                self._stage(RunStage(name, "pending"))
        elif event.kind == "stage-started":
            self._started(event.stage or "")
        elif event.kind == "stage-finished":
            self._finished(event)
        elif event.kind == "experiment":
            self._change(experiment=event.text)
        elif event.kind == "log":
            self._say(f"{(event.level or 'note').upper()}: {event.text}")
        self._note(_told(event))
        if self._on_event is not None:
            self._on_event(event)

    def _started(self, name: str) -> None:
        self._began[name] = time.monotonic()
        self._stage(RunStage(name, "running"))

    def _finished(self, event: Event) -> None:
        name = event.stage or ""
        began = self._began.pop(name, None)
        why = None if event.problem is None else self._why(event.problem)
        state = _STATES.get(event.outcome or "", "failed")
        if event.problem is not None and event.problem.code == "stage-stopped":
            state = "stopped"
        seconds = None if began is None else time.monotonic() - began
        self._stage(RunStage(name, state, seconds, why))

    def _say(self, line: str) -> None:
        if self._log is not None:
            self._log.say(line)

    def _why(self, problem: Problem) -> Problem:
        """What a stage failed of, with the last line that it printed where there is one."""
        if self._log is None or problem.code != "stage-exit":
            return problem
        self._log.drain()
        line = self._log.last_line()
        if not line:
            return problem
        return Problem("stage-exit-line", {**problem.args, "line": printable(line)[:300]})

    @staticmethod
    def _with_reason(problem: Problem, stages: Sequence[RunStage]) -> Problem:
        """As its stage has it: unlike in the log, "above" is nothing where a record is shown."""
        name = problem.args.get("stage")
        found = (stage.why for stage in stages if stage.name == name and stage.why is not None)
        return next(found, problem) if problem.code == "stage-exit" else problem

    def _stage(self, stage: RunStage) -> None:
        self._run = replace(self._run.with_stage(stage), waiting_for=())
        if stage.state != "pending":
            self._run = replace(self._run, state="running")
        self._dirty = True

    def _change(self, **changes: Any) -> None:
        self._run = replace(self._run, **changes)
        self._dirty = True
        self._tick()

    def _tick(self) -> None:
        """Write what is due; a full disk, or a reader of the page, is no reason to end a run."""
        if not self._stop.is_set() and self._store.is_asked_to_stop(self._run.id):
            self._stop.set()
            self._note({"event": "stopping"})
        now = time.monotonic()
        if self._unwritten:
            self._append()
        if self._dirty and now - self._saved >= _TICK:
            self._saved = now
            try:
                self._store.save(self._run)
                self._dirty = False
            except CannotWrite:
                # Again later; the events tell the rest.
                return

    def _tick_running(self) -> None:
        if self._log is not None:
            self._log.start()
        self._tick()

    def _note(self, event: dict[str, Any]) -> None:
        data = json.dumps({"time": time.time(), **event}).encode() + b"\n"
        if len(self._unwritten) < _MOST_PENDING:
            self._unwritten.append(data)
        self._append()

    def _append(self) -> None:
        while self._unwritten:
            try:
                done = os.write(self._events, self._unwritten[0])
            except OSError:
                return
            rest = self._unwritten[0][done:]
            if rest:
                self._unwritten[0] = rest
                return
            self._unwritten.pop(0)

    def _end(self, state: State, problems: Sequence[Problem]) -> None:
        stages = tuple(
            replace(stage, state="stopped") if stage.state == "running" else stage
            for stage in self._run.stages
        )
        if any(stage.has_failed for stage in stages) and not self._run.request.set_values:
            # Loaded only now: a run shall begin soon.
            from . import failure

            stages = failure.stamped(self._store.root, stages)
        self._run = replace(
            self._run,
            state=state,
            ended=time.time(),
            stages=stages,
            waiting_for=(),
            problems=tuple(self._with_reason(problem, stages) for problem in problems),
        )
        if self._log is not None:
            for problem in problems:
                self._log.say(f"ERROR: {problem}")
            self._log.close()
        self._note({"event": "ended", "state": state})
        try:
            self._store.save(self._run)
        except CannotWrite:
            # Neither the disk nor the room kept for this takes it: it will be found as lost.
            return
        finally:
            os.close(self._events)


def _final(result: Result) -> State:
    if result.stopped:
        return "stopped"
    return "failed" if result.problems else "succeeded"


def _holder(run: Run) -> Holder:
    what = " ".join(("jupyterlab-dvc run", *run.request.targets))
    return Holder(run.pid or 0, what, f".dvc/tmp/jupyterlab-dvc/runs/{run.id}", "lock")


def _told(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {"event": event.kind}
    for name in ("stage", "outcome", "exit_code", "level", "text"):
        value = getattr(event, name)
        if value not in (None, ""):
            told[name] = value
    for name in ("commands", "changed", "stages"):
        if getattr(event, name):
            told[name] = list(getattr(event, name))
    if event.holders:
        told["holders"] = [holder._asdict() for holder in event.holders]
    if event.problem is not None:
        told["problem"] = problem_json(event.problem)
    return told
