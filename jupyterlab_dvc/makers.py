"""Who makes which path of a pipeline, and what a step more, or changed, would do to it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence

from .errors import Problem
from .graph import Node, ancestors


class Makers:
    """The outputs and inputs of the stages there are; made once for a ``dvc.yaml``."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._entries = {node.name: node.entry for node in nodes}
        self._outs = {node.name: node.outs for node in nodes}
        self._made = _Places((path, node.name) for node in nodes for path in node.outs)
        self._read = _Places((path, node.name) for node in nodes for path in node.deps)

    @property
    def outputs(self) -> Iterator[tuple[str, str]]:
        """Each output with the stage that makes it."""
        for name, outs in self._outs.items():
            for path in outs:
                yield path, name

    def maker(self, path: str, besides: str = "") -> str | None:
        """The stage whose output the path is, lies in or holds; none of the entry ``besides``."""
        return next(self._makers(path, besides), None)

    def problems(
        self, entry: str, stage: str, ins: Iterable[str], outs: Collection[str]
    ) -> list[tuple[str, Problem]]:
        """What DVC would refuse were these the inputs and outputs of the stage, each with its path.

        Paths are relative to ``dvc.yaml``, as written. ``entry`` is the stage's own, which counts
        no more as it stands in the file.
        """
        found = [problem for path in outs for problem in self._claims(entry, stage, path)]
        if found:
            return found
        for path in dict.fromkeys(ins):
            circle = self._circle(entry, set(self._makers(_normal(path), entry)), outs)
            if circle:
                names = " → ".join([stage, *circle, stage])
                found.append((path, Problem("graph-cycle", {"stages": names})))
        return found

    def _makers(self, path: str, besides: str) -> Iterator[str]:
        for name in self._made.overlapping(_normal(path)):
            if self._entries[name] != besides:
                yield name

    def _claims(self, entry: str, stage: str, written: str) -> Iterator[tuple[str, Problem]]:
        path = _normal(written)
        for name in self._made.at(path):
            if self._entries[name] != entry:
                args = {"path": path, "stage": stage, "other": name}
                yield written, Problem("graph-output-twice", args)
                return
        for above in ancestors(path):
            for name in self._made.at(above):
                if self._entries[name] != entry:
                    args = {"path": path, "stage": stage, "folder": above, "other": name}
                    yield written, Problem("graph-output-inside", args)
                    return
        for name in self._made.below(path):
            if self._entries[name] != entry:
                inner = next(out for out in self._outs[name] if path in (*ancestors(out), out))
                args = {"path": inner, "stage": name, "folder": path, "other": stage}
                yield written, Problem("graph-output-inside", args)
                return

    def _circle(self, entry: str, goal: set[str], outs: Iterable[str]) -> list[str]:
        """The stages from one that reads an output of ours to one that makes an input of ours."""
        if not goal:
            return []
        before: dict[str, str | None] = {}
        queue: list[tuple[str, str | None]] = [
            (name, None) for path in outs for name in self._read.overlapping(_normal(path))
        ]
        for name, came_from in _drained(queue):
            if name in before or self._entries[name] == entry:
                continue
            before[name] = came_from
            if name in goal:
                circle: list[str] = []
                at: str | None = name
                while at is not None:
                    circle.append(at)
                    at = before[at]
                return circle[::-1]
            queue += [
                (reader, name)
                for path in self._outs[name]
                for reader in self._read.overlapping(path)
            ]
        return []


class _Places:
    """Names at paths, found by a path that is the same, lies above or below."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._at: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        for path, name in pairs:
            self._at.setdefault(path, []).append(name)
            for above in ancestors(path):
                self._below.setdefault(above, []).append(name)

    def at(self, path: str) -> Sequence[str]:
        return self._at.get(path, ())

    def below(self, path: str) -> Sequence[str]:
        return self._below.get(path, ())

    def overlapping(self, path: str) -> Iterator[str]:
        yield from self.at(path)
        for above in ancestors(path):
            yield from self.at(above)
        yield from self.below(path)


def _drained(queue: list[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    """The queue's elements, those that are added meanwhile too."""
    position = 0
    while position < len(queue):
        yield queue[position]
        position += 1


def _normal(path: str) -> str:
    return path if "://" in path else posixpath.normpath(path)
