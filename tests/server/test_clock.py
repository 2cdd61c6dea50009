"""Row 28: what the state of a step says when the clock is set while a run is on, or after it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jupyterlab_dvc.runs.store import Store
from tests.server.application import Fetch, post
from tests.server.project import FIRST, FIRST_CODE, Project
from tests.server.test_steps import answer, ended, state_of

HOUR = 3600.0


async def fail(fetch: Fetch, project: Project, ahead: float, stamped: bool = True) -> None:
    """A run in which the step fails, under a clock that was ``ahead``."""
    project.write("first", [FIRST, FIRST_CODE + "raise SystemExit(3)\n"])
    await answer(fetch, "sync", project.sync("first"))
    body = {"path": project.path("first"), "what": "step"}
    run = await ended(fetch, json.loads((await post(fetch, "runs", body)).body))
    assert (run["state"], run["number"]) == ("failed", 1)
    store = Store(project.folder)
    record = store.read(run["id"])
    assert record.ended is not None
    record = replace(record, ended=record.ended + ahead)
    if not stamped:
        plain = (replace(stage, files=None, notebook=None) for stage in record.stages)
        record = replace(record, stages=tuple(plain))
    store.save(record)


async def states(fetch: Fetch, project: Project) -> tuple[str, str]:
    """Of the step, and of its stage."""
    found = await state_of(fetch, project.path("first"))
    return found["step"]["state"], found["stages"][0]["state"]


@pytest.mark.parametrize("ahead", [HOUR, 0.0, -HOUR], ids=["ahead", "right", "behind"])
async def test_row_28_failed_holds_until_something_changes(
    jp_fetch: Fetch, project: Project, ahead: float
) -> None:
    await fail(jp_fetch, project, ahead)
    assert await states(jp_fetch, project) == ("failed", "failed")
    project.write("first", [FIRST, FIRST_CODE])
    # What the stage reads is as it was.
    assert await states(jp_fetch, project) == ("not-synced", "failed")
    await answer(jp_fetch, "sync", project.sync("first"))
    assert await states(jp_fetch, project) == ("stale", "stale")


@pytest.mark.parametrize(("ahead", "expected"), [(HOUR, "failed"), (0.0, "not-synced")])
async def test_a_record_of_an_earlier_version_goes_by_the_clock(
    jp_fetch: Fetch, project: Project, ahead: float, expected: str
) -> None:
    await fail(jp_fetch, project, ahead, stamped=False)
    assert (await states(jp_fetch, project))[0] == "failed"
    project.write("first", [FIRST, FIRST_CODE])
    assert (await states(jp_fetch, project))[0] == expected
