"""Who makes which path, and what a pipeline would say to a step more."""

from __future__ import annotations

import pytest

from jupyterlab_dvc import graph
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.graph import Node
from jupyterlab_dvc.makers import Makers

CHAIN = [
    Node("one", "one", ("data/raw.csv",), ("data/clean.csv",)),
    Node("two", "two", ("data/clean.csv",), ("models/a", "models/b")),
    Node("three", "three", ("models",), ("report.html",)),
    Node("each@1", "each", ("x",), ("parts/1",)),
]


@pytest.mark.parametrize(
    ("path", "besides", "maker"),
    [
        ("data/clean.csv", "", "one"),
        ("./data//clean.csv", "", "one"),
        ("data/clean.csv", "one", None),
        ("data/clean.csv.gz", "", None),
        ("data", "", "one"),
        ("models", "", "two"),
        ("models/a/weights", "", "two"),
        ("model", "", None),
        ("parts/1", "", "each@1"),
        ("parts/1", "each", None),
        (".", "", "one"),
        ("s3://bucket/data", "", None),
    ],
)
def test_the_stage_that_makes_a_path(path: str, besides: str, maker: str | None) -> None:
    assert Makers(CHAIN).maker(path, besides) == maker


@pytest.mark.parametrize(
    ("ins", "outs", "expected"),
    [
        ([], [], []),
        (["data/raw.csv"], ["new.csv"], []),
        (["report.html"], ["new.csv"], []),
        ([], ["data/clean.csv"], [("data/clean.csv", "graph-output-twice", "one")]),
        ([], ["./data/clean.csv"], [("./data/clean.csv", "graph-output-twice", "one")]),
        ([], ["models/a/x"], [("models/a/x", "graph-output-inside", "two")]),
        ([], ["models"], [("models", "graph-output-inside", "ours")]),
        (["report.html"], ["data/raw.csv"], [("report.html", "graph-cycle", "")]),
        (["models/a/x"], ["data/raw.csv"], [("models/a/x", "graph-cycle", "")]),
        (["models"], ["data"], [("data", "graph-output-inside", "ours")]),
        (["report.html", "models/b"], ["data/raw.csv"], [
            ("report.html", "graph-cycle", ""), ("models/b", "graph-cycle", ""),
        ]),
    ],
)  # fmt: skip
def test_what_another_step_would_break(
    ins: list[str], outs: list[str], expected: list[tuple[str, str, str]]
) -> None:
    found = Makers(CHAIN).problems("ours", "ours", ins, outs)
    assert [(path, p.code, p.args.get("other", "")) for path, p in found] == expected
    assert all(problem.message for _, problem in found)


def test_a_circle_is_told_from_stage_to_stage() -> None:
    ((_, problem),) = Makers(CHAIN).problems("ours", "ours", ["report.html"], ["data/raw.csv"])
    assert problem.args["stages"] == "ours → one → two → three → ours"


def test_a_stage_as_it_stands_in_the_file_doesn_t_count() -> None:
    makers = Makers(CHAIN)
    assert makers.problems("two", "two", ["data/clean.csv"], ["models/a", "models/b"]) == []
    assert makers.problems("one", "one", ["data/raw.csv"], ["data/clean.csv"]) == []
    # Nor does what another stage needs of it as it stood.
    assert makers.problems("two", "two", ["report.html"], ["other"]) == []


def test_it_says_what_the_check_of_the_file_says() -> None:
    """The same fault once in the file and once as rows that aren't in it yet."""
    text = "stages:\n  one:\n    cmd: a\n    deps: [raw]\n    outs: [clean]\n"
    cases = {
        "graph-output-twice": ("[x]", "[clean]"),
        "graph-output-inside": ("[x]", "[clean/a]"),
        "graph-cycle": ("[clean]", "[raw]"),
    }
    for code, (deps, outs) in cases.items():
        file = DvcYaml(f"{text}  ours:\n    cmd: b\n    deps: {deps}\n    outs: {outs}\n")
        (said,) = graph.check(file)
        makers = Makers(graph.nodes(DvcYaml(text)))
        ((_, found),) = makers.problems("ours", "ours", [deps.strip("[]")], [outs.strip("[]")])
        assert said.code == found.code == code
        if code != "graph-cycle":
            assert found.message == said.message
