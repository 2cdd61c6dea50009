"""What takes long, or is in use: the server says so, and goes on serving."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_server.serverapp import ServerApp

from jupyterlab_dvc.dvc import launch, reader
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, FIRST_CODE, Project


@pytest.fixture
def holder(project: Project) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is listed as reading the script of the first step."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    script = project.folder / "pipeline" / "scripts" / "mlvtools_first.py"
    (project.folder / ".dvc" / "tmp").mkdir()
    entry = {"pid": process.pid, "cmd": "dvc repro"}
    (project.folder / ".dvc" / "tmp" / "rwlock").write_text(
        json.dumps({"write": {}, "read": {str(script): [entry]}})
    )
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("own_config", [{"wait_timeout": 0.1}])
async def test_sync_of_what_a_stage_reads(
    jp_fetch: Fetch, project: Project, holder: subprocess.Popen[bytes]
) -> None:
    before = everything_in(project.folder)
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    assert error.code == 423
    assert str(holder.pid) in body_of(error)["message"]
    after = everything_in(project.folder)
    assert {k: v for k, v in after.items() if ".dvc/tmp" not in k} == {
        k: v for k, v in before.items() if ".dvc/tmp" not in k
    }


async def test_sync_waits_for_the_stage_s_end(
    jp_fetch: Fetch, project: Project, holder: subprocess.Popen[bytes]
) -> None:
    asked = asyncio.ensure_future(post(jp_fetch, "sync", project.sync("first")))
    await asyncio.sleep(1.5)
    assert not asked.done()
    assert not (project.folder / "dvc.yaml").exists()
    holder.kill()
    holder.wait()
    assert (await asked).code == 200
    assert (project.folder / "dvc.yaml").exists()


async def test_the_server_answers_while_dvc_is_asked(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    status = reader.status

    def slow(root: Path, **options: Any) -> object:
        time.sleep(1.5)
        return status(root, **options)

    monkeypatch.setattr(reader, "status", slow)
    asked = asyncio.ensure_future(
        jp_fetch(NAMESPACE, "state", params={"path": project.path("first")})
    )
    waits = []
    while not asked.done():
        start = time.monotonic()
        await jp_fetch("api", "status")
        waits.append(time.monotonic() - start)
        await asyncio.sleep(0.02)
    assert (await asked).code == 200
    assert len(waits) > 10
    assert max(waits) < 1.0


@pytest.mark.parametrize("own_config", [{"reader_idle_seconds": 1.0}])
async def test_dvc_is_loaded_once_and_not_for_ever(
    jp_fetch: Fetch, jp_serverapp: ServerApp, project: Project
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    warm = launch.warm
    assert warm is not None and warm.pid is None
    pids = set[int | None]()
    for times in (3, 4):
        (project.folder / "pipeline" / "scripts" / "mlvtools_first.py").write_text(f"{times}\n")
        found = await jp_fetch(NAMESPACE, "state", params={"path": project.path("first")})
        assert json.loads(found.body)["stages"][0]["state"] == "stale"
        pids.add(warm.pid)
    (pid,) = pids
    assert pid is not None
    end = time.monotonic() + 20
    while psutil.pid_exists(pid):
        assert time.monotonic() < end, "it ends when nobody asks any more"
        await asyncio.sleep(0.05)
    (project.folder / "pipeline" / "scripts" / "mlvtools_first.py").write_text("5\n")
    await jp_fetch(NAMESPACE, "state", params={"path": project.path("first")})
    assert warm.pid not in (None, pid)


@pytest.mark.parametrize("own_config", [{"python": "/nonexistent/python"}])
async def test_where_dvc_is_not(jp_fetch: Fetch, project: Project) -> None:
    """What needs no DVC goes on; the rest says what is wrong."""
    assert (await post(jp_fetch, "sync", project.sync("first"))).code == 200
    found = await jp_fetch(NAMESPACE, "state", params={"path": project.path("first")})
    state = json.loads(found.body)
    assert state["step"]["state"] == "unknown"
    assert state["problem"]["code"] == "dvc-not-started"


async def test_a_run_is_activity(
    jp_fetch: Fetch, jp_serverapp: ServerApp, project: Project
) -> None:
    """An idle culler must not end a server under a run."""
    project.write("first", [FIRST, FIRST_CODE + "import time\ntime.sleep(600)\n"])
    await post(jp_fetch, "sync", project.sync("first"))
    body = {"path": project.path("first"), "what": "step"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    times = jp_serverapp.web_app.settings["last_activity_times"]
    end = time.monotonic() + 20
    seen: set[object] = set()
    while len(seen) < 2:
        assert time.monotonic() < end
        await asyncio.sleep(0.1)
        seen |= {times[name] for name in ("jupyterlab_dvc",) if name in times}
    await post(jp_fetch, f"runs/{run['id']}/stop", {})
    while run["state"] not in ("stopped",):
        assert time.monotonic() < end + 20
        await asyncio.sleep(0.1)
        run = json.loads((await jp_fetch(NAMESPACE, "runs", run["id"])).body)


async def test_a_kernel_s_python_runs_the_step(
    jp_fetch: Fetch, project: Project, jp_data_dir: Path
) -> None:
    project.write(
        "first", [FIRST, FIRST_CODE + 'import os\nprint("MARK", os.environ.get("MARK"))\n']
    )
    folder = project.root / "bin"
    folder.mkdir()
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nMARK=kernel exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    spec = jp_data_dir / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": [str(python), "-m", "x"], "display_name": "x", "language": "python"})
    )
    await post(jp_fetch, "sync", project.sync("first"))
    body = {"path": project.path("first"), "what": "step"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    end = time.monotonic() + 30
    while run["state"] in ("queued", "running"):
        assert time.monotonic() < end
        await asyncio.sleep(0.1)
        run = json.loads((await jp_fetch(NAMESPACE, "runs", run["id"])).body)
    log = await jp_fetch(NAMESPACE, "runs", run["id"], "log")
    assert b"MARK kernel" in log.body
