"""Consistency of a script with its notebook: what counts, and where a difference is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_dvc import check, script
from jupyterlab_dvc.errors import Refused

from .corpus.cases import CASES
from .corpus.running import convert

CELLS = ['"""Doc.\n\n:param int size: s\n"""\nsize = 3', "x = size\n\nif x:\n    y = 2", "print(x)"]


def differences(cells: list[str], text: str | bytes) -> list[tuple[str, str | None, int | None]]:
    made, _ = convert(cells, Path("/nonexistent"))
    data = text.encode() if isinstance(text, str) else text
    return [(p.code, p.place.path, p.place.line) for p in check.differences(made, data, "s.py")]


def generated(cells: list[str]) -> str:
    return convert(cells, Path("/nonexistent"))[1].text


@pytest.mark.parametrize("name", CASES)
def test_a_script_is_consistent_with_its_notebook(name: str) -> None:
    assert differences(CASES[name], generated(CASES[name])) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = size", "x = (size)  # comment"),
        ("    print(x)", "\n\n    print(\n        x,\n    )"),
        ("\n", "\r\n"),
        ("# Generated from", "# Made from"),
        ("Doc.\n", "Doc.   \n"),
        ("#!", "\ufeff#!"),
    ],
)
def test_looks_dont_count(old: str, new: str) -> None:
    assert differences(CELLS, generated(CELLS).replace(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("y = 2", "y = 3", "differs-code", "if x:"),
        ("print(x)", "print(x, 1)", "differs-code", "print(x, 1)"),
        ("    print(x)\n", "", "differs-less", None),
        ("print(x)\n", "print(x)\n    print(y)\n", "differs-more", "print(y)"),
        ("Doc.\n", "Docs.\n", "differs-docstring", '"""Docs.'),
        ("type=int", "type=float", "differs-params", "def _mlvtools_parameters"),
        ("_case(size)", "_case(size, more=1)", "differs-params", "more=1"),
        ("\nif __name__", "\nimport json\n\nif __name__", "differs-more", "import json"),
        ("    print(x)\n", "    print(x)\nprint(1)\n", "differs-more", "print(1)"),
    ],
)
def test_a_difference_is_found_and_placed(old: str, new: str, code: str, at: str | None) -> None:
    plain = generated(CELLS)
    changed = plain.replace(old, new)
    assert changed != plain
    [(found, path, line)] = differences(CELLS, changed)
    assert found == code
    if code == "differs-less":
        assert (path, line) == ("case.ipynb", 1)
    elif at is not None:
        assert path == "s.py" and line is not None
        assert at in changed.split("\n")[line - 1]


OLDER = '''#!/usr/bin/env python3
# Generated from case.ipynb
from typing import List
import argparse


def mlvtools_case(size: int):
    """Doc.

    :param int size: s
    """
    x = size
    if x:
        y = {}

    print(x)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description='Command for script')
    args = parser.parse_args()
    mlvtools_case(args.size)
'''


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OLDER.format(2), None),
        (OLDER.format(3), "differs-code"),
        (OLDER.format(2).replace("(size: int)", "()"), "differs-params"),
        (OLDER.format(2).replace("Doc.", "Docs."), "differs-docstring"),
    ],
)
def test_scripts_of_the_older_shape_are_compared(text: str, code: str | None) -> None:
    assert [found for found, _, _ in differences(CELLS, text)] == ([code] if code else [])


STEP = ['"""Doc.\n\n:dvc-in: a\n"""\nx = 1', 'def f():\n  """f\n  g"""\n  return x']
OLDER_STEP = '''# Generated from case.ipynb
import argparse


def mlvtools_case():
    """Doc.

    :dvc-in: a
    """
    """Doc.

    :dvc-in: {}
    """
    x = 1

    def f():
        """f
      g"""
        return x
'''


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OLDER_STEP.format("a"), None),
        (OLDER_STEP.format("b"), "differs-code"),
        (OLDER_STEP.format("a").replace("x = 1", "x = 2"), "differs-code"),
        (OLDER_STEP.format("a").replace("      g", "      h"), "differs-code"),
    ],
)
def test_an_older_script_repeats_the_docstring_where_no_param_is(
    text: str, code: str | None
) -> None:
    assert [found for found, _, _ in differences(STEP, text)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "line"), [("x = 1\ny = (", 2), (b"x = 1\n\xff", 2), ("x = 1", None)]
)
def test_what_is_no_script_is_refused(text: str | bytes, line: int | None) -> None:
    with pytest.raises(Refused) as refused:
        differences(CELLS, text)
    assert refused.value.problems[0].place == ("s.py", None, line, None)


def test_a_script_of_another_notebook_differs() -> None:
    assert script.is_unedited(generated(CELLS))
    assert differences(CELLS, generated([*CELLS[:2], "print(y)"])) != []
