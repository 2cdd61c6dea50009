"""The notebooks of the dummy pipeline as they are committed."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.scenarios.project import ROOT

NOTEBOOKS = sorted((ROOT / "examples" / "dummy" / "notebooks").glob("*.ipynb"))


def test_there_are_five() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_are_valid_and_without_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert notebook.cells[0].cell_type == "markdown"
    # A newer or older Python than the author's must not show as a change.
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
