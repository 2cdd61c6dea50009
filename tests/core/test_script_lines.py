"""Every line of a script is traced to its cell and line."""

from __future__ import annotations

import runpy
import traceback
from pathlib import Path

import pytest

from jupyterlab_dvc import script

from .corpus.cases import CASES
from .corpus.running import convert


@pytest.mark.parametrize("name", CASES)
def test_each_line_of_a_cell_is_found_again(name: str, tmp_path: Path) -> None:
    """Lines that a cell and its script share are the very lines that the map names."""
    cells = CASES[name]
    _, made = convert(cells, tmp_path)
    lines = made.text.split("\n")
    assert len(made.lines) == len(lines) - 1
    last = (0, 0)
    for text, origin in zip(lines, made.lines, strict=False):
        if origin is None:
            continue
        assert origin > last
        last = origin
        source = cells[origin[0] - 1].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        original = source[origin[1] - 1]
        if "_mlvtools_" not in text and original.lstrip()[:1] not in (">", "%", ",", ";", "/"):
            code = text.strip()
            assert (
                code.startswith(("pass", "exec(", "'", '"'))
                or code.rstrip("\\").rstrip() in original
            )


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["x = 1", "# c\n\n1 / 0"], (2, 3)),
        (["%load_ext a\n\n!true\n1 / 0"], (1, 4)),
        (["s = '''\n\n#\n'''; 1 / 0"], (1, 4)),
        (["x = [\n# c\n\n1 / 0]"], (1, 4)),
        (["def f():\n    # c\n    return 1 / 0", "f()"], (1, 3)),
        (["from __future__ import (annotations,\n  division); 1 / 0"], (1, 2)),
        (["from __future__ import annotations\n\nglobal x\n1 / 0"], (1, 4)),
        (["%%time\n\n1 / 0"], (1, 3)),
        (["x = 1 + \\\n  2 \\\n# c\n1 / 0"], (1, 4)),
        (["", "# c", "y = 1\r\n\r\n1 / 0"], (3, 3)),
    ],
)
def test_a_traceback_leads_to_the_cell(
    cells: list[str], expected: tuple[int, int], awaited: bool, tmp_path: Path
) -> None:
    if awaited:
        cells = [*cells, "import asyncio\nawait asyncio.sleep(0)"]
    _, made = convert(cells, tmp_path)
    path = tmp_path / "mlvtools_case.py"
    path.write_text(made.text, encoding="utf-8")
    with pytest.raises(ZeroDivisionError) as raised:
        runpy.run_path(str(path), {"_mlvtools_given": {}}, "__main__")
    frames = [f for f in traceback.extract_tb(raised.tb) if f.filename == str(path)]
    line = frames[-1].lineno
    assert line is not None and script.origin(made, line) == expected
