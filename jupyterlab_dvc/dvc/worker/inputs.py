"""What a stage has read, as hashes that can be compared."""

from __future__ import annotations

import os
from typing import Any


class Snapshot:
    """The hashes of a stage's dependencies, as DVC's own ``save_deps`` left them."""

    def __init__(self, stage: Any) -> None:
        self._files: dict[str, Any] = {}
        self._trees: dict[str, dict[tuple[str, ...], Any]] = {}
        self._params: dict[str, dict[str, Any]] = {}
        for dependency in stage.deps:
            name = dependency.def_path or str(dependency)
            if hasattr(dependency, "params"):
                values = dependency.hash_info.value if dependency.hash_info else None
                self._params[name] = dict(values or {})
            else:
                self._files[name] = dependency.hash_info
                tree = getattr(dependency, "obj", None)
                if tree is not None and dependency.hash_info and dependency.hash_info.isdir:
                    self._trees[name] = {key: value for key, _, value in tree}

    def changed(self, later: Snapshot) -> list[str]:
        """What differs in ``later``, for people: paths, and ``file:key`` for params."""
        found: list[str] = []
        for name, before in self._params.items():
            after = later._params.get(name, {})
            keys = dict.fromkeys([*before, *after])
            found += [
                f"{name}:{key}" for key in keys if before.get(key, self) != after.get(key, self)
            ]
        for name, hash_before in self._files.items():
            if hash_before == later._files.get(name):
                continue
            if name in self._trees and name in later._trees:
                found += _tree_changes(name, self._trees[name], later._trees[name])
            else:
                found.append(name)
        return found


def _tree_changes(
    name: str, before: dict[tuple[str, ...], Any], after: dict[tuple[str, ...], Any]
) -> list[str]:
    # Python writes its byte code beside the modules that a stage imports: no change of the input.
    keys = dict.fromkeys([*before, *after])
    return [
        os.path.join(name, *key)
        for key in keys
        if before.get(key) != after.get(key) and "__pycache__" not in key
    ]
