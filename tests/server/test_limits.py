"""How much of runs is kept on disk, as an administrator has set it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, post
from tests.server.project import Project
from tests.server.test_steps import ended


async def run_pipeline(fetch: Fetch, project: Project) -> Any:
    """The run, once it has ended well."""
    body = {"path": project.path("first"), "what": "pipeline"}
    run = await ended(fetch, json.loads((await post(fetch, "runs", body)).body))
    assert run["state"] == "succeeded"
    return run


@pytest.mark.parametrize(
    ("own_config", "own_setting", "kept"),
    [
        ({"keep_runs": 1}, None, 1),
        ({"keep_runs": 0}, None, 1),
        ({"keep_runs": 1}, 3, 1),
        ({"keep_runs": 2}, None, 2),
        ({}, 2, 2),
        ({}, None, 3),
    ],
)
async def test_old_runs_are_removed(
    jp_fetch: Fetch, project: Project, own_setting: int | None, kept: int
) -> None:
    if own_setting is not None:
        (project.folder / ".mlvtools").write_text(json.dumps({"keep_runs": own_setting}))
    project.stages(first="echo > first.out")
    ids = [(await run_pipeline(jp_fetch, project))["id"] for _ in range(3)]
    found = Store(project.folder).find()
    assert [run.id for run in found] == ids[::-1][:kept]
    # What was removed gives its place in the order to nobody.
    assert found[0].number == 3


@pytest.mark.parametrize("own_config", [{"max_log_size": 1000}])
async def test_a_long_log_says_that_it_is_full(jp_fetch: Fetch, project: Project) -> None:
    project.stages(first="seq 100000; echo the end; echo > first.out")
    run = await run_pipeline(jp_fetch, project)
    log = Store(project.folder).log(run["id"]).decode()
    assert "\n[The log is full (1000 bytes). Of what comes now only the end is kept.]\n" in log
    assert log.index("[The log is full") < 1100
    assert "the end\n" in log
    response = await jp_fetch(NAMESPACE, "runs", run["id"], "log")
    assert response.body.decode() == log
