"""A script behaves as its notebook did: both are run, by IPython and by Python, and compared."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .corpus.cases import CASES
from .corpus.running import VALUES, IPython, Outcome, convert, run_script


@pytest.fixture(scope="session")
def ipython() -> Iterator[IPython]:
    with IPython() as warm:
        yield warm


def both(cells: list[str], ipython: IPython, folder: Path) -> tuple[Outcome, Outcome]:
    places = [folder / name for name in ("ours", "theirs", "ours-aside", "theirs-aside")]
    for place in places:
        place.mkdir()
    _, made = convert(cells, places[0])
    return run_script(made, places[0], places[2]), ipython.run(cells, places[1], places[3])


@pytest.mark.skipif(sys.platform == "win32", reason="the cells call a POSIX shell")
@pytest.mark.parametrize("name", CASES)
def test_a_script_does_what_its_notebook_did(name: str, ipython: IPython, tmp_path: Path) -> None:
    ours, theirs = both([*CASES[name], VALUES], ipython, tmp_path)
    assert ours == theirs


def test_the_corpus_has_sixty_notebooks() -> None:
    assert len(CASES) >= 60
