"""A stage that computes for a minute and prints a gigabyte meanwhile, its log followed by a page.

The server, the run and its stage are pinned to one core together, so that whatever any of them
does is time that the stage doesn't have; the browser is on another, as it is on a machine of its
own. The peer is the same stage under ``dvc repro``, pinned to that core too, with its output going
to a file.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from . import processes
from .lab import chromium, click, in_log, lab, new_page, open_notebook, wait_for_state
from .pipeline import BIN, Pipeline, environment
from .row import Row

if TYPE_CHECKING:
    from playwright.sync_api import Page

MINUTES = 12
_ROUNDS = 5
_SECONDS = 60.0
_BYTES = 1_000_000_000
_PIECES = 6_000
_BLOCK = bytes(4096)
# How long it took is kept beside the project, where DVC doesn't look.
_PRINTS = """
import hashlib, json, os, sys, time

start = time.perf_counter()
line = b"x" * 99 + b"\\n"
piece = line * {lines}
block = bytes({block})
for number in range({pieces}):
    for _ in range({work}):
        hashlib.sha256(block).digest()
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
Path("..", "seconds.json").write_text(json.dumps(time.perf_counter() - start))
"""


def rows() -> Iterator[Row]:
    used = processes.cores()
    stage_core, others = used[-1], used[:-1] or used
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        # Before anything else, the browser among it, is started from here.
        processes.pin([stage_core])()
        work = _work()
        processes.pin(others)()
        code = _PRINTS.format(
            lines=_BYTES // _PIECES // 100, block=len(_BLOCK), pieces=_PIECES, work=work
        )
        pipeline = Pipeline(root / "root").create([code])
        ours, peers, memory, answers = [], [], [], []
        with (
            chromium() as browser,
            lab(pipeline.root, root / "lab", before=processes.pin([stage_core])) as server,
        ):
            page = new_page(browser)
            open_notebook(page, server, pipeline.path(1))
            for number in range(_ROUNDS):
                pipeline.feed(1, f"theirs {number}")
                peers.append(_alone(pipeline, stage_core))
                text = pipeline.feed(1, f"ours {number}")
                wait_for_state(page, "Stale")
                with processes.PeakMemory(server.pid) as peak:
                    click(page, "Run step", in_log(text))
                    answers.append(_answers(page))
                memory.append(peak.growth)
                ours.append(_took(pipeline))
            page.context.close()
        processes.pin(used)()
    what = f"{_BYTES / 1e9:g} GB of log in a minute"
    yield Row(f"{what}, the stage", median(ours), "dvc repro > file", median(peers), 1.05)
    yield Row(f"{what}, server's memory +", median(memory), "", None, 50_000_000, "value", "B")
    yield Row(f"{what}, the page answers", median(answers), "", None, 0.1, "value")


def _work() -> int:
    """How many hashes between two pieces of output make it a minute on this core."""
    start = time.perf_counter()
    for _ in range(100_000):
        hashlib.sha256(_BLOCK).digest()
    return max(int(_SECONDS / _PIECES / ((time.perf_counter() - start) / 100_000)), 1)


def _alone(pipeline: Pipeline, core: int) -> float:
    with open(pipeline.root / "log", "wb") as log:
        subprocess.run(
            [str(BIN / "dvc"), "repro"],
            cwd=pipeline.folder,
            env=environment(),
            stdout=log,
            check=True,
            preexec_fn=processes.pin([core]),
        )
    return _took(pipeline)


def _took(pipeline: Pipeline) -> float:
    path = pipeline.root / "seconds.json"
    seconds: float = json.loads(path.read_text())
    path.unlink()
    return seconds


def _answers(page: Page) -> float:
    """Press keys until the run has ended; the seconds until the slowest was drawn."""
    page.evaluate("""() => {
        window.slowest = 0;
        window.pressed = 0;
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) {
                if (entry.name === 'keydown') {
                    window.slowest = Math.max(window.slowest, entry.duration);
                }
            }
        }).observe({type: 'event', durationThreshold: 16});
        document.addEventListener('keydown', () => { window.pressed += 1; }, {capture: true});
    }""")
    page.locator(".jp-Notebook .cm-content").last.focus()
    is_on = page.locator(".jp-DVCRun.jp-mod-running, .jp-DVCRun.jp-mod-queued")
    while is_on.count():
        page.keyboard.press("x")
        page.keyboard.press("Backspace")
        page.wait_for_timeout(250)
    assert page.locator(".jp-DVCRun.jp-mod-succeeded").is_visible(), "the run failed"
    assert page.evaluate("window.pressed") > 10, "nothing was pressed"
    milliseconds: float = page.evaluate("window.slowest")
    return milliseconds / 1000
