"""Status, write and commit under one lock: what only looks different doesn't become stale."""

from __future__ import annotations

import base64
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import JupyterLabDVCError, Problem, warning
from ...plan import Source
from ...writes import Write, write_all
from ..rwlock import overlaps
from .events import Events, problem_data
from .failures import said, translated
from .project import opened, wait_until_unused
from .runcache import carry_over


def recommit(request: dict[str, Any], events: Events) -> dict[str, Any]:
    """Write the files; the stages that were up to date and whose fields stay are committed anew.

    ``request["scripts"]`` are those of the files that are the same code as before.
    """
    writes = [
        Write(Path(w["path"]), base64.b64decode(w["data"]), w["mode"], w["before"])
        for w in request["writes"]
    ]
    sources = [Source(Path(path), sha256) for path, sha256 in request["sources"]]
    scripts = [os.path.realpath(path) for path in request["scripts"]]
    timeout: float | None = request["timeout"]
    from dvc.repo import lock_repo

    with opened(request["root"], events, timeout) as repo, lock_repo(repo):
        # Waiting lets go of the lock: only after it is what we read the state to build on.
        wait_until_unused(repo, [], [str(write.path) for write in writes], events, timeout)
        with _uninterrupted():
            return _Recommit(repo, writes, sources, scripts).carry_out()


class _Candidate(NamedTuple):
    """A stage that was up to date before the write."""

    key: tuple[str, str | None]
    fields: dict[str, Any]
    hashes: dict[str, Any]


class _Recommit:
    def __init__(
        self, repo: Any, writes: list[Write], sources: list[Source], scripts: list[str]
    ) -> None:
        self._repo = repo
        self._writes = writes
        self._sources = sources
        self._scripts = scripts
        self._others = {os.path.realpath(w.path) for w in writes} - set(scripts)
        self._done: list[str] = []
        self._stale: dict[tuple[str, str | None], Problem] = {}
        self._problems: list[Problem] = []

    def carry_out(self) -> dict[str, Any]:
        candidates: list[_Candidate] = []
        failure: Exception | None = None
        try:
            candidates = self._candidates()
            before = self._script_hashes()
        except Exception as error:
            # The write was asked for whatever DVC thinks of the rest of the project.
            failure = error
        write_all(self._writes, self._sources)
        if failure is None:
            try:
                self._repo._reset()
                self._commit(candidates)
                self._forget_mended()
                carry_over(self._repo, before, self._script_hashes())
            except Exception as error:
                failure = error
        if failure is not None:
            reason = said_by(failure)
            self._problems.append(warning("recommit-failed", reason=reason))
        problems = [problem_data(p) for p in (*self._stale.values(), *self._problems)]
        return {"recommitted": self._done, "problems": problems}

    def _candidates(self) -> list[_Candidate]:
        found = []
        for stage in self._repo.index.stages:
            if not stage.cmd or not self._runs_a_script(stage):
                continue
            reason = self._not_up_to_date(stage)
            if reason is not None:
                self._stale[_key(stage)] = reason
                continue
            hashes = {d.def_path: d.hash_info for d in (*stage.deps, *stage.outs)}
            found.append(_Candidate(_key(stage), _fields(stage), hashes))
        return found

    def _forget_mended(self) -> None:
        """What the write itself put right, back to the recorded bytes, isn't stale any more."""
        if self._stale:
            for stage in self._repo.index.stages:
                if _key(stage) in self._stale and self._not_up_to_date(stage) is None:
                    del self._stale[_key(stage)]

    def _runs_a_script(self, stage: Any) -> bool:
        return any(
            overlaps(path, os.path.realpath(script))
            for path in _real_paths(stage.deps)
            for script in self._scripts
        )

    def _not_up_to_date(self, stage: Any) -> Problem | None:
        from dvc.lock import LockError

        name = stage.addressing
        if not any(item.hash_info for item in (*stage.deps, *stage.outs)):
            return warning("recommit-never-run", stage=name)
        try:
            missing = [out.def_path for out in stage.outs if not out.exists]
            if missing:
                return warning("recommit-output-missing", stage=name, path=", ".join(missing))
            if stage.changed_stage() or stage.always_changed or stage.is_callback:
                return warning("recommit-was-stale", stage=name, reason="its definition")
            # A frozen stage's dependencies too, which its own status leaves out.
            for entry in (*stage.deps, *stage.outs):
                state = entry.status()
                if state:
                    return warning("recommit-was-stale", stage=name, reason=entry.def_path)
        except LockError:
            return warning("recommit-busy", stage=name)
        return None

    def _commit(self, candidates: list[_Candidate]) -> None:
        now = {_key(stage): stage for stage in self._repo.index.stages} if candidates else {}
        by_file: dict[str, list[Any]] = {}
        for candidate in candidates:
            stage = now.get(candidate.key)
            if stage is None:
                continue
            reason = self._other_change(stage, candidate)
            if reason is not None:
                self._problems.append(
                    warning("recommit-other-change", stage=stage.addressing, reason=reason)
                )
                continue
            problem = self._save(stage, candidate)
            if problem is not None:
                self._problems.append(problem)
                continue
            by_file.setdefault(stage.dvcfile.path, []).append(stage)
        for stages in by_file.values():
            # One rewrite of each dvc.lock, however many stages.
            stages[0].dvcfile.dump_stages(stages, update_pipeline=False)
            self._done += [stage.addressing for stage in stages]

    def _other_change(self, stage: Any, candidate: _Candidate) -> str | None:
        fields = _fields(stage)
        for name, value in fields.items():
            if value != candidate.fields[name]:
                return f"its {name}"
        for path in _real_paths(stage.deps):
            for other in self._others:
                if overlaps(path, other):
                    return os.path.relpath(other)
        return None

    def _save(self, stage: Any, candidate: _Candidate) -> Problem | None:
        """DVC's own commit, unless something else than the script has changed meanwhile."""
        # Committed by content, and into the run cache, so that going back to this value later
        # finds it under the new text.
        stage.save_deps()
        for dependency in stage.deps:
            if self._is_script(dependency):
                continue
            if dependency.hash_info != candidate.hashes.get(dependency.def_path):
                return warning(
                    "recommit-other-change", stage=stage.addressing, reason=dependency.def_path
                )
        for out in stage.outs:
            if out.changed_checksum():
                return warning("recommit-was-stale", stage=stage.addressing, reason=out.def_path)
        uncached = any(not o.use_cache for o in stage.outs if not (o.is_metric or o.is_plot))
        stage.save(run_cache=not uncached)
        stage.commit(relink=False)
        return None

    def _is_script(self, dependency: Any) -> bool:
        paths = _real_paths([dependency])
        return any(overlaps(path, script) for path in paths for script in self._scripts)

    def _script_hashes(self) -> dict[str, str]:
        """The md5 of each script as it stands, by real path."""
        import hashlib

        found = {}
        for path in self._scripts:
            try:
                data = Path(path).read_bytes()
            except FileNotFoundError:
                continue
            found[path] = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return found


def said_by(error: BaseException) -> str:
    if isinstance(error, JupyterLabDVCError):
        return str(error.problems[0])
    return str(translated(error).problems[0]) or said(error)


def _key(stage: Any) -> tuple[str, str | None]:
    return stage.path, getattr(stage, "name", None)


def _fields(stage: Any) -> dict[str, Any]:
    """What decides whether DVC would run it again, hashes aside."""
    return {
        "cmd": stage.cmd,
        "wdir": stage.wdir,
        "deps": sorted(str(d.def_path) for d in stage.deps),
        "params": {p.def_path: list(p.params) for p in stage.params},
        "outs": {
            o.def_path: (o.use_cache, o.persist, bool(o.is_metric), bool(o.is_plot))
            for o in stage.outs
        },
        "always_changed": stage.always_changed,
    }


def _real_paths(entries: list[Any]) -> list[str]:
    return [os.path.realpath(e.fs_path) for e in entries if e.protocol == "local"]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A Ctrl-C waits until files and lock agree again; nothing inside waits for others."""
    if sys.platform == "win32":
        yield
        return
    numbers = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
