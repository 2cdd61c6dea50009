"""The page judges values as they are typed: by the same table as the server does."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from jupyterlab_dvc import param_value, parameter, typed_value
from jupyterlab_dvc.model import Parameter
from jupyterlab_dvc.server import params

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "values.json").read_text(encoding="utf-8"))
PLAIN = json.loads((HERE / "plain_values.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['type']} {row['text']!a}")
def test_a_value_is_judged_as_in_the_page(row: dict[str, str | None]) -> None:
    type_name, text = str(row["type"]), str(row["text"])
    typed = Parameter(name="depth", type=parameter.parse_type(type_name), text="")
    code: str | None
    if param_value.unfit(text):
        code = "run-value"
    else:
        code = None if params._is_of(text, typed) else "run-value-type"
    assert code == row["code"]


@pytest.mark.parametrize(
    "row", [row for row in PLAIN if row["value"] is not None], ids=lambda row: ascii(row["source"])
)
def test_a_value_of_a_new_step_is_the_same_in_python_and_in_the_params_file(
    row: dict[str, str],
) -> None:
    value = ast.literal_eval(row["source"].strip())
    if isinstance(value, str):
        assert row["value"] == value
    else:
        expected = list(value) if isinstance(value, tuple) else value
        found = typed_value.parse(row["value"], None)
        assert (found, type(found) is bool) == (expected, type(expected) is bool)
