"""Typing with the panel in sight: until it shows that, and a key in a large notebook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from .lab import DRAWN, Lab, chromium, lab, new_page
from .pipeline import Pipeline, write_notebook
from .row import Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MINUTES = 2
_ROUNDS = 30
_CELLS = 1_000
_TURNS = 8
_KEYS = 25
# About as fast as a person types: what waits for a pause gets one now and then.
_PAUSE = 150
_FIRST = '''\
"""Makes a table.

:param Path source: where it comes from
:param int size: how many rows
:param float share: of all
:param Path result: where it goes
:dvc-in source: ./data/feed.txt
:dvc-in: ./data/names
:dvc-out result: ./data/table.csv
:dvc-desc: Makes a table
"""
'''
_CELL = """\
# step {0}
total_{0} = sum(range({0}))
print(total_{0})
"""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        # Of its own each: two pages of one file would hear of each other's saves.
        pipeline, other = (Pipeline(root / name).create([""]) for name in ("root", "other"))
        write_notebook(pipeline.folder / "small.ipynb", [_FIRST, "print(size)"])
        cells = [_FIRST, *(_CELL.format(number) for number in range(1, _CELLS))]
        for one in (pipeline, other):
            write_notebook(one.folder / "large.ipynb", cells)
        with lab(pipeline.root, root / "lab") as server:
            seconds = _shown(browser, server, f"{pipeline.name}/small.ipynb")
            yield Row("a key in the docstring → the panel", median(seconds), "", None, 0.3, "value")
            with lab(other.root, root / "plain", is_plain=True) as plain:
                ours, peers = _keys(browser, server, plain, f"{pipeline.name}/large.ipynb")
    work = f"a key in a notebook of {_CELLS:,} cells"
    yield Row(work, median(ours), "without the extension", median(peers), 1.1)


def _open(browser: Browser, server: Lab, path: str, cell: int, before: str) -> Page:
    """A page with the sidebar that the panel is in, and the cursor before a text of a cell."""
    page = new_page(browser)
    page.goto(server.address(path))
    page.locator(".jp-Notebook .cm-content").first.wait_for()
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.get_by_role("tab", name="Property Inspector").click()
    page.locator(".jp-NotebookTools").wait_for()
    page.wait_for_load_state("networkidle")
    line = page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".cm-line", has_text=before)
    line.first.click()
    page.keyboard.press("End")
    return page


_SHOWN = """text => new Promise((resolve, reject) => {
    setTimeout(() => { reject(new Error(`The panel never showed ${text}`)); }, 60_000);
    let start = null;
    document.addEventListener('keydown', event => { start = event.timeStamp; },
        {capture: true, once: true});
    const panel = document.querySelector('.jp-DVCPanel');
    const observer = new MutationObserver(() => {
        if (start !== null && panel.textContent.includes(text)) {
            observer.disconnect();
            (DRAWN)(() => { resolve(performance.now() - start); });
        }
    });
    observer.observe(panel, {characterData: true, childList: true, subtree: true});
})""".replace("DRAWN", DRAWN)


def _shown(browser: Browser, server: Lab, path: str) -> list[float]:
    """The seconds from keys at the end of an output's path until the panel has drawn it."""
    page = _open(browser, server, path, 0, ":dvc-out")
    name = "./data/table.csv"
    page.locator(".jp-DVCPanel").get_by_text(name).first.wait_for()
    seconds = []
    for number in range(_ROUNDS):
        key = "abcdefghij"[number % 10]
        name += key
        page.evaluate("([look, text]) => { window.shown = eval(look)(text); }", [_SHOWN, name])
        page.keyboard.press(key)
        milliseconds: float = page.evaluate("window.shown")
        seconds.append(milliseconds / 1000)
    page.context.close()
    return seconds


_TIMED = """() => {
    window.taken = [];
    document.addEventListener('keydown', event => {
        const start = event.timeStamp;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { window.taken.push(performance.now() - start); };
            port2.postMessage(null);
        });
    }, {capture: true});
}"""


def _keys(browser: Browser, server: Lab, plain: Lab, path: str) -> tuple[list[float], list[float]]:
    """The seconds from each key until it is drawn, with and without us, by turns."""
    pages = [_open(browser, one, path, 1, "# step 1") for one in (server, plain)]
    pages[0].locator(".jp-DVCPanel").get_by_text("./data/table.csv").first.wait_for()
    for page in pages:
        page.evaluate(_TIMED)
    for _ in range(_TURNS):
        for page in pages:
            page.bring_to_front()
            for _ in range(_KEYS):
                page.keyboard.press("x")
                page.wait_for_timeout(_PAUSE)
    taken = []
    for page in pages:
        milliseconds: list[float] = page.evaluate("window.taken")
        assert len(milliseconds) == _TURNS * _KEYS, "a key was not seen"
        # The first turn warms up.
        taken.append([one / 1000 for one in milliseconds[_KEYS:]])
        page.context.close()
    return taken[0], taken[1]
