"""What a page learns that asks only when it is told to, as the toolbar's button does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.serverapp import ServerApp

from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.server.events import PROJECT
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, post
from tests.server.project import FIRST, FIRST_CODE, Project


class Page:
    """Has the notebook's state of the last event."""

    def __init__(self, serverapp: ServerApp, fetch: Fetch, path: str) -> None:
        self._fetch = fetch
        self._path = path
        self._told = asyncio.Event()
        self.events: list[dict[str, Any]] = []
        self.state: Any = None
        assert serverapp.event_logger is not None
        serverapp.event_logger.add_listener(schema_id=PROJECT, listener=self._hear)

    async def ask(self) -> None:
        found = await self._fetch(NAMESPACE, "state", params={"path": self._path})
        self.state = json.loads(found.body)

    async def until(self, condition: str, *stages: str) -> None:
        """Ask at each event, until the step is so, and the run's stages are."""
        while True:
            await self._next()
            await self.ask()
            run = self.state["run"]
            found = [] if run is None else [stage["state"] for stage in run["stages"]]
            if self.state["step"]["state"] == condition and found == list(stages):
                return

    async def until_ended(self, run_id: str) -> Any:
        """The same for a run alone."""
        while True:
            await self._next()
            run = json.loads((await self._fetch(NAMESPACE, "runs", run_id)).body)
            if run["ended"] is not None:
                return run

    async def _next(self) -> None:
        await asyncio.wait_for(self._told.wait(), 30)
        self._told.clear()

    async def _hear(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        self.events.append(data)
        self._told.set()


STEP = FIRST.replace(":dvc-out", ":dvc-in: slow.out\n:dvc-out", 1)
CODE = """\
import os, time
while not os.path.exists("go-2"):
    time.sleep(0.02)
"""
AROUND = """\
  slow:
    cmd: while [ ! -e go-1 ]; do sleep 0.02; done; echo > slow.out
    outs: [slow.out]
  end:
    cmd: while [ ! -e go-3 ]; do sleep 0.02; done; echo > end.out
    deps: [data/text.txt]
    outs: [end.out]
"""


async def page_of(serverapp: ServerApp, fetch: Fetch, project: Project) -> Page:
    """Looks at the step in the middle of three; each waits for a file."""
    project.write("first", [STEP, CODE + FIRST_CODE])
    await post(fetch, "sync", project.sync("first"))
    with open(project.folder / "dvc.yaml", "a") as file:
        file.write(AROUND)
    page = Page(serverapp, fetch, project.path("first"))
    await page.ask()
    assert page.state["step"]["state"] == "stale"
    return page


async def test_a_run_is_told_from_stage_to_stage(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    page = await page_of(jp_serverapp, jp_fetch, project)
    body = {"path": project.path("first"), "what": "pipeline"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    assert run["state"] == "queued"
    await page.until("queued", "running", "pending", "pending")
    (project.folder / "go-1").touch()
    await page.until("running", "ran", "running", "pending")
    (project.folder / "go-2").touch()
    await page.until("up-to-date", "ran", "ran", "running")
    (project.folder / "go-3").touch()
    await page.until("up-to-date")
    assert {event["project"] for event in page.events} == {"work"}
    revisions = [event["rev"] for event in page.events]
    assert len(set(revisions)) == len(revisions)


async def test_a_run_from_elsewhere_is_told(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    """Of a terminal, or of another server."""
    page = await page_of(jp_serverapp, jp_fetch, project)
    (project.folder / "go-1").touch()
    run = queue.start(project.folder)
    await page.until("running", "ran", "running", "pending")
    queue.stop(project.folder, run.id)
    assert (await page.until_ended(run.id))["state"] == "stopped"


async def test_a_run_that_ends_at_once_is_told(
    jp_serverapp: ServerApp, jp_fetch: Fetch, project: Project
) -> None:
    """It changes no file, and it may have ended before anybody looks."""
    page = await page_of(jp_serverapp, jp_fetch, project)
    (project.folder / "dvc.yaml").write_text("stages: {slow: {cmd: exit 3}}")
    await page.until("not-synced")
    body = {"path": project.path("first"), "what": "pipeline"}
    for _ in range(2):
        run = json.loads((await post(jp_fetch, "runs", body)).body)
        assert (await page.until_ended(run["id"]))["state"] == "failed"
