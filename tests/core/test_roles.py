"""What each cell is to the step, and what to take out so that no comment leaves it out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import cellcode, roles, step
from jupyterlab_dvc.model import Cell
from tests.core.strategies import fuzzed

KEYS = ("# No effect", "SKIP")
STEP = '"""\n:param int n: how many\n"""\nn = 3\n'


def cells(*sources: str, tags: tuple[str, ...] = ()) -> list[Cell]:
    """Code cells, the last of which has the tags."""
    return [
        Cell(number, "code", source, tags if number == len(sources) else ())
        for number, source in enumerate(sources, 1)
    ]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["x = 1"], ["step"]),
        (["", "  # only prose\n", STEP, "y"], ["empty", "empty", "metadata", "step"]),
        ([STEP, STEP], ["metadata", "step"]),
        (["x = 1", STEP], ["step", "step"]),
        # Its docstring alone doesn't take the rest of the cell out of the script.
        (['""":dvc-in: a"""\nx = 1'], ["step"]),
        (['""":dvc-in: a"""\n# prose'], ["metadata"]),
        (['"""Prose."""'], ["step"]),
        (['""":param int n: x'], ["step"]),
        # A type that can't be declares a param all the same.
        (['""":param integer n: x"""\nn = 1'], ["metadata"]),
        (['# No effect\n""":dvc-in: a"""\nx = 1'], ["metadata"]),
        (["x = 1  # No effect"], ["no-effect"]),
        (["# No effect\nx = 1", "# SKIP"], ["no-effect", "empty"]),
        (["print('# No effect')"], ["step"]),
        (["%%bash\nls # No effect"], ["no-effect"]),
    ],
)
def test_roles(sources: list[str], expected: list[str]) -> None:
    assert [one.role for one in roles.of(cells(*sources), KEYS)] == expected


def test_by_what_a_cell_is_left_out() -> None:
    (tagged,) = roles.of(cells("x = 1", tags=("no-effect",)), KEYS)
    assert (tagged.role, tagged.by, tagged.comments) == ("no-effect", "tag", ())
    (both,) = roles.of(cells("x = 1  # SKIP", tags=("a", "no-effect")), KEYS)
    assert (both.by, both.comments) == ("tag", ((5, 13),))
    assert [one.by for one in roles.of(cells("x = 1  # SKIP", "y"), KEYS)] == ["comment", None]


def without(source: str) -> str:
    for start, stop in reversed(roles.ignoring_comments(source, KEYS)):
        source = source[:start] + source[stop:]
    return source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1  # No effect", "x = 1"),
        ("x = 1 # No effect\ny = 2", "x = 1\ny = 2"),
        ("# No effect\nx = 1", "x = 1"),
        ("x = 1\n# No effect", "x = 1"),
        ("x = 1\r\n  # No effect\r\ny = 2", "x = 1\r\ny = 2"),
        ("x = 1\r\n# No effect", "x = 1"),
        ("x\n# No effect\n# No effect", "x\n"),
        ("# No effect", ""),
        ("if x:\n    y  # No effect\n    z", "if x:\n    y\n    z"),
        ("# No effect: only plots\nx", "# only plots\nx"),
        ("# No effect - plots", "# plots"),
        ("x  # plots # No effect", "x  # plots"),
        ("x  # plots, SKIP", "x  # plots,"),
        ("# SKIP plots", "# plots"),
        ("x = '# No effect'  # SKIP", "x = '# No effect'"),
        # The first line's indentation and prompts are no part of what is compared.
        ("  x = 1 # No effect\n  y = 2", "  x = 1\n  y = 2"),
        (">>> x = 1 # No effect\n>>> y", ">>> x = 1\n>>> y"),
        ("x = 1", "x = 1"),
        ("🙂 = '🙂' # No effect", "🙂 = '🙂'"),
    ],
)
def test_what_is_taken_out(source: str, expected: str) -> None:
    assert without(source) == expected
    assert not step.is_ignored(Cell(1, "code", without(source)), KEYS)


pieces = st.sampled_from(
    [
        "x = 1",
        "# No effect",
        " # SKIP",
        "\n",
        "\r\n",
        "    ",
        "'''",
        "# why ",
        "é🙂",
        "y(",
        ")",
        "  ",
    ]
)


@fuzzed
@given(st.lists(pieces, max_size=10).map("".join))
def test_a_cell_with_its_comments_taken_out_is_in_the_script_with_the_same_code(
    source: str,
) -> None:
    left = without(source)
    assert not step.is_ignored(Cell(1, "code", left), KEYS)
    before, after = cellcode.read(source), cellcode.read(left)
    if not before.problems:
        texts = [line.text for line in before.lines]
        assert [line.text for line in after.lines] == texts
