"""What runs rest on (tools, settings, cache, remotes, locks), and what to type where wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .conf import Settings
    from .storage import Remote

State = Literal["ok", "note", "wrong"]

REPAIR = "Type: jupyterlab-dvc doctor --repair"

LITTLE_SPACE = 1_000_000_000
"""Bytes; below it a stage's output may well not fit into the cache."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``advice`` is what to type or do, empty where all is well."""

    topic: str
    state: State
    text: str
    advice: str = ""


def examine(start: Path) -> Iterator[Finding]:
    """Everything about the installation, and about the project that ``start`` is in, if any.

    Nothing of the project is run and no remote is contacted.
    """
    yield from _python()
    yield from _dvc()
    yield from _git(start)
    yield from _optional()
    yield from _project(start)


def _python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    text = f"{version}, {sys.executable}"
    yield Finding("Python", "ok", text)
    yield Finding(
        "jupyterlab-dvc", "ok", _version_of("jupyterlab_dvc") or "not installed as a package"
    )


def _dvc() -> Iterator[Finding]:
    from .dvc import contract
    from .errors import JupyterLabDVCError

    try:
        installed = contract.check_version()
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding("DVC", "wrong", problem.message, problem.hint)
        return
    yield Finding("DVC", "ok", installed)
    found = shutil.which("dvc")
    if found is None:
        folder = Path(sys.executable).parent
        yield Finding(
            "dvc command",
            "note",
            "not on PATH; `jupyterlab-dvc run` doesn't need it, a terminal does",
            f'Type: export PATH="{folder}:$PATH"',
        )
        return
    if _same_folder(found, sys.executable):
        yield Finding("dvc command", "ok", found)
        return
    version = _output([found, "--version"])
    if version is None:
        advice = "Install DVC again there, or take it off PATH."
        yield Finding("dvc command", "wrong", f"{found} doesn't start", advice)
    elif version != installed:
        yield Finding(
            "dvc command",
            "note",
            f"{found} is {version}, another one than jupyterlab-dvc's {installed}",
            "Activate the environment that jupyterlab-dvc is installed in.",
        )
    else:
        yield Finding("dvc command", "ok", found)


def _git(start: Path) -> Iterator[Finding]:
    from . import git
    from .errors import JupyterLabDVCError

    try:
        version = git.version()
        folder = start if start.is_dir() else start.parent
        top = git.toplevel(folder)
        missing = [key for key in ("user.name", "user.email") if not git.setting(folder, key)]
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding("git", "wrong", problem.message, problem.hint)
        return
    yield Finding("git", "ok", f"{version}, {shutil.which('git')}")
    if top is None:
        yield Finding("git repository", "note", "none here", "Type: git init")
        return
    yield Finding("git repository", "ok", str(top))
    if missing:
        yield Finding(
            "git author",
            "note",
            f"{' and '.join(missing)} not set, so git can't commit",
            "Type: " + "; ".join(f"git config {key} …" for key in missing),
        )


def _optional() -> Iterator[Finding]:
    for package, purpose in (("jupyterlab", "to edit notebooks"), ("mlflow", "to record metrics")):
        # mlflow-skinny is the same package without its server.
        version = _version_of(package) or _version_of(f"{package}-skinny")
        if version is None:
            yield Finding(package, "note", f"not installed here (optional, {purpose})")
        else:
            yield Finding(package, "ok", version)


def _project(start: Path) -> Iterator[Finding]:
    from .discovery import enclosing
    from .errors import JupyterLabDVCError
    from .project import Project

    root = enclosing(start, ".dvc")
    if root is None:
        where = start if start.is_dir() else start.parent
        yield Finding("project", "wrong", f"no .dvc folder in {where} or above", "Type: dvc init")
        return
    yield Finding("project", "ok", str(root))
    try:
        project = Project.above(start)
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding("settings", "wrong", f"{problem.place}: {problem.message}", problem.hint)
    else:
        settings = project.settings
        origin = settings.origin
        yield Finding(
            "settings", "ok", str(origin) if origin else "none, the defaults are in force"
        )
        for problem in settings.problems:
            yield Finding("settings", "note", problem.message, problem.hint)
        yield Finding("scripts", "ok", str(settings.script_root))
        yield from _interpreter(settings)
    yield from _pipeline(root)
    yield from _params(root)
    yield from _storage(root)
    yield from _locks(root)
    yield from _leftovers(root)


def _interpreter(settings: Settings) -> Iterator[Finding]:
    from . import interpreter
    from .errors import JupyterLabDVCError

    topic = "Python of runs"
    try:
        configured = interpreter.configured(settings)
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding(topic, "wrong", problem.message, problem.hint)
        return
    if configured is not None:
        yield Finding(topic, "ok", f"{configured} (from the settings)")
        return
    found = shutil.which("python")
    if found is None:
        advice = (
            f'Activate an environment, or type: export PATH="{Path(sys.executable).parent}:$PATH"'
        )
        yield Finding(topic, "wrong", "no python on PATH; stages are run as `python …`", advice)
        return
    version = _output([found, "-c", "import sys; print(sys.version.split()[0])"])
    if version is None:
        yield Finding(topic, "wrong", f"{found} doesn't start", "Activate another environment.")
    elif version.startswith("2."):
        yield Finding(
            topic, "wrong", f"{found} is {version}", "Activate an environment of Python 3."
        )
    elif _same_folder(found, sys.executable):
        yield Finding(topic, "ok", f"{version}, {found}")
    else:
        yield Finding(
            topic,
            "note",
            f"{version}, {found}, another one than jupyterlab-dvc's own {sys.executable}",
            "Fine if it has the packages that the notebooks import.",
        )


def _same_folder(one: str, other: str) -> bool:
    return os.path.realpath(os.path.dirname(one)) == os.path.realpath(os.path.dirname(other))


def _pipeline(root: Path) -> Iterator[Finding]:
    from .dvcyaml import DvcYaml
    from .errors import JupyterLabDVCError

    if not (root / "dvc.yaml").exists():
        yield Finding("dvc.yaml", "note", "none yet", "Type: jupyterlab-dvc sync")
        return
    try:
        count = len(DvcYaml.read(root / "dvc.yaml").stages)
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding("dvc.yaml", "wrong", f"{problem.place}: {problem.message}", problem.hint)
    else:
        yield Finding("dvc.yaml", "ok", f"{count} stage{'' if count == 1 else 's'}")


def _params(root: Path) -> Iterator[Finding]:
    from . import params
    from .errors import JupyterLabDVCError

    topic = "params.yaml"
    try:
        data = params.load(root / topic, topic)
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding(topic, "wrong", f"{problem.place}: {problem.message}", problem.hint)
    else:
        if data is not None:
            yield Finding(topic, "ok", "can be read")


def _storage(root: Path) -> Iterator[Finding]:
    from . import storage

    try:
        config = storage.read_config(root)
    except storage.Unreadable as error:
        yield Finding("DVC's config", "wrong", str(error), "Correct .dvc/config by hand.")
        return
    yield from _without_git(root, config.get("core.no_scm"))
    yield from _cache(root, storage.cache_folder(root, config), storage.link_types(config))
    remotes = storage.remotes(config)
    default = config.get("core.remote")
    if not remotes:
        advice = "To share results, type: dvc remote add -d NAME URL"
        yield Finding("remote", "note", "none configured; results stay on this machine", advice)
    for remote in remotes:
        yield _remote(remote, remote.name == default)
    if remotes and default is None:
        advice = f"Type: dvc remote default {remotes[0].name}"
        yield Finding("remote", "note", "no default, so dvc push and pull need -r", advice)
    elif default is not None and default not in {remote.name for remote in remotes}:
        yield Finding(
            "remote", "wrong", f"the default, {default}, is not defined", "Type: dvc remote list"
        )


def _without_git(root: Path, no_scm: str | None) -> Iterator[Finding]:
    from . import git
    from .errors import JupyterLabDVCError

    if (no_scm or "").lower() in ("true", "1", "yes", "on"):
        return
    try:
        there = git.toplevel(root)
    except JupyterLabDVCError:
        # Said already.
        return
    if there is None:
        advice = "Type: git init. Or do without git: dvc config core.no_scm true"
        yield Finding(
            "DVC's config", "wrong", "a git repository is expected, and there is none", advice
        )


def _cache(root: Path, cache: Path, wanted: tuple[str, ...]) -> Iterator[Finding]:

    nearest = next(folder for folder in (cache, *cache.parents) if folder.exists())
    if not nearest.is_dir():
        yield Finding("cache", "wrong", f"{nearest} is not a folder", "Type: dvc cache dir PATH")
        return
    if not os.access(nearest, os.W_OK | os.X_OK):
        advice = f"Type: chmod -R u+w {nearest}, or choose another: dvc cache dir PATH"
        yield Finding("cache", "wrong", f"{cache} can't be written", advice)
        return
    missing = "" if cache.exists() else " (made at the first run)"
    yield Finding("cache", "ok", f"{cache}{missing}")
    yield _links(nearest, root, wanted)
    for name, folder in (("cache", nearest), ("project", root)):
        free = shutil.disk_usage(folder).free
        amount = f"{free / 1e9:,.1f} GB free for the {name}"
        if free < LITTLE_SPACE:
            advice = (
                "Free some space; dvc gc -w removes results that no file of the workspace needs."
            )
            yield Finding("space", "wrong", amount, advice)
        else:
            yield Finding("space", "ok", amount)


def _links(cache: Path, root: Path, wanted: tuple[str, ...]) -> Finding:
    from . import storage

    try:
        possible = storage.possible_links(cache, root)
    except OSError as error:
        # A full disk, or a project's folder of somebody else.
        text = f"can't be tried out: {error.strerror or error}"
        return Finding("cache links", "wrong", text, "Look at the folder's permissions and space.")
    usable = next((kind for kind in wanted if kind in possible), None)
    text = f"{', '.join(wanted)} wanted, {', '.join(possible)} possible"
    if usable is None:
        advice = f"Type: dvc config cache.type {possible[0]}"
        return Finding("cache links", "wrong", text, advice)
    return Finding("cache links", "ok", f"{text}: {usable} is used")


def _remote(remote: Remote, is_default: bool) -> Finding:
    name = f"{remote.name}{' (default)' if is_default else ''}: {remote.shown_url}"
    if remote.folder is not None:
        if not remote.folder.is_dir():
            parent = next(folder for folder in remote.folder.parents if folder.exists())
            if parent.is_dir() and os.access(parent, os.W_OK):
                return Finding("remote", "note", f"{name} (a folder, made at the first dvc push)")
            advice = f"Make the folder, or type: dvc remote modify {remote.name} url PATH"
            return Finding("remote", "wrong", f"{name}: no such folder", advice)
        if not os.access(remote.folder, os.W_OK):
            return Finding("remote", "note", f"{name} can be read only, so dvc push can't work")
        return Finding("remote", "ok", name)
    missing = remote.missing_package
    if missing is not None:
        advice = f"Type: {sys.executable} -m pip install '{missing}'"
        return Finding("remote", "wrong", f"{name} needs a package that is not installed", advice)
    return Finding("remote", "ok", f"{name} (not contacted; `dvc status -c` does)")


def _locks(root: Path) -> Iterator[Finding]:
    from .dvc import locks
    from .errors import JupyterLabDVCError

    try:
        holders = locks.holders(root)
    except JupyterLabDVCError as error:
        for problem in error.problems:
            yield Finding("locks", "wrong", f"{problem.place}: {problem.message}", problem.hint)
        return
    for holder in holders:
        who = f"{holder.path}: process {holder.pid} ({holder.command})"
        if holder.state == "live":
            yield Finding("locks", "note", f"in use, {who}", "Others wait until it has ended.")
        elif holder.state == "dead":
            yield Finding("locks", "ok", f"{who} is gone; DVC drops this entry by itself")
        elif holder.state == "reused":
            yield Finding("locks", "wrong", f"{who} is another program by now", REPAIR)
        else:
            advice = "Unless it is a dvc command, type: rm .dvc/tmp/rwlock"
            yield Finding("locks", "wrong", f"{who} may be another program by now", advice)
    if not holders:
        yield Finding("locks", "ok", "none held")


def _leftovers(root: Path) -> Iterator[Finding]:
    from . import upkeep

    found = sorted(os.path.relpath(path, root) for path in upkeep.leftovers(root))
    if found:
        count = f"{len(found)} file{'' if len(found) == 1 else 's'}, such as {found[0]}"
        yield Finding("left over", "note", f"{count}, of a write that was killed", REPAIR)


def _version_of(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _output(argv: list[str], cwd: Path | None = None) -> str | None:
    try:
        done = subprocess.run(
            argv, cwd=cwd, capture_output=True, text=True, errors="replace", timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
