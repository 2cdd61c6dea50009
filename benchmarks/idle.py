"""An open notebook that nobody touches: requests, processor's time and processes.

Two servers and two pages: JupyterLab with the extension and JupyterLab alone. Both stand open all
the time, while the processor's time of the one and of the other is taken in turns, a minute each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import processes
from .lab import Lab, lab, launcher, new_page, open_notebook
from .pipeline import Pipeline
from .row import Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MINUTES = 12.5
_ROUNDS = 5
_SECONDS = 60.0
_SETTLES = 75.0
"""What is kept warm is gone after a minute."""
_PEER = "JupyterLab alone"


class _Watched:
    """A server, a browser with one page, and what they did in the minutes that counted."""

    def __init__(self, server: Lab, page: Page, browser_pid: int) -> None:
        self.server = server
        self.page = page
        self.pids = (server.pid, browser_pid)
        self.requests: Counter[str] = Counter()
        self.percent: list[float] = []
        page.on("request", self._on_request)

    def minute(self) -> None:
        cpu, start = processes.cpu_seconds(self.pids), time.monotonic()
        self.page.wait_for_timeout(_SECONDS * 1000)
        spent = processes.cpu_seconds(self.pids) - cpu
        self.percent.append(100 * spent / (time.monotonic() - start))

    def _on_request(self, request: Any) -> None:
        self.requests[f"{request.method} {urlsplit(request.url).path}"] += 1


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        root = Path(folder)
        launch = stack.enter_context(launcher())
        ours = _open(stack, launch, root / "ours", is_plain=False)
        peer = _open(stack, launch, root / "peer", is_plain=True)
        ours.page.wait_for_timeout(_SETTLES * 1000)
        here = len(processes.family(ours.server.pid))
        there = len(processes.family(peer.server.pid))
        for one in (ours, peer):
            one.requests.clear()
        for _ in range(_ROUNDS):
            ours.minute()
            peer.minute()
        if others := ours.requests - peer.requests:
            print(f"more requests than {_PEER} makes: {dict(others)}", file=sys.stderr)
    work = "idle, a notebook open"
    cpu = median(ours.percent), median(peer.percent)
    yield Row(f"{work}, server and page", cpu[0], _PEER, cpu[1], 0.5, "excess", "%")
    # JupyterLab's own come every ten seconds or so: where the time begins makes one more or less.
    more = sum(
        count if "jupyterlab-dvc" in what else max(count - peer.requests[what] - 1, 0)
        for what, count in ours.requests.items()
    )
    yield Row(f"{work}, requests more", more, _PEER, 0, 0, "value", "")
    yield Row(f"{work}, the server's processes", here, _PEER, there, 0, "excess", "")


def _open(
    stack: ExitStack, launch: Callable[[], Browser], folder: Path, *, is_plain: bool
) -> _Watched:
    pipeline = Pipeline(folder / "root").create([""])
    server = stack.enter_context(lab(pipeline.root, folder / "lab", is_plain=is_plain))
    before = set(processes.browsers())
    page = new_page(launch())
    (pid,) = set(processes.browsers()) - before
    if is_plain:
        page.goto(server.address(pipeline.path(1)))
        page.locator(".jp-Notebook .cm-content").first.wait_for()
    else:
        open_notebook(page, server, pipeline.path(1))
    # Its kernel is there.
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()
    return _Watched(server, page, pid)
