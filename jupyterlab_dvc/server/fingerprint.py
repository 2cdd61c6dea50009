"""Whether a project is as it was: the stamps of the files that its state depends on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .. import conf, graph, params, stamps
from ..dvcyaml import DvcYaml
from ..errors import JupyterLabDVCError
from ..runs.store import RECORD, STOP, Store
from ..stage import unescape
from ..stage_fields import own_meta

_ALWAYS = (
    ".dvc/config",
    ".dvc/config.local",
    conf.MLVTOOLS,
    conf.PYPROJECT,
    "dvc.yaml",
    "dvc.lock",
    "params.yaml",
)


def project(root: Path, store: Store) -> str:
    """Of all that DVC's status and the runs depend on; costs a look at each file, reads none."""
    return stamps.digest([*_of_files(root), *_run_marks(store)])


def seen(root: Path, store: Store) -> str:
    """Of all that a page shows of the project: its steps' notebooks too, and which runs there are.

    How those get on isn't in it; ``ActiveRuns`` tells.
    """
    notebooks = stamps.of(root, _from_dvc_yaml(root).notebooks)
    return stamps.digest([*_of_files(root), *sorted(store.ids()), *notebooks])


def _of_files(root: Path) -> list[str]:
    return [*stamps.of(root, [*_ALWAYS, *_from_dvc_yaml(root).files]), _in_use(root)]


def notebook(path: Path) -> str:
    return stamps.digest(stamps.of(path.parent, [path.name]))


def newest(root: Path, paths: Iterable[str]) -> float:
    """When the last of the files changed, in seconds since the epoch; 0 where there is none."""
    times = [0.0]
    for path in paths:
        try:
            times.append(os.stat(root / path).st_mtime)
        except (OSError, ValueError):
            continue
    return max(times)


class _Named(NamedTuple):
    """What ``dvc.yaml`` names: what DVC's status depends on, and generated stages' notebooks."""

    files: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()


def _from_dvc_yaml(root: Path) -> _Named:
    try:
        mark = os.stat(root / "dvc.yaml")
    except OSError:
        return _Named()
    return _in_dvc_yaml(root, mark.st_mtime_ns, mark.st_size)


@lru_cache(maxsize=32)
def _in_dvc_yaml(root: Path, _changed: int, _size: int) -> _Named:
    """Parsed again only when it changed."""
    try:
        file = DvcYaml.read(root / "dvc.yaml", "dvc.yaml")
        found = {
            path
            for node in graph.nodes(file, params.reader(root))
            for path in (*node.deps, *node.outs)
        }
    except JupyterLabDVCError:
        return _Named()
    notebooks = set()
    for fields in file.stages.values():
        if isinstance(name := own_meta(fields or {}).get("notebook"), str):
            notebooks.add(unescape(name))
        for element in (fields.get("params") or ()) if isinstance(fields, dict) else ():
            if isinstance(element, dict):
                found.update(str(name) for name in element)
    return _Named(
        tuple(sorted(path for path in found if "://" not in path)), tuple(sorted(notebooks))
    )


def _in_use(root: Path) -> str:
    """What stages write right now, whoever runs them; what is read, a mere status lists too."""
    try:
        written = json.loads((root / ".dvc" / "tmp" / "rwlock").read_bytes()).get("write", {})
        return "\0".join(sorted(written))
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        # Not there, or about to be replaced.
        return ""


def _run_marks(store: Store) -> Iterator[str]:
    try:
        names = sorted(os.listdir(store.folder))
    except OSError:
        return
    for name in names:
        yield from stamps.of(store.folder / name, [RECORD, STOP])
