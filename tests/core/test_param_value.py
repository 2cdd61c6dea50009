"""Whether a value of a params file is one that the param takes, as DVC passes it."""

from __future__ import annotations

import pytest

from jupyterlab_dvc import parameter

from .test_hyperparameter import LIST, codes, plan


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("int", 3, True),
        ("int", "3", True),
        ("int", 3.0, False),
        ("int", True, False),
        ("int", None, False),
        ("int?", None, True),
        ("int", "many", False),
        ("int", "9" * 5000, False),
        ("float", 3, True),
        ("float", "1e-5", True),
        ("float", float("-inf"), True),
        ("float", "x", False),
        ("bool", True, True),
        ("bool", "False", True),
        ("bool", 1, False),
        ("bool", "yes", False),
        ("str", 3, True),
        ("", None, True),
        ("Path", "a b", True),
        ("Literal['a', 2, True]", "a", True),
        ("Literal['a', 2, True]", 2, True),
        ("Literal['a', 2, True]", "b", False),
        # DVC writes `true`, and the script's choice is `True`.
        ("Literal['a', 2, True]", True, False),
        ("Literal['a', None]", None, True),
        ("list[int]", 3, True),
        ("list[int]", "x", False),
    ],
)
def test_a_value_that_the_param_doesnt_take_is_said(kind: str, value: object, fits: bool) -> None:
    found = plan([("k", "p")], {"params.yaml": {"k": value}}, {"p": parameter.parse_type(kind)})
    assert found.arguments == ["--p='${k}'"]
    assert codes(found) == ([] if fits else [("hyperparameter-type", 1)])
    assert all(p.severity == "warning" and "params.yaml" in p.message for p in found.problems)
    # A value that isn't passed is nothing to the param.
    assert plan([("k", None)], {"params.yaml": {"k": value}}).problems == []


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("list", [1, "a", None], True),
        ("list[int]", [1, -2], True),
        ("list[int]", [1, "a"], False),
        ("list[int]", [1.0], False),
        ("list[int]", 3, True),
        ("list[bool]", [True, False], True),
        ("list[int]?", [None], True),
        ("list[int]?", [1, None], False),
        ("bool", True, True),
        ("str", True, False),
        ("Literal['true']", True, False),
        ("int?", None, True),
        ("int", None, False),
    ],
)
def test_a_value_passed_with_its_mapping_has_to_be_of_its_type(
    kind: str, value: object, fits: bool
) -> None:
    found = plan(
        [("m.k", "k"), ("m.z", "z")],
        {"params.yaml": {"m": {"k": [1], "z": value}}},
        {"k": LIST, "z": parameter.parse_type(kind)},
    )
    assert found.arguments == ["${m}"]
    assert codes(found) == ([] if fits else [("hyperparameter-type", 2)])
