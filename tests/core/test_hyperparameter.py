"""``:dvc-param:``: what DVC's templates carry, and what is refused before they get it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from jupyterlab_dvc import hyperparameter
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.model import Directives, Hyperparameter, Parameter, ParamType, PathDirective

LIST = ParamType("list")
INT = ParamType("int")
BOOL = ParamType("bool")


def plan(
    given: list[tuple[str, str | None]],
    files: dict[str, Any],
    params: dict[str, ParamType] | None = None,
    top_vars: tuple[object, ...] = (),
    parsing: dict[str, str] | None = None,
    paths: tuple[PathDirective, ...] = (),
) -> hyperparameter.Plan:
    """The plan for ``[file:]key`` with the params that they feed."""
    hypers = []
    for number, (text, param) in enumerate(given, 1):
        file, _, key = text.rpartition(":")
        hypers.append(Hyperparameter(key, file or None, param, number))
    names = params or {param: ParamType() for _, param in given if param is not None}
    directives = Directives(
        params=tuple(Parameter(name, kind) for name, kind in names.items()),
        hyperparameters=tuple(hypers),
        paths=paths,
    )
    return hyperparameter.plan(directives, files.get, top_vars, parsing)


def codes(found: hyperparameter.Plan) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.place.line) for problem in found.problems]


@pytest.mark.parametrize(
    "value",
    [1, -1.5, 1e-5, True, False, None, "", "a b", 'q"', "$(x)", "a;b", "-x", "ü", "${x}", "#"],
)
def test_a_scalar_is_passed_in_quotes(value: object) -> None:
    found = plan([("a.b", "p_q")], {"params.yaml": {"a": {"b": value}}})
    assert found.problems == []
    assert found.arguments == ["--p-q='${a.b}'"]
    assert (found.params, found.vars, found.fed) == (["a.b"], [], ["p_q"])


@pytest.mark.parametrize(
    "value",
    [
        "it's",
        "'",
        "a\nb",
        "a\r",
        "a\x0bb",
        "a\x0cb",
        "a\x1cb",
        "a\x85b",
        "a\u2028b",
        "a\x00b",
        "\\${x}",
        datetime.date(2020, 1, 1),
    ],
)
def test_a_value_that_dvc_would_hand_to_the_shell_is_refused(value: object) -> None:
    found = plan([("k", "p")], {"params.yaml": {"k": value}})
    assert codes(found) == [("hyperparameter-value", 1)]
    assert found.arguments == []
    assert plan([("k", None)], {"params.yaml": {"k": value}}).problems == []


CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "missing key",
        {"given": [("k", "p")], "files": {"params.yaml": {"j": 1}}},
        ["hyperparameter-missing"],
    ),
    ("missing file", {"given": [("k", "p")], "files": {}}, ["hyperparameter-missing"]),
    (
        "missing below",
        {"given": [("k.x", "p")], "files": {"params.yaml": {"k": 1}}},
        ["hyperparameter-missing"],
    ),
    ("not passed", {"given": [("k", None)], "files": {}}, []),
    (
        "a mapping",
        {"given": [("k", "p")], "files": {"params.yaml": {"k": {"a": 1}}}},
        ["hyperparameter-mapping"],
    ),
    ("pattern", {"given": [("k*", None)], "files": {}}, ["hyperparameter-key"]),
    (
        "index",
        {"given": [("k[0]", "p")], "files": {"params.yaml": {"k": [1]}}},
        ["hyperparameter-key"],
    ),
    ("element", {"given": [("k.0", "p")], "files": {"params.yaml": {"k": [1]}}}, []),
    ("empty part", {"given": [("a..b", None)], "files": {}}, ["hyperparameter-key"]),
    ("brace", {"given": [("a}", None)], "files": {}}, ["hyperparameter-key"]),
    ("comma", {"given": [("a,b", None)], "files": {}}, ["hyperparameter-key"]),
    # Another file
    (
        "in both",
        {"given": [("f.yaml:k", "p")], "files": {"f.yaml": {"k": 1}, "params.yaml": {"k": 1}}},
        ["hyperparameter-conflict"],
    ),
    (
        "in both, not passed",
        {"given": [("f.yaml:k", None)], "files": {"f.yaml": {"k": 1}, "params.yaml": {"k": 1}}},
        [],
    ),
    (
        "merged",
        {
            "given": [("f.yaml:k.a", "p")],
            "files": {"f.yaml": {"k": {"a": 1}}, "params.yaml": {"k": {"b": 1}}},
        },
        [],
    ),
    (
        "colliding below",
        {
            "given": [("f.yaml:k.a", "p")],
            "files": {"f.yaml": {"k": {"a": 1, "b": 1}}, "params.yaml": {"k": {"b": 1}}},
        },
        ["hyperparameter-conflict"],
    ),
    (
        "two files",
        {
            "given": [("f.yaml:k", "p"), ("g.yaml:k", "q")],
            "files": {"f.yaml": {"k": 1}, "g.yaml": {"k": 2}},
        },
        ["hyperparameter-conflict"],
    ),
    (
        "vars of the file",
        {"given": [("f.yaml:k", "p")], "files": {"f.yaml": {"k": 1}}, "top_vars": ({"k": 2},)},
        ["hyperparameter-conflict"],
    ),
    (
        "colon in the path",
        {"given": [("a:b.yaml:k", "p")], "files": {"a:b.yaml": {"k": 1}}},
        ["hyperparameter-file"],
    ),
    # Lists
    (
        "list at the top",
        {"given": [("k", "k")], "files": {"params.yaml": {"k": [1]}}, "params": {"k": LIST}},
        ["hyperparameter-list"],
    ),
    (
        "list named otherwise",
        {
            "given": [("m.k", "p")],
            "files": {"params.yaml": {"m": {"k": [1]}}},
            "params": {"p": LIST},
        },
        ["hyperparameter-list"],
    ),
    (
        "no param beside",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1], "z": 1}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-sibling"],
    ),
    (
        "no param beside, from another file",
        {
            "given": [("f.yaml:m.k", "k")],
            "files": {"f.yaml": {"m": {"k": [1]}}, "params.yaml": {"m": {"z": 1}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-sibling"],
    ),
    (
        "no param beside, from dvc.yaml",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1]}}},
            "params": {"k": LIST},
            "top_vars": ({"m": {"z": 1}},),
        },
        ["hyperparameter-sibling"],
    ),
    (
        "fed otherwise",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1], "z": 1}}},
            "params": {"k": LIST, "z": INT},
            "paths": (PathDirective("in", "x", "z"),),
        },
        ["hyperparameter-sibling-fed"],
    ),
    (
        "not a list",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1]}}},
            "params": {"k": INT},
        },
        ["hyperparameter-list-type"],
    ),
    (
        "empty list",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": []}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "dash in the list",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": ["-a"]}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "dash beside it",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1], "z": "-a"}}},
            "params": {"k": LIST, "z": ParamType()},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "quote in the list",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": ["it's"]}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "line break in the list",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": ["a\nb"]}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "mapping beside it",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1], "z": {"a": 1}}}},
            "params": {"k": LIST, "z": INT},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "list of lists",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [[1]]}}},
            "params": {"k": LIST},
        },
        ["hyperparameter-unpacked"],
    ),
    (
        "appending",
        {
            "given": [("m.k", "k")],
            "files": {"params.yaml": {"m": {"k": [1]}}},
            "params": {"k": LIST},
            "parsing": {"list": "append"},
        },
        ["hyperparameter-append"],
    ),
]


@pytest.mark.parametrize(
    ("given", "expected"), [(g, e) for _, g, e in CASES], ids=[n for n, _, _ in CASES]
)
def test_each_condition(given: dict[str, Any], expected: list[str]) -> None:
    found = plan(**given)
    assert [problem.code for problem in found.problems] == expected
    assert all(problem.message and problem.hint for problem in found.problems)


def test_a_list_is_passed_by_its_parent_once() -> None:
    data = {"m": {"n": {"k": [1, 2], "j": ["a"], "z": -3}}}
    found = plan(
        [("m.n.k", "k"), ("m.n.j", "j"), ("m.n.z", "z")],
        {"params.yaml": data},
        {"k": LIST, "j": LIST, "z": INT},
    )
    assert found.problems == []
    assert found.arguments == ["${m.n}"]
    assert found.params == ["m.n.k", "m.n.j", "m.n.z"]
    assert sorted(found.fed) == ["j", "k", "z"]
    assert not found.boolean_optional


def test_a_value_beside_a_list_may_feed_another_param_too() -> None:
    found = plan(
        [("m.k", "k"), ("m.z", "other")],
        {"params.yaml": {"m": {"k": [1], "z": 2}}},
        {"k": LIST, "z": INT, "other": INT},
    )
    assert found.arguments == ["${m}", "--other='${m.z}'"]


def test_a_truth_value_beside_a_list_needs_dvc_s_option() -> None:
    found = plan(
        [("m.k", "k")], {"params.yaml": {"m": {"k": [1], "z": False}}}, {"k": LIST, "z": BOOL}
    )
    assert found.boolean_optional


@pytest.mark.parametrize(
    ("top_vars", "expected"),
    [
        ((), ["f.yaml:k"]),
        (("f.yaml",), []),
        (("f.yaml:k",), []),
        (("f.yaml:j",), ["f.yaml:k"]),
        (("g.yaml",), ["f.yaml:k"]),
    ],
)
def test_vars_of_the_file_are_not_loaded_twice(
    top_vars: tuple[object, ...], expected: list[str]
) -> None:
    files = {"f.yaml": {"k": {"x": 1}, "j": 1}}
    found = plan([("f.yaml:k.x", "p")], files, top_vars=top_vars)
    assert (found.problems, found.vars, found.params) == ([], expected, [{"f.yaml": ["k.x"]}])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("x ${m}", True),
        (["a", "x ${m}"], True),
        ("x ${ m }", True),
        ("x ${l[0]}", True),
        ("x ${m.a}", False),
        ("x \\${m}", False),
        ("x ${missing}", False),
        (None, False),
    ],
)
def test_a_command_that_unpacks_a_mapping_is_known(command: object, expected: bool) -> None:
    assert bool(hyperparameter.unpacked(command, {"m": {"a": 1}, "l": [{"b": 1}]})) is expected


STAGES = "stages:\n  own: {cmd: 'x ${m}'}\n"


@pytest.mark.parametrize(
    ("text", "parsing", "needed", "against"),
    [
        (STAGES, {}, True, []),
        (STAGES, {"bool": "store_true"}, True, []),
        (STAGES, {"bool": "boolean_optional"}, False, []),
        (STAGES.replace("${m}", "${n}"), {}, False, []),
        (STAGES.replace("${m}", "${m.flag}"), {}, False, []),
        (STAGES + "  hand: {cmd: 'y ${n}'}\n", {}, True, ["hand"]),
        (STAGES + "  hand: {cmd: 'y ${n.z}'}\n", {}, True, []),
        (STAGES + "  hand:\n    foreach: [1]\n    do: {cmd: 'y ${n}'}\n", {}, True, ["hand"]),
        ("stages:\n  hand: {cmd: 'y ${m}'}\n", {}, False, []),
    ],
)
def test_dvc_s_option_is_changed_only_where_no_other_stage_unpacks(
    text: str, parsing: dict[str, str], needed: bool, against: list[str]
) -> None:
    data = {"m": {"l": [1], "flag": False}, "n": {"z": 1}}
    found, problems = hyperparameter.boolean_optional(
        DvcYaml(text), {"own"}, {"params.yaml": data}.get, parsing
    )
    assert found is needed
    assert [problem.args["other"] for problem in problems] == against
    assert all(problem.place.line == 2 and problem.message for problem in problems)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"k": "fine", "m": {"l": [1]}}, []),
        ({"k": "it's", "m": {"l": [1]}}, ["k"]),
        ({"k": "a\nb", "m": {"l": [1], "z": "-x"}}, ["k", "m.z"]),
        ({"k": 1, "m": {"l": []}}, ["m.l"]),
        ({}, []),
    ],
)
def test_values_are_checked_again_before_a_run(data: dict[str, Any], expected: list[str]) -> None:
    file = DvcYaml(
        "stages:\n  own:\n    cmd: \"x --k='${k}' ${m}\"\n    meta: {jupyterlab-dvc: {sha256: a}}\n"
        "  hand: {cmd: 'x ${k}'}\n"
    )
    found = hyperparameter.check_values(file, {"params.yaml": data}.get)
    assert [problem.args["key"] for problem in found] == expected
    assert all((p.place.line, p.args["stage"]) == (2, "own") and p.message for p in found)
    assert hyperparameter.check_values(file, {"params.yaml": data}.get, ["hand"]) == []
