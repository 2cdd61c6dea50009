"""Names made from a notebook's file name."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_dvc.naming import function_name, identifier, script_file


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("train", "train"),
        ("My Step", "my_step"),
        ("1 - Split  data", "1_split_data"),
        ("a-b.c", "a_b_c"),
        ("Übung", "übung"),
        (unicodedata.normalize("NFD", "Übung"), "übung"),
        ("x²", "x_"),
        ("ﬁn", "_n"),
        ("$(touch pwned)", "_touch_pwned_"),
        ("a'b\"c;d\ne", "a_b_c_d_e"),
        ("-n", "_n"),
        ("日本", "日本"),
        ("", ""),
        ("İ", "i\u0307"),
    ],
)
def test_a_name(stem: str, expected: str) -> None:
    assert identifier(stem) == expected
    assert script_file(Path("folder") / f"{stem}.ipynb".replace("/", "")).endswith(".py")


def test_a_scripts_file() -> None:
    assert script_file(Path("a.b/My Step.v2.ipynb")) == "mlvtools_my_step_v2.py"


@settings(max_examples=200, derandomize=True)
@given(st.text())
def test_any_name_gives_a_function_that_python_keeps_as_it_is(stem: str) -> None:
    name = function_name(stem)
    assert name.isidentifier()
    assert unicodedata.normalize("NFKC", name) == name
