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


def test_a_documented_difference_the_source_of_a_function_is_indented(
    ipython: IPython, tmp_path: Path
) -> None:
    cells = [
        "import inspect\ndef double(x):\n    return 2 * x",
        "print(ascii(inspect.getsource(double)))",
    ]
    ours, theirs = both(cells, ipython, tmp_path)
    assert (ours.error, theirs.error) == ("", "")
    assert r"'    def double(x):\n        return 2 * x\n'" in ours.output
    assert r"'def double(x):\n    return 2 * x\n'" in theirs.output


SPAWN = """
import multiprocessing
def double(x):
    print(2 * x, flush=True)
process = multiprocessing.get_context("spawn").Process(target=double, args=[4])
process.start()
process.join()
print("ended with", process.exitcode)
"""


def test_a_documented_difference_spawn_fails_in_both(ipython: IPython, tmp_path: Path) -> None:
    """The new process looks for the function in a module that doesn't have it, and ends."""
    ours, theirs = both([SPAWN], ipython, tmp_path)
    assert (ours.error, theirs.error) == ("", "")
    assert (ours.output, theirs.output) == ("ended with 1\n", "ended with 1\n")
