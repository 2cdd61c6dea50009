"""Offsets of a browser's strings and indices of Python's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc.utf16 import Units
from tests.core.strategies import fuzzed


@pytest.mark.parametrize(
    ("text", "index", "offset"),
    [
        ("", 0, 0),
        ("abc", 2, 2),
        ("äß中c", 3, 3),
        ("🙂", 0, 0),
        ("🙂", 1, 2),
        ("a🙂b🙂c", 1, 1),
        ("a🙂b🙂c", 2, 3),
        ("a🙂b🙂c", 4, 6),
        ("a🙂b🙂c", 5, 7),
    ],
)
def test_an_index_has_one_offset(text: str, index: int, offset: int) -> None:
    assert Units(text).of(index) == offset
    assert Units(text).index(offset) == index


@pytest.mark.parametrize(
    ("text", "offset", "index"),
    [("a🙂b", 2, 1), ("🙂🙂", 1, 0), ("🙂🙂", 3, 1), ("a", 9, 1), ("a", -1, 0)],
)
def test_an_offset_that_is_no_place_of_a_character(text: str, offset: int, index: int) -> None:
    assert Units(text).index(offset) == index


@fuzzed
@given(st.text("aä中🙂\U0001d4b3", max_size=12))
def test_offsets_are_those_of_utf_16(text: str) -> None:
    units = Units(text)
    for index in range(len(text) + 1):
        offset = len(text[:index].encode("utf-16-le")) // 2
        assert units.of(index) == offset
        assert units.index(offset) == index
