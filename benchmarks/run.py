"""A click on Run: until the stage prints, and until the pipeline is done."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from . import shell
from .lab import (
    RUN_IS_DONE,
    chromium,
    click,
    forget_runs,
    in_log,
    lab,
    new_page,
    open_notebook,
    wait_for_state,
)
from .pipeline import Pipeline
from .row import Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MINUTES = 3
_ROUNDS = 5
_FIRST_ROUNDS = 3
_STAGES = 5
_LAST = _STAGES


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        pipeline = Pipeline(root / "five").create([""] * _STAGES)
        pipeline.run("dvc", "repro", "-q")
        first = []
        for number in range(_FIRST_ROUNDS):
            text = pipeline.feed(_LAST, f"first {number}")
            with lab(pipeline.root, root / f"lab_{number}") as server:
                page = new_page(browser)
                open_notebook(page, server, pipeline.path(_LAST))
                first.append(click(page, "Run step", in_log(text)))
                page.context.close()
        ours, peers = [], []
        with lab(pipeline.root, root / "lab_warm") as server:
            page = new_page(browser)
            open_notebook(page, server, pipeline.path(_LAST))
            for number in range(_ROUNDS + 1):
                text = pipeline.feed(_LAST, f"ours {number}")
                wait_for_state(page, "Stale")
                ours.append(click(page, "Run step", in_log(text)))
                wait_for_state(page, "Up to date")
                text = pipeline.feed(_LAST, f"theirs {number}")
                words = ("repro", "-s", pipeline.stage(_LAST))
                peers.append(shell.dvc(pipeline.folder, words, text).text)
            page.context.close()
        work, peer = "Run step → first line, five stages", median(peers[1:])
        yield Row(f"{work}, warm", median(ours[1:]), "dvc repro -s", peer, 0.6)
        yield Row(f"{work}, first after opening", median(first), "dvc repro -s", peer, 1.2)
        yield from _whole(root, browser)


def _whole(root: Path, browser: Browser) -> Iterator[Row]:
    pipeline = Pipeline(root / "three").create([""] * 3)
    ours, peers = [], []
    with lab(pipeline.root, root / "lab_three") as server:
        page = new_page(browser)
        open_notebook(page, server, pipeline.path(3))
        for round_number in range(_ROUNDS + 1):
            for number in (1, 2, 3):
                pipeline.feed(number, f"ours {round_number}")
            wait_for_state(page, "Stale")
            forget_runs(page)
            ours.append(click(page, "Run pipeline", RUN_IS_DONE))
            wait_for_state(page, "Up to date")
            for number in (1, 2, 3):
                pipeline.feed(number, f"theirs {round_number}")
            peers.append(shell.dvc(pipeline.folder, ["repro"], "").end)
        page.context.close()
    work = "Run pipeline → all done, three trivial notebooks"
    yield Row(work, median(ours[1:]), "dvc repro", median(peers[1:]), 1.15)
