"""The stages of a ``dvc.yaml`` as a graph, and what DVC would refuse about it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from . import templates
from .errors import NotFound, Place, Problem
from .params import ReadParams
from .stage_fields import outputs


class StagesFile(Protocol):
    """What is needed of a ``dvc.yaml``."""

    @property
    def shown(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def stages(self) -> Mapping[str, Any]: ...
    def line_of(self, name: str) -> int | None: ...


@dataclass(frozen=True)
class Node:
    """A stage with templates resolved; paths are POSIX, normalised and relative to ``dvc.yaml``.

    ``entry`` is the name in the file: for a stage of a ``foreach`` or ``matrix`` the group's.
    """

    name: str
    entry: str
    deps: tuple[str, ...]
    outs: tuple[str, ...]


def nodes(file: StagesFile, read: ReadParams | None = None) -> list[Node]:
    """All stages, groups expanded; paths whose templates can't be resolved are left out.

    Args:
        read: gives the data of a params file; without it only the file's own ``vars`` are known.
    """
    variables = templates.context(file.data, read)
    found: list[Node] = []
    for entry, fields in file.stages.items():
        if not isinstance(fields, Mapping):
            continue
        try:
            for name, body, seen in templates.expanded(str(entry), fields, variables, read):
                found.append(_node(name, str(entry), body, seen))
        except templates.Unresolved:
            continue
    return found


def _node(name: str, entry: str, body: Mapping[str, Any], seen: Mapping[str, object]) -> Node:
    try:
        folder = templates.interpolate(str(body.get("wdir") or "."), seen)
    except templates.Unresolved:
        return Node(name, entry, (), ())
    outs = [
        path
        for field in ("outs", "metrics", "plots")
        for element in body.get(field) or []
        for path, _ in outputs(element)
    ]
    deps = [str(path) for path in body.get("deps") or []]
    return Node(name, entry, _paths(deps, folder, seen), _paths(outs, folder, seen))


def _paths(given: Iterable[str], folder: str, seen: Mapping[str, object]) -> tuple[str, ...]:
    found = []
    for template in given:
        try:
            path = templates.interpolate(template, seen)
        except templates.Unresolved:
            continue
        found.append(path if "://" in path else posixpath.normpath(posixpath.join(folder, path)))
    return tuple(found)


def check(file: StagesFile, read: ReadParams | None = None) -> list[Problem]:
    """What DVC would refuse: outputs that collide, a path that is input and output, a cycle."""
    found = nodes(file, read)
    problems = [*_collisions(file, found), *_loops(file, found)]
    if not problems:
        edges = _edges(found)
        cycle = _cycle([node.name for node in found], edges)
        if cycle:
            entry = next(node.entry for node in found if node.name == cycle[0])
            names = " → ".join([*cycle, cycle[0]])
            problems.append(Problem("graph-cycle", {"stages": names}, _place(file, entry)))
    return problems


def order(file: StagesFile, target: str, read: ReadParams | None = None) -> list[str]:
    """The stages that ``target`` needs and itself, each behind what it needs.

    Raises:
        NotFound: no stage has this name.
    """
    found = nodes(file, read)
    if target not in {node.name for node in found}:
        raise NotFound.of("stage-missing", Place(file.shown), name=target)
    edges = _edges(found)
    done: dict[str, None] = {}
    stack = [(target, iter(edges.get(target, ())))]
    active = {target}
    while stack:
        name, needs = stack[-1]
        following = next((need for need in needs if need not in done and need not in active), None)
        if following is None:
            stack.pop()
            done[name] = None
        else:
            active.add(following)
            stack.append((following, iter(edges.get(following, ()))))
    return list(done)


def _collisions(file: StagesFile, found: list[Node]) -> Iterator[Problem]:
    owners: dict[str, Node] = {}
    every = [(path, node) for node in found for path in node.outs]
    for path, node in every:
        other = owners.setdefault(path, node)
        if other is not node or node.outs.count(path) > 1:
            # The one of one stage alone is said once.
            if other is node and owners.get(f"{path}\0{node.name}"):
                continue
            owners[f"{path}\0{node.name}"] = node
            arguments = {"path": path, "stage": node.name, "other": other.name}
            yield Problem("graph-output-twice", arguments, _place(file, node.entry))
    for path, node in every:
        for above in ancestors(path):
            holder = owners.get(above)
            if holder is not None:
                arguments = {
                    "path": path,
                    "stage": node.name,
                    "folder": above,
                    "other": holder.name,
                }
                yield Problem("graph-output-inside", arguments, _place(file, node.entry))


def _loops(file: StagesFile, found: list[Node]) -> Iterator[Problem]:
    for node in found:
        outs = set(node.outs)
        above_outs = {above for path in outs for above in ancestors(path)}
        for path in dict.fromkeys(node.deps):
            if path in outs or path in above_outs or outs.intersection(ancestors(path)):
                arguments = {"path": path, "stage": node.name}
                yield Problem("graph-in-and-out", arguments, _place(file, node.entry))


def _edges(found: list[Node]) -> dict[str, list[str]]:
    """For each stage, the stages that it needs, in the file's order."""
    makers: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for node in found:
        for path in node.outs:
            makers.setdefault(path, []).append(node.name)
            for above in ancestors(path):
                below.setdefault(above, []).append(node.name)
    position = {node.name: number for number, node in enumerate(found)}
    edges: dict[str, list[str]] = {}
    for node in found:
        needs: set[str] = set()
        for path in node.deps:
            needs.update(makers.get(path, ()), below.get(path, ()))
            for above in ancestors(path):
                needs.update(makers.get(above, ()))
        edges[node.name] = sorted(needs, key=position.__getitem__)
    return edges


def _cycle(names: list[str], edges: Mapping[str, list[str]]) -> list[str]:
    """The first cycle, each stage before the one that needs it; empty where there is none."""
    done: set[str] = set()
    for start in names:
        path: list[str] = []
        stack = [(start, iter(edges.get(start, ())))]
        active = {start}
        path.append(start)
        while stack and start not in done:
            name, needs = stack[-1]
            following = next((need for need in needs if need not in done), None)
            if following is None:
                stack.pop()
                path.pop()
                active.discard(name)
                done.add(name)
            elif following in active:
                return path[path.index(following) :][::-1]
            else:
                stack.append((following, iter(edges.get(following, ()))))
                path.append(following)
                active.add(following)
    return []


def ancestors(path: str) -> Iterator[str]:
    """The folders above a normalised path, the nearest first; ``.`` is above all in it."""
    if path == ".":
        return
    while (above := posixpath.dirname(path)) not in ("", path):
        yield above
        path = above
    if not path.startswith(("/", "..")):
        yield "."


def _place(file: StagesFile, entry: str) -> Place:
    return Place(file.shown, line=file.line_of(entry))
