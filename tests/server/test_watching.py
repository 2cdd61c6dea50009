"""How long a project's files are watched: as long as somebody hears of a change."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server import events, fingerprint
from jupyterlab_dvc.server.events import PROJECT
from tests.server.application import Fetch
from tests.server.project import Project
from tests.server.test_steps import state_of

WATCH_SECONDS = 1.0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the project's files were looked at."""
    found: list[float] = []
    seen = fingerprint.seen

    def noted(root: Path, store: Store) -> str:
        found.append(time.monotonic())
        return seen(root, store)

    monkeypatch.setattr(fingerprint, "seen", noted)
    return found


async def until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


async def until_quiet(looks: list[float]) -> None:
    """Until nobody has looked for longer than there is between two looks."""
    await until(lambda: time.monotonic() - looks[-1] > 4 * WATCH_SECONDS)


@pytest.mark.parametrize("own_config", [{"watch_seconds": WATCH_SECONDS}])
async def test_an_idle_page_hears_of_changes_until_it_is_closed(
    jp_fetch: Fetch,
    jp_ws_fetch: Callable[..., Awaitable[Any]],
    jp_serverapp: ServerApp,
    project: Project,
    looks: list[float],
) -> None:
    socket = await jp_ws_fetch("api", "events", "subscribe")
    await until(lambda: events.is_heard(jp_serverapp))
    await state_of(jp_fetch, project.path("first"))
    asked = time.monotonic()
    # Two looks after the time are no leftover of it.
    await until(lambda: sum(one > asked + WATCH_SECONDS for one in looks) > 2)
    project.stages(first="echo > first.out")
    event = json.loads(await asyncio.wait_for(socket.read_message(), 30))
    assert (event["schema_id"], event["project"]) == (PROJECT, "work")
    socket.close()
    await until(lambda: not events.is_heard(jp_serverapp))
    await until_quiet(looks)
    # Who comes back hears of changes again.
    socket = await jp_ws_fetch("api", "events", "subscribe")
    await state_of(jp_fetch, project.path("first"))
    (project.folder / "dvc.yaml").unlink()
    event = json.loads(await asyncio.wait_for(socket.read_message(), 30))
    assert event["project"] == "work"
    socket.close()


@pytest.mark.parametrize("own_config", [{"watch_seconds": WATCH_SECONDS}])
async def test_nobody_looks_for_a_page_without_a_socket(
    jp_fetch: Fetch, jp_serverapp: ServerApp, project: Project, looks: list[float]
) -> None:
    assert not events.is_heard(jp_serverapp)
    await state_of(jp_fetch, project.path("first"))
    await until_quiet(looks)
