"""What DVC would refuse about the pipeline as a whole, and the order of its stages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from jupyterlab_dvc import graph
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.errors import NotFound


def file(text: str) -> DvcYaml:
    return DvcYaml("stages:\n" + text)


def stages(**given: tuple[str, str]) -> DvcYaml:
    """Stages by name, each with its inputs and outputs, separated by spaces."""
    text = ""
    for name, (deps, outs) in given.items():
        text += f"  {name}:\n    cmd: x\n    deps: {deps.split()}\n    outs: {outs.split()}\n"
    return file(text)


CASES: list[tuple[str, DvcYaml, list[tuple[str, str]]]] = [
    ("fine", stages(a=("x", "y"), b=("y", "z")), []),
    ("same output", stages(a=("", "o"), b=("", "o")), [("graph-output-twice", "b")]),
    ("spelled otherwise", stages(a=("", "o"), b=("", "./d/../o/")), [("graph-output-twice", "b")]),
    ("one inside", stages(a=("", "d"), b=("", "d/e/f")), [("graph-output-inside", "b")]),
    ("one around", stages(a=("", "d/e/f"), b=("", "d")), [("graph-output-inside", "a")]),
    ("alike in letters", stages(a=("", "data"), b=("", "data2 data.csv")), []),
    ("in and out", stages(a=("o", "o")), [("graph-in-and-out", "a")]),
    ("in inside out", stages(a=("d/x", "d")), [("graph-in-and-out", "a")]),
    ("out inside in", stages(a=("d", "d/x")), [("graph-in-and-out", "a")]),
    ("the whole folder", stages(a=("", ".")), []),
    ("all and one", stages(a=("", "."), b=("", "x")), [("graph-output-inside", "b")]),
    ("cycle of two", stages(a=("x", "y"), b=("y", "x")), [("graph-cycle", "")]),
    (
        "cycle of three",
        stages(c=("z", "x"), a=("x", "y"), b=("y", "z"), d=("z", "q")),
        [("graph-cycle", "")],
    ),
    ("cycle by a folder", stages(a=("d", "y"), b=("y", "d/x")), [("graph-cycle", "")]),
    (
        "metrics and plots",
        file("  a: {cmd: x, metrics: [o]}\n  b: {cmd: x, plots: [{o: {x: a}}]}\n"),
        [("graph-output-twice", "b")],
    ),
    (
        "one stage twice",
        file("  a: {cmd: x, outs: [o], metrics: [{o: {cache: false}}]}\n"),
        [("graph-output-twice", "a")],
    ),
    (
        "folders",
        file("  a: {cmd: x, wdir: d, outs: [o]}\n  b: {cmd: x, outs: [d/o]}\n"),
        [("graph-output-twice", "b")],
    ),
    ("apart by folders", file("  a: {cmd: x, wdir: d, outs: [o]}\n  b: {cmd: x, outs: [o]}\n"), []),
    ("escaped", file("  a: {cmd: x, outs: ['\\${x}']}\n  b: {cmd: x, outs: ['\\${y}']}\n"), []),
    (
        "unknown template",
        file("  a: {cmd: x, outs: ['${x}']}\n  b: {cmd: x, outs: ['${y}']}\n"),
        [],
    ),
    ("remote", file("  a: {cmd: x, outs: ['s3://b/x']}\n  b: {cmd: x, deps: ['s3://b/x']}\n"), []),
    (
        "foreach",
        file(
            "  a:\n    foreach: [p, q]\n    do: {cmd: x, outs: ['${item}']}\n"
            "  b: {cmd: x, outs: [q]}\n"
        ),
        [("graph-output-twice", "b")],
    ),
    (
        "foreach alike",
        file("  a:\n    foreach: [p, q]\n    do: {cmd: x, outs: [o]}\n"),
        [("graph-output-twice", "a@q")],
    ),
    (
        "foreach of a mapping",
        file(
            "  a:\n    foreach: {p: {f: 1}, q: {f: 2}}\n"
            "    do: {cmd: x, outs: ['${key}/${item.f}']}\n"
            "  b: {cmd: x, outs: [q/2]}\n"
        ),
        [("graph-output-twice", "b")],
    ),
    (
        "matrix",
        file(
            "  a:\n    matrix: {m: [1, 2], n: [u, v]}\n    cmd: x\n"
            "    outs: ['${item.m}-${item.n}']\n"
            "  b: {cmd: x, outs: [2-u]}\n"
        ),
        [("graph-output-twice", "b")],
    ),
]


@pytest.mark.parametrize(
    ("given", "expected"), [(g, e) for _, g, e in CASES], ids=[n for n, _, _ in CASES]
)
def test_what_dvc_would_refuse_is_named(given: DvcYaml, expected: list[tuple[str, str]]) -> None:
    found = graph.check(given)
    assert [(p.code, str(p.args.get("stage", ""))) for p in found] == expected
    for problem in found:
        assert problem.place.path == "dvc.yaml"
        assert problem.place.line is not None
        assert problem.message and problem.hint


@pytest.mark.parametrize(
    "given", [g for _, g, e in CASES if e and "remote" not in _], ids=[n for n, _, e in CASES if e]
)
def test_dvc_refuses_the_same(given: DvcYaml, tmp_path_factory: pytest.TempPathFactory) -> None:
    from dvc.exceptions import DvcException

    from .dvc_project import DvcProject

    project = DvcProject(tmp_path_factory.mktemp("graph"))
    (project.root / "d").mkdir()
    (project.root / "dvc.yaml").write_text(given.text)
    with pytest.raises(DvcException), project.repo() as repo:
        repo.check_graph(stages=[])


def test_variables_come_from_params_files_and_vars() -> None:
    files: Mapping[str, Any] = {
        "params.yaml": {"out": "o", "deep": {"list": ["p", "q"]}},
        "more.yaml": {"name": "o"},
        "d/params.yaml": {"out": "elsewhere"},
    }
    text = (
        "vars: [more.yaml, {extra: q}]\nstages:\n  a: {cmd: x, outs: ['${out}']}\n"
        "  b: {cmd: x, outs: ['${name}']}\n  c: {cmd: x, outs: ['${deep.list[1]}']}\n"
        "  d: {cmd: x, outs: ['${extra}']}\n"
        "  e:\n    foreach: ${deep.list}\n    do: {cmd: x, outs: ['e/${item}']}\n"
    )
    found = graph.nodes(DvcYaml(text), files.get)
    assert {node.name: node.outs for node in found} == {
        "a": ("o",),
        "b": ("o",),
        "c": ("q",),
        "d": ("q",),
        "e@p": ("e/p",),
        "e@q": ("e/q",),
    }


def test_the_order_puts_each_stage_behind_what_it_needs() -> None:
    given = stages(
        last=("m", "r"),
        other=("", "unrelated"),
        middle=("d", "m"),
        first=("s", "d/one"),
        more=("d/one", "q"),
    )
    assert graph.order(given, "last") == ["first", "middle", "last"]
    assert graph.order(given, "first") == ["first"]
    with pytest.raises(NotFound):
        graph.order(given, "missing")


def test_a_long_chain_and_a_huge_group_are_quick() -> None:
    chain = stages(**{f"s{n}": (f"f{n}", f"f{n + 1}") for n in range(3000)})
    start = time.perf_counter()
    assert graph.check(chain) == []
    assert len(graph.order(chain, "s2999")) == 3000
    axes = ", ".join(f"a{n}: [{', '.join(map(str, range(10)))}]" for n in range(12))
    assert graph.nodes(file(f"  a:\n    matrix: {{{axes}}}\n    cmd: x\n")) == []
    assert time.perf_counter() - start < 5
