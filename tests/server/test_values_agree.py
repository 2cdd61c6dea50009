"""The page judges values as they are typed: by the same table as the server does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyterlab_dvc import param_value, parameter
from jupyterlab_dvc.model import Parameter
from jupyterlab_dvc.server import params

TABLE = json.loads((Path(__file__).parent / "values.json").read_text(encoding="utf-8"))


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
