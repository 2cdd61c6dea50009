"""DVC's run cache, told that a script with another text is the same code.

The run cache finds a result by the hashes of all that went into it, so a script whose comments in
strings, quotes or layout changed would miss every result made with its old text.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def carry_over(repo: Any, before: dict[str, str], after: dict[str, str]) -> int:
    """Give each result made with an old text an entry under the new one; how many were added.

    ``before`` and ``after`` are the scripts' md5 by path.
    """
    changed = {
        old: (os.path.basename(path), after[path])
        for path, old in before.items()
        if path in after and after[path] != old
    }
    cache = repo.stage_cache
    if not changed or not os.path.isdir(cache.cache_dir):
        return 0
    sizes = {md5: os.path.getsize(path) for path, md5 in after.items()}
    return sum(
        _copy(cache, path, changed, sizes)
        for path in sorted(Path(cache.cache_dir).glob("*/*/*"))
        if _mentions(path, changed)
    )


def _mentions(path: Path, changed: dict[str, tuple[str, str]]) -> bool:
    # Parsing each entry with DVC's YAML reader would take milliseconds.
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return False
    return any(old in text for old in changed)


def _copy(
    cache: Any, path: Path, changed: dict[str, tuple[str, str]], sizes: dict[str, int]
) -> int:
    from dvc.stage.cache import _get_cache_hash
    from dvc.utils.serialize import dump_yaml

    entry = cache._load_cache(path.parent.name, path.name)
    if entry is None:
        return 0
    carried = False
    for dependency in entry.get("deps", ()):
        name, new = changed.get(dependency.get("md5"), ("", ""))
        if name and os.path.basename(dependency["path"]) == name:
            dependency["md5"] = new
            dependency["size"] = sizes[new]
            carried = True
    if not carried:
        return 0
    value = _get_cache_hash(entry)
    key = _get_cache_hash({**entry}, key=True)
    target = Path(cache._get_cache_path(key, value))
    if target.exists():
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    dump_yaml(str(target), entry)
    # Of several results for the same inputs DVC takes the newest.
    stat = path.stat()
    os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return 1
