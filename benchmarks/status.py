"""The server's answers to others while a pipeline runs and its log is followed."""

from __future__ import annotations

import http.client
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from .lab import Lab, chromium, click, in_log, lab, new_page, open_notebook
from .pipeline import Pipeline
from .row import Row

MINUTES = 1
_ROUNDS = 5
_REQUESTS = 100
_PAUSE = 0.05
# Longer than all rounds take, were each answer as late as it may be.
_SECONDS = _ROUNDS * _REQUESTS * (_PAUSE + 0.05) / 3
_PRINTS = f"""
import time

end = time.monotonic() + {_SECONDS}
number = 0
while time.monotonic() < end:
    number += 1
    print("line", number, "of what a stage has to say", flush=True)
    time.sleep(0.005)
"""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        pipeline = Pipeline(root / "root").create([_PRINTS] * 3)
        with lab(pipeline.root, root / "lab") as server:
            page = new_page(browser)
            open_notebook(page, server, pipeline.path(1))
            late: list[float] = []
            asking = threading.Thread(target=lambda: late.extend(_rounds(server)))
            click(page, "Run pipeline", in_log("line 1 "))
            asking.start()
            while asking.is_alive():
                # The page's own messages are taken meanwhile.
                page.wait_for_timeout(200)
            assert page.locator(".jp-DVCRun.jp-mod-running").is_visible(), "it ended too early"
            page.get_by_role("button", name="Stop").click()
            page.locator(".jp-DVCRun.jp-mod-stopped").wait_for()
            page.context.close()
    work = "/api/status while a pipeline runs, 99 of 100"
    yield Row(work, median(late), "", None, 0.05, "value")


def _rounds(server: Lab) -> list[float]:
    """Of each round, the seconds within which 99 of 100 were answered."""
    address = urlsplit(server.url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    found = []
    for _ in range(_ROUNDS):
        seconds = []
        for _ in range(_REQUESTS):
            start = time.perf_counter()
            connection.request(
                "GET", "/api/status", headers={"Authorization": f"token {server.token}"}
            )
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - start)
            assert answer.status == 200, answer.status
            time.sleep(_PAUSE)
        found.append(sorted(seconds)[_REQUESTS - 2])
    connection.close()
    return found
