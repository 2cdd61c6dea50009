"""Every code that the product uses has its sentence, and every sentence is used and whole."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyterlab_dvc
from jupyterlab_dvc.messages import MESSAGES

PACKAGE = Path(jupyterlab_dvc.__file__).parent
SOURCES = [path for path in PACKAGE.rglob("*.py") if path.parent.name != "messages"]


def called(function: ast.expr) -> str:
    """The name of what makes a problem; a logger's methods are none of it."""
    if isinstance(function, ast.Attribute):
        return function.attr if function.attr != "warning" else ""
    return getattr(function, "id", "")


def uses() -> Iterator[tuple[str, str]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and called(node.func) in ("Problem", "of", "warning")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                yield node.args[0].value, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_each_code_in_use_has_a_sentence() -> None:
    assert [(code, where) for code, where in uses() if code not in MESSAGES] == []


def test_no_sentence_is_left_over() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [code for code in MESSAGES if f'"{code}"' not in text] == []


@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_is_whole(code: str) -> None:
    message = MESSAGES[code]
    assert "\n" not in message.text + message.hint
    assert message.text == message.text.strip() != ""
    assert message.text[-1] in ".:}`" or message.hint == ""
