"""Run with other values, as the page's form asks for it: an experiment beside the workspace."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import SECOND, SECOND_CODE, Project
from tests.server.test_steps import answer, ended, state_of

CODE = SECOND_CODE + 'print("times:", times)\n'


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


async def committed(fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second step synced, its input there, all of it in git."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (project.folder / ".dvc" / "config").write_text("")
    (project.folder / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    (project.folder / "data").mkdir()
    (project.folder / "data" / "text.txt").write_text("ab")
    git(project.folder, "init", "-q")
    project.write("second", [SECOND, CODE])
    await answer(fetch, "sync", project.sync("second"))
    git(project.folder, "add", ".")
    git(project.folder, "commit", "-qm", "all")


async def test_a_run_with_other_values(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    await committed(jp_fetch, project, monkeypatch)
    path = project.path("second")
    before = {k: v for k, v in everything_in(project.folder).items() if not k.startswith(".")}
    body = {"path": path, "what": "step", "set": {"repeat.times": "3"}}
    run = await answer(jp_fetch, "runs", body)
    assert run["targets"] == ["mlvtools_second"]
    # The same click with another value is another run; with the same value it isn't.
    assert (await answer(jp_fetch, "runs", body))["id"] == run["id"]
    other = await answer(jp_fetch, "runs", {**body, "set": {"params.yaml:repeat.times": "4"}})
    assert other["id"] != run["id"]
    for times, one in ((3, run), (4, other)):
        one = await ended(jp_fetch, one)
        assert (one["state"], one["error"]) == ("succeeded", None)
        assert [(s["name"], s["state"]) for s in one["stages"]] == [("mlvtools_second", "ran")]
        log = (await jp_fetch(NAMESPACE, "runs", one["id"], "log")).body
        assert f"times: {times}\n".encode() in log
    after = {k: v for k, v in everything_in(project.folder).items() if not k.startswith(".")}
    assert after == before
    names = git(project.folder, "for-each-ref", "--format=%(refname)", "refs/exps").splitlines()
    assert len([name for name in names if "/exec/" not in name and "stash" not in name]) == 2
    # What it made is not the workspace's.
    assert (await state_of(jp_fetch, path))["step"]["state"] == "stale"
    listed = json.loads((await jp_fetch(NAMESPACE, "runs", params={"path": path})).body)
    assert [one["id"] for one in listed] == [other["id"], run["id"]]


async def test_one_that_fails_is_told_apart(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.server.test_experiment.CODE", CODE + "assert times < 3\n")
    await committed(jp_fetch, project, monkeypatch)
    body = {"path": project.path("second"), "what": "step", "set": {"repeat.times": "3"}}
    run = await ended(jp_fetch, await answer(jp_fetch, "runs", body))
    assert (run["state"], run["error"]["code"]) == ("failed", "stage-exit-line")
    assert "AssertionError" in run["stages"][0]["why"]["args"]["line"]
    # A failed experiment says nothing of the step as it is.
    state = await state_of(jp_fetch, project.path("second"))
    assert state["step"]["state"] == "stale"


async def test_without_git_it_says_so(jp_fetch: Fetch, project: Project) -> None:
    await answer(jp_fetch, "sync", project.sync("second"))
    body = {"path": project.path("second"), "what": "step", "set": {"repeat.times": "3"}}
    run = await ended(jp_fetch, await answer(jp_fetch, "runs", body))
    assert run["state"] == "failed"
    assert "git" in run["error"]["message"].lower()
    error = await refused(
        post(jp_fetch, "runs", {**body, "set": {"repeat.times": "3", "none": "1"}})
    )
    assert body_of(error)["code"] == "run-key-unknown"
