"""A click on Preview: until the script of a notebook of a hundred cells is drawn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .lab import chromium, click, lab, new_page, open_notebook
from .pipeline import Pipeline, write_notebook
from .row import Row

MINUTES = 0.5
_ROUNDS = 5
_CELLS = 100
_FIRST = '''\
"""Makes a table.

:dvc-out out: ./data/table.csv
:param str out: Where it goes
"""
'''
_CELL = '''\
# step {0}
def scaled_{0}(values, factor=1):
    """The values, scaled."""
    total = 0
    for value in values:
        total += value * factor  # by the factor
    return total

print(scaled_{0}([1, 2, 3], factor={0}))
'''
# Of a long text the editor draws what is in sight, and the height of the rest.
_IS_DRAWN = """() => [...document.querySelectorAll('.jp-DVCPreview')].some(one => {
    const [script, stages] = one.querySelectorAll('.jp-DVCMerge');
    return one.checkVisibility()
        && script?.textContent.includes('def scaled_1(')
        && stages?.textContent.includes('cmd:');
})"""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        pipeline = Pipeline(root / "root").create([""])
        sources = [_FIRST, *(_CELL.format(number) for number in range(1, _CELLS))]
        write_notebook(pipeline.folder / "hundred.ipynb", sources)
        with lab(pipeline.root, root / "lab") as server:
            page = new_page(browser)
            open_notebook(page, server, f"{pipeline.name}/hundred.ipynb")
            seconds = []
            for _ in range(_ROUNDS + 1):
                seconds.append(click(page, "Preview", _IS_DRAWN))
                # Closed, so that the next one makes its tab anew.
                page.get_by_role("tab", name="Preview: hundred.ipynb").locator(
                    ".jp-icon-hover[data-icon='ui-components:close'], .lm-TabBar-tabCloseIcon"
                ).first.click()
                page.locator(".jp-DVCPreview").wait_for(state="detached")
            page.context.close()
    work = "Preview → drawn, 100 cells"
    yield Row(f"{work}, second time", median(seconds[1:]), "", None, 0.15, "value")
