"""The literals that a cell binds names to."""

from __future__ import annotations

import pytest

from jupyterlab_dvc import bindings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", [("x", "int", 1, "1")]),
        ("x = -1.5", [("x", "float", -1.5, "-1.5")]),
        ("x: float = 1e-5", [("x", "float", 1e-5, "1e-5")]),
        ("x = True", [("x", "bool", True, "True")]),
        ("x = None", [("x", "None", None, "None")]),
        ("x = 'a' 'b'", [("x", "str", "ab", "'a' 'b'")]),
        ("é = 'ß'; y = 2", [("é", "str", "ß", "'ß'"), ("y", "int", 2, "2")]),
        ("x = [1,\n  2]", [("x", "list", [1, 2], "[1,\n  2]")]),
        ("x = Path('a')", [("x", "Path", "a", "Path('a')")]),
        ("x = pathlib.Path('a')", [("x", "Path", "a", "pathlib.Path('a')")]),
        ("x = Path('a', 'b')", []),
        ("x = Path(y)", []),
        ("x = f'{y}'", []),
        ("x = y = 1", []),
        ("x, y = 1, 2", []),
        ("x.y = 1", []),
        ("x += 1", []),
        ("x: int", []),
        ("x = {}", []),
        ("x = (1, 2)", []),
        ("x = [y]", []),
        ("x = 1j", []),
        ("if y:\n    x = 1", []),
        ("def f():\n    x = 1", []),
        ("x = (", []),
    ],
)
def test_literals(source: str, expected: list[tuple[str, str, object, str]]) -> None:
    assert [(b.name, b.type, b.value, b.source) for b in bindings.of(source)] == expected


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("x = 1", True),
        ("x = 1  # why", True),
        ("x = 'é'  # why", True),
        ("x = [1,\n 2]  # why", True),
        ("x = 1;", False),
        ("x = 1; y()", False),
        ("y(); x = 1", False),
        ("y(\n); x = 1", False),
        ("y()\nx = 1\nz()", True),
    ],
)
def test_a_statement_that_has_its_lines_for_itself(source: str, alone: bool) -> None:
    (found,) = bindings.of(source)
    assert found.alone is alone


def test_the_lines_of_a_statement() -> None:
    (found,) = bindings.of("\n# c\nx = [\n 1,\n]\n")
    assert (found.line, found.last) == (3, 5)


def test_the_comment_behind_a_statement() -> None:
    source = "x = '#'  # why é\ny = [1,\n 2] # two\nz = 3 # a; z = 4\nw = 1; v = 2 # no"
    assert [one.comment for one in bindings.of(source)] == ["why é", "two", "a; z = 4", "", ""]
