"""DVC's ``reproduce``, watched: what each stage does, and whether what it read stayed the same."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

from ...errors import NotFound, Place, Problem
from ..launch import signal_name
from .events import Events, problem_data
from .experiment import experiment
from .failures import causes, said, translated
from .inputs import Snapshot
from .project import opened, paths_of, unlist_stale, wait_until_unused
from .read import collected


def run(request: dict[str, Any], events: Events) -> None:
    """Run the stages; how each ended is told by its event."""
    from dvc.exceptions import DvcException
    from dvc.repo import lock_repo

    with opened(request["root"], events) as repo:
        values: dict[str, str] = request["set"]
        watch = Watch(repo, events, announce=request["announce"])
        watch.install()
        targets: list[str] = request["targets"]
        with lock_repo(repo):
            if not targets and not os.path.exists("dvc.yaml"):
                raise NotFound.of("dvc-no-pipeline", Place(os.getcwd()))
            # Else DVC would wait for ever for a process that has got the pid of one that is gone.
            unlist_stale(Path(repo.root_dir), events)
            # Before anything runs: a name that is no stage.
            collected(repo, targets)
        events.emit("began")
        options = {
            "targets": targets or None,
            "force": request["force"],
            "single_item": request["single"],
            "downstream": request["downstream"],
        }
        try:
            if values:
                experiment(repo, values, watch, events, options)
            else:
                repo.reproduce(**options, repro_fn=watch.reproduce)
        except DvcException as error:
            if not watch.failed:
                raise translated(error) from error


class ChangedWhileRunning(Exception):
    """What a stage read is no longer what it was when the stage began."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = paths


class Watch:
    """Follows the stages of one run."""

    def __init__(self, repo: Any, events: Events, *, announce: bool) -> None:
        self._repo = repo
        self._events = events
        self._announce = announce
        self._forced = False
        self._outcome = ""
        self._before: Snapshot | None = None
        self._read_from: dict[str, tuple[int, ...] | None] = {}
        self._stopping = False
        self.failed = False

    def use(self, repo: Any) -> None:
        """The stages that come are of this project: an experiment has a copy of its own."""
        if repo is not self._repo:
            self._repo = repo
            self._read_from = {}

    def install(self) -> None:
        """Put ourselves between DVC and what it calls, and listen for the wish to stop."""
        import dvc.repo.reproduce
        import dvc.stage.cache
        import dvc.stage.run

        cmd_run = dvc.stage.run.cmd_run
        cache = dvc.stage.cache.StageCache
        restore = cache.restore

        def watched_cmd_run(stage: Any, dry: bool = False, run_env: Any = None) -> None:
            self._command_starts(stage)
            cmd_run(stage, dry=dry, run_env=run_env)

        def watched_restore(of: Any, stage: Any, **options: Any) -> None:
            restore(of, stage, **options)
            if self._before is None:
                # DVC has just compared the dependencies with the lock and found them the same.
                self._before = Snapshot(stage)
            self._outcome = "restored"

        plan_repro = dvc.repo.reproduce.plan_repro

        def watched_plan(*arguments: Any, **options: Any) -> Any:
            steps = plan_repro(*arguments, **options)
            self._events.emit("planned", stages=[stage.addressing for stage in steps])
            return steps

        dvc.repo.reproduce.plan_repro = watched_plan
        dvc.stage.run.cmd_run = watched_cmd_run
        cache.restore = watched_restore
        if hasattr(signal, "SIGUSR1"):
            # While a command runs DVC ignores SIGINT; a command that survives it and ends well is
            # recorded, and then no other one is started.
            signal.signal(signal.SIGUSR1, self._stop)
        _pass_on_warnings(self._events)

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def reproduce(self, stage: Any, **options: Any) -> Any:
        """What DVC's ``_reproduce_stage`` does, with events and the checks of what was read."""
        if self._stopping:
            raise KeyboardInterrupt
        options.pop("interactive", None)
        self._before = None
        self._outcome = "committed"
        self._forced = bool(options.get("force"))
        try:
            stage = self._free_and_fresh(stage)
            self._guard(stage)
            if stage.frozen and not stage.is_import:
                self._events.emit(
                    "log",
                    level="warning",
                    text=f"{stage.addressing} is frozen: its dependencies aren't looked at.",
                )
            done = stage.reproduce(**options)
            if done is not None:
                self._dump(stage)
        except Exception as error:
            self.failed = True
            self._failed(stage, error)
            raise
        outcome = self._outcome if done is not None else "skipped"
        if outcome in _ENDINGS:
            self._print(f"Stage '{stage.addressing}' {_ENDINGS[outcome]}")
        self._events.emit("stage-finished", stage=stage.addressing, outcome=outcome)
        return done

    def _free_and_fresh(self, stage: Any) -> Any:
        if not self._read_from:
            # Nobody else has had DVC's lock since it read these for the graph.
            for other in self._repo.index.stages:
                self._read_from |= {path: _stamp(path) for path in _sources(other)}
        waited = wait_until_unused(
            self._repo, paths_of(stage.deps), paths_of(stage.outs), self._events
        )
        if not waited and all(
            self._read_from.get(path) == _stamp(path) for path in _sources(stage)
        ):
            return stage
        # Somebody else has run stages since the graph was read, perhaps this very one, or has
        # edited what its command is made from.
        self._repo._reset()
        return self._repo.stage.load_one(stage.path, getattr(stage, "name", None))

    def _dump(self, stage: Any) -> None:
        path = _lock_file(stage)
        ours = self._read_from.get(path) == _stamp(path)
        stage.dump(update_pipeline=False)
        if ours:
            self._read_from[path] = _stamp(path)

    def _guard(self, stage: Any) -> None:
        save, save_deps = stage.save, stage.save_deps
        saving = False

        def watched_save_deps(allow_missing: bool = False) -> None:
            save_deps(allow_missing)
            if not saving:
                self._before = Snapshot(stage)
            elif self._before is not None:
                # Of what is about to be recorded itself, so that nothing can slip in between.
                changed = self._before.changed(Snapshot(stage))
                if changed:
                    raise ChangedWhileRunning(changed)

        def watched_save(allow_missing: bool = False, run_cache: bool = True) -> None:
            nonlocal saving
            saving = True
            save(allow_missing=allow_missing, run_cache=run_cache)

        stage.save_deps = watched_save_deps
        stage.save = watched_save

    def _command_starts(self, stage: Any) -> None:
        if self._forced:
            stage.save_deps(allow_missing=True)
        self._outcome = "ran"
        from dvc.stage.run import _enforce_cmd_list

        commands = _enforce_cmd_list(stage.cmd)
        self._print(f"Running stage '{stage.addressing}':", *(f"> {one}" for one in commands))
        self._events.emit("stage-started", stage=stage.addressing, commands=commands)

    def _print(self, *lines: str) -> None:
        if self._announce:
            text = "".join(f"{line}\n" for line in lines)
            # Here rather than where the event is heard: before the stage's own first line.
            sys.stdout.write(text)
            sys.stdout.flush()

    def _failed(self, stage: Any, error: Exception) -> None:
        problem, status = _problem(stage, error)
        changed = error.paths if isinstance(error, ChangedWhileRunning) else []
        self._events.emit(
            "stage-finished",
            stage=stage.addressing,
            outcome="changed" if changed else "failed",
            exit_code=status,
            changed=changed,
            problem=problem_data(problem),
        )


_ENDINGS = {
    "skipped": "is up to date.",
    "restored": "was restored from DVC's cache, not executed.",
}


def _problem(failed: Any, error: Exception) -> tuple[Problem, int | None]:
    from dvc.stage.exceptions import StageCmdFailedError

    stage: str = failed.addressing
    if isinstance(error, ChangedWhileRunning):
        return Problem("stage-changed", {"stage": stage, "paths": ", ".join(error.paths)}), None
    for cause in causes(error):
        # The number stands in the text only, after the command, which may hold anything.
        match = re.search(r", exited with (-?\d+)$", str(cause))
        if isinstance(cause, StageCmdFailedError) and match:
            status = int(match[1])
            # A shell says 128 + n of a command that a signal killed.
            killer = -status if status < 0 else status - 128
            if killer in _KILLERS:
                args = {"stage": stage, "signal": signal_name(killer)}
                return Problem("stage-signal", args), status
            return Problem("stage-exit", {"stage": stage, "status": status}), status
    if not os.path.isdir(failed.wdir):
        # More of a reason than whatever of it was missed first.
        folder = os.path.relpath(failed.wdir, failed.repo.root_dir)
        shown = "the project's folder" if folder == "." else f"its folder {folder!r}"
        return Problem("stage-failed", {"stage": stage, "reason": f"{shown} isn't there"}), None
    known = translated(error).problems[0]
    reason = said(error) if known.code == "dvc-failed" else str(known).rstrip(".")
    return Problem("stage-failed", {"stage": stage, "reason": reason}), None


_KILLERS = frozenset(
    getattr(signal, name)
    for name in (
        "SIGKILL",
        "SIGTERM",
        "SIGINT",
        "SIGHUP",
        "SIGSEGV",
        "SIGABRT",
        "SIGBUS",
        "SIGXCPU",
    )
    if hasattr(signal, name)
)


def _lock_file(stage: Any) -> str:
    root, _ = os.path.splitext(str(stage.path))
    return root + ".lock"


def _sources(stage: Any) -> set[str]:
    """The files that a stage as DVC holds it was made from."""
    folder = os.path.dirname(str(stage.path))
    params = {dependency.fs_path for dependency in getattr(stage, "params", ())}
    return {str(stage.path), _lock_file(stage), os.path.join(folder, "params.yaml"), *params}


def _stamp(path: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _pass_on_warnings(events: Events) -> None:
    import logging

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # DVC logs a failed experiment's traceback under no words.
            if text := record.getMessage():
                events.emit("log", level=record.levelname.lower(), text=text)

    logger = logging.getLogger("dvc")
    logger.handlers[:] = [Handler(logging.WARNING)]
    logger.propagate = False
