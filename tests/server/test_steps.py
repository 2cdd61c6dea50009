"""From a notebook to a run, as the page asks for it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyterlab_dvc.dvc import reader
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, FIRST_CODE, SECOND, Project, digest

Connect = Callable[..., Awaitable[Any]]


async def answer(fetch: Fetch, path: str, body: object) -> Any:
    return json.loads((await post(fetch, path, body)).body)


async def state_of(fetch: Fetch, path: str, **options: Any) -> Any:
    response = await fetch(NAMESPACE, "state", params={"path": path}, **options)
    return json.loads(response.body)


async def ended(fetch: Fetch, run: dict[str, Any], seconds: float = 60.0) -> Any:
    """The run once it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run = json.loads((await fetch(NAMESPACE, "runs", run["id"])).body)
        if run["state"] not in ("queued", "running", "stopping"):
            return run
        await asyncio.sleep(0.1)
    raise AssertionError(run)


async def test_the_folder_of_the_server_is_gone(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The one it was started in, which nobody knows of any more; its root is there."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    path = project.path("first")
    assert (await state_of(jp_fetch, path))["project"] == "work"
    assert (await answer(jp_fetch, "preview", {"path": path}))["writes"] is True
    assert (await post(jp_fetch, "sync", project.sync("first"))).code == 200
    assert (await post(jp_fetch, "check", {"path": path})).code == 200
    run = await answer(jp_fetch, "runs", {"path": path, "what": "step"})
    assert (await ended(jp_fetch, run))["state"] == "succeeded"
    (project.folder / "dvc.yaml").write_text("stages: [")
    error = await refused(post(jp_fetch, "preview", {"path": path}))
    assert (error.code, body_of(error)["path"]) == (400, "work/dvc.yaml")


async def test_preview_writes_nothing(jp_fetch: Fetch, project: Project) -> None:
    before = everything_in(project.folder)
    found = await answer(jp_fetch, "preview", {"path": project.path("first")})
    assert everything_in(project.folder) == before
    assert found["script"].startswith("#!")
    assert found["script_path"] == "work/pipeline/scripts/mlvtools_first.py"
    assert "+def mlvtools_first" in found["script_diff"]
    assert len(found["lines"]) >= found["script"].count("\n")
    made = found["script"].splitlines().index('    print("made")')
    assert found["lines"][made] == [3, 4]
    assert found["prose"] == [{"cell": 1, "text": "# The *first* step"}]
    assert found["dvc_yaml_old"] == ""
    assert "mlvtools_first:" in found["dvc_yaml_new"]
    assert "+  mlvtools_first:" in found["dvc_yaml_diff"]
    assert found["clashes"] == []
    assert found["writes"] is True


async def test_sync_writes_script_and_stage(jp_fetch: Fetch, project: Project) -> None:
    found = await answer(jp_fetch, "sync", project.sync("first"))
    script = "work/pipeline/scripts/mlvtools_first.py"
    assert (found["stage"], found["script"]) == ("mlvtools_first", script)
    assert sorted(found["written"]) == ["work/dvc.yaml", script]
    assert (project.root / script).stat().st_mode & 0o777 == 0o755
    again = await answer(jp_fetch, "sync", project.sync("first"))
    assert again["written"] == []
    preview = await answer(jp_fetch, "preview", {"path": project.path("first")})
    assert (preview["writes"], preview["script_diff"], preview["dvc_yaml_diff"]) == (False, "", "")


async def test_sync_waits_for_the_save(jp_fetch: Fetch, project: Project) -> None:
    new = [
        "# The *first* step",
        FIRST,
        FIRST_CODE + 'print("später", "\\ud83d\\ude00", "\x7f\u2028")\n',
    ]
    body = {"path": project.path("first"), "sources_sha256": digest(new)}
    asked = asyncio.ensure_future(answer(jp_fetch, "sync", body))
    await asyncio.sleep(0.3)
    assert not asked.done()
    assert not (project.folder / "dvc.yaml").exists()
    project.write("first", new)
    found = await asked
    assert "später" in (project.root / found["script"]).read_text("utf-8")


@pytest.mark.parametrize("own_config", [{"save_timeout": 0.3}])
async def test_sync_of_what_is_not_saved(jp_fetch: Fetch, project: Project) -> None:
    before = everything_in(project.folder)
    body = {"path": project.path("first"), "sources_sha256": "0" * 64}
    error = await refused(post(jp_fetch, "sync", body))
    assert (error.code, body_of(error)["code"]) == (400, "file-not-saved")
    assert body_of(error)["path"] == project.path("first")
    assert "0.3 seconds" in body_of(error)["message"]
    assert everything_in(project.folder) == before


async def test_sync_of_what_was_edited_by_hand(jp_fetch: Fetch, project: Project) -> None:
    found = await answer(jp_fetch, "sync", project.sync("first"))
    script = project.root / found["script"]
    script.write_text(script.read_text().replace('"made"', '"by hand"'))
    before = everything_in(project.folder)
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    assert (error.code, body_of(error)["code"]) == (409, "script-edited")
    assert '-    print("by hand")' in body_of(error)["diff"]
    assert everything_in(project.folder) == before
    preview = await answer(jp_fetch, "preview", {"path": project.path("first")})
    assert [clash["error"]["code"] for clash in preview["clashes"]] == ["script-edited"]
    await answer(jp_fetch, "sync", project.sync("first", force=True))
    assert '"by hand"' not in script.read_text()


async def test_check_tells_how_bad_it_is(jp_fetch: Fetch, project: Project) -> None:
    found = await answer(jp_fetch, "check", {"path": project.path("first")})
    assert {(p["code"], p["severity"]) for p in found["problems"]} >= {("not-synced", "error")}
    (problem,) = (p for p in found["problems"] if p["code"] == "not-synced")
    assert problem["path"] == project.path("first")
    assert problem["args"]["script"] == "pipeline/scripts/mlvtools_first.py"
    assert str(project.root) not in json.dumps(found)
    await answer(jp_fetch, "sync", project.sync("first"))
    assert (await answer(jp_fetch, "check", {"path": project.path("first")}))["problems"] == []


async def test_an_error_names_cell_and_line(jp_fetch: Fetch, project: Project) -> None:
    project.write("first", [FIRST, FIRST_CODE + "%cd /\n"])
    before = everything_in(project.folder)
    error = await refused(post(jp_fetch, "sync", project.sync("first")))
    body = body_of(error)
    assert (error.code, body["path"], body["cell"], body["line"]) == (
        400,
        project.path("first"),
        2,
        5,
    )
    assert everything_in(project.folder) == before


async def test_the_form_comes_from_the_docstring(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "second.ipynb").write_text(
        (project.folder / "second.ipynb").read_text().replace("Path(source)", "Path(source) ")
    )
    found = await answer(jp_fetch, "params", {"path": project.path("second")})
    assert found["stage"] == "mlvtools_second"
    rows = {row["name"]: row for row in found["rows"]}
    assert list(rows) == ["source", "out", "times", "end"]
    assert rows["times"] == {
        "name": "times",
        "type": "int",
        "text": "How often",
        "value": "2",
        "default": None,
        "required": True,
        "key": "repeat.times",
        "file": "params.yaml",
        "hyperparameter": True,
    }
    assert (rows["end"]["default"], rows["end"]["required"]) == ('"!"', False)
    assert (rows["end"]["hyperparameter"], rows["end"]["key"]) == (False, None)


async def test_states_on_the_way(jp_fetch: Fetch, project: Project) -> None:
    path = project.path("first")
    found = await state_of(jp_fetch, path)
    assert (found["project"], found["step"]["state"]) == ("work", "not-synced")
    assert found["step"]["script"] == "work/pipeline/scripts/mlvtools_first.py"
    assert found["step"]["hyperparameters"] is False
    assert [(why["code"], why["args"]["path"]) for why in found["step"]["why"]] == [
        ("sync-makes", "pipeline/scripts/mlvtools_first.py"),
        ("sync-makes", "dvc.yaml"),
    ]
    assert found["step"]["why"][1]["message"] == "A sync would make dvc.yaml"
    await answer(jp_fetch, "sync", project.sync("first"))
    found = await state_of(jp_fetch, path)
    assert found["step"]["state"] == "stale"
    assert {
        "code": "out-deleted",
        "args": {"path": "data/text.txt"},
        "message": "Its output data/text.txt is missing",
    } in found["step"]["why"]
    assert found["stages"][0]["why"] == found["step"]["why"]
    assert [(s["name"], s["notebook"], s["state"]) for s in found["stages"]] == [
        ("mlvtools_first", path, "stale")
    ]

    response = await post(jp_fetch, "runs", {"path": path, "what": "step"})
    assert response.code == 201
    run = json.loads(response.body)
    assert run["state"] in ("queued", "running")
    assert (run["project"], run["targets"], run["what"]) == ("work", ["mlvtools_first"], "step")
    found = await state_of(jp_fetch, path)
    assert found["run"] is None or found["run"]["id"] == run["id"]
    if found["run"] is not None:
        assert found["step"]["state"] in ("queued", "running", "up-to-date")
    run = await ended(jp_fetch, run)
    assert (run["state"], run["error"]) == ("succeeded", None)
    assert [(s["name"], s["state"]) for s in run["stages"]] == [("mlvtools_first", "ran")]
    found = await state_of(jp_fetch, path)
    assert (found["step"]["state"], found["run"]) == ("up-to-date", None)
    listed = json.loads((await jp_fetch(NAMESPACE, "runs", params={"path": path})).body)
    assert [one["id"] for one in listed] == [run["id"]]
    log = await jp_fetch(NAMESPACE, "runs", run["id"], "log")
    assert b"made" in log.body
    assert log.headers["X-Log-Size"] == str(len(log.body)) == str(run["log_size"])
    rest = await jp_fetch(NAMESPACE, "runs", run["id"], "log", params={"offset": "5"})
    assert rest.body == log.body[5:]

    project.write("first", [FIRST, FIRST_CODE + "raise SystemExit(3)\n"])
    step = (await state_of(jp_fetch, path))["step"]
    assert (step["state"], step["why"][0]["code"]) == ("not-synced", "sync-changes")
    await answer(jp_fetch, "sync", project.sync("first"))
    run = json.loads((await post(jp_fetch, "runs", {"path": path, "what": "pipeline"})).body)
    run = await ended(jp_fetch, run)
    assert (run["state"], run["targets"], run["what"]) == ("failed", [], "pipeline")
    assert run["error"]["message"]
    found = await state_of(jp_fetch, path)
    assert (found["step"]["state"], found["stages"][0]["state"]) == ("failed", "failed")
    assert found["step"]["why"] == found["stages"][0]["why"] == [run["stages"][0]["why"]]
    assert found["step"]["why"][0]["code"] == "stage-exit-line"
    assert found["step"]["why"][0]["args"] == {
        "stage": "mlvtools_first",
        "status": 3,
        "line": "made",
    }
    project.write("first", [FIRST, FIRST_CODE])
    assert (await state_of(jp_fetch, path))["step"]["state"] == "not-synced"


async def test_the_log_comes_through_a_socket(
    jp_fetch: Fetch, jp_ws_fetch: Connect, project: Project
) -> None:
    project.write(
        "first",
        [FIRST, FIRST_CODE + "import time\ntime.sleep(1)\nprint('x' * 200_000)\nprint('end')\n"],
    )
    await answer(jp_fetch, "sync", project.sync("first"))
    body = {"path": project.path("first"), "what": "step"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    socket = await jp_ws_fetch(NAMESPACE, "runs", run["id"], "log", params={"offset": "0"})
    log, events, offsets = b"", [], []
    while (message := await asyncio.wait_for(socket.read_message(), 60)) is not None:
        if isinstance(message, bytes):
            log += message
            continue
        event = json.loads(message)
        events.append(event)
        if "offset" in event:
            offsets.append(event["offset"])
            assert event["offset"] == len(log)
    assert socket.close_code == 1000
    socket.close()
    assert b"made" in log and log.rstrip().endswith(b"end")
    assert log == (await jp_fetch(NAMESPACE, "runs", run["id"], "log")).body
    assert offsets[-1] == len(log)
    states = [event["run"]["state"] for event in events if "run" in event]
    assert states[-1] == "succeeded"
    assert len(states) > 1


@pytest.mark.parametrize("own_config", [{"max_log_backlog": 100_000, "log_chunk_size": 10_000}])
async def test_a_log_too_fast_for_the_page_is_cut(
    jp_fetch: Fetch, jp_ws_fetch: Connect, project: Project
) -> None:
    flood = "import time\ntime.sleep(1.5)\nprint('x' * 3_000_000, flush=True)\nprint('end')\n"
    project.write("first", [FIRST, FIRST_CODE + flood])
    await answer(jp_fetch, "sync", project.sync("first"))
    body = {"path": project.path("first"), "what": "step"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    socket = await jp_ws_fetch(NAMESPACE, "runs", run["id"], "log")
    at, dropped, last = 0, 0, b""
    while (message := await asyncio.wait_for(socket.read_message(), 60)) is not None:
        if isinstance(message, bytes):
            at += len(message)
            last = message
            continue
        event = json.loads(message)
        if "dropped" in event:
            begin, end = event["dropped"]
            assert begin == at
            dropped += end - begin
            at = end
        elif "offset" in event:
            assert event["offset"] == at
    assert dropped > 1_000_000
    assert last.rstrip().endswith(b"end")
    socket.close()
    # What is there already when the page connects is never cut.
    socket = await jp_ws_fetch(NAMESPACE, "runs", run["id"], "log")
    size = 0
    while (message := await asyncio.wait_for(socket.read_message(), 60)) is not None:
        if isinstance(message, bytes):
            size += len(message)
    assert size == at
    socket.close()


async def test_27_stop_and_stop_again(jp_fetch: Fetch, project: Project) -> None:
    project.write("first", [FIRST, FIRST_CODE + "import time\ntime.sleep(600)\n"])
    await answer(jp_fetch, "sync", project.sync("first"))
    body = {"path": project.path("first"), "what": "step"}
    run = json.loads((await post(jp_fetch, "runs", body)).body)
    again = json.loads((await post(jp_fetch, "runs", body)).body)
    assert again["id"] == run["id"]
    end = time.monotonic() + 30
    while (await state_of(jp_fetch, project.path("first")))["step"]["state"] != "running":
        assert time.monotonic() < end
        await asyncio.sleep(0.1)
    why = (await state_of(jp_fetch, project.path("first")))["step"]["why"]
    told = [(one["code"], one["args"]) for one in why]
    assert told == [("stage-in-run", {"number": run["number"]})]
    # A process id that the client names changes nothing.
    stopping = await answer(jp_fetch, f"runs/{run['id']}/stop", {"pid": 1})
    assert stopping["state"] == "stopping"
    run = await ended(jp_fetch, run)
    assert run["state"] == "stopped"
    assert (await answer(jp_fetch, f"runs/{run['id']}/stop", {}))["state"] == "stopped"


async def test_a_run_is_found_by_a_server_that_never_saw_it(
    jp_fetch: Fetch, jp_serverapp: ServerApp, project: Project
) -> None:
    from jupyterlab_dvc.runs import queue

    await answer(jp_fetch, "sync", project.sync("first"))
    run = queue.start(project.folder, ["mlvtools_first"])
    context = jp_serverapp.web_app.settings["jupyterlab_dvc"]
    context._projects = None
    found = await ended(jp_fetch, {"id": run.id})
    assert (found["project"], found["state"]) == ("work", "succeeded")


async def test_runs_of_a_folder(jp_fetch: Fetch, project: Project) -> None:
    """As the Running panel asks: by the project's own name, or by any place in it."""
    from jupyterlab_dvc.runs import queue

    project.stages(first="touch started; sleep 600")
    run = queue.start(project.folder)
    (project.folder / "sub" / "folder").mkdir(parents=True)
    (project.root / "empty").mkdir()

    async def ids(path: str) -> list[str]:
        response = await jp_fetch(NAMESPACE, "runs", params={"path": path})
        return [one["id"] for one in json.loads(response.body)]

    for path in ("work", "work/", "work/sub/folder", "work/dvc.yaml", project.path("first")):
        assert await ids(path) == [run.id], path
    for path in ("", ".", "empty"):
        error = await refused(jp_fetch(NAMESPACE, "runs", params={"path": path}))
        assert (error.code, body_of(error)["code"]) == (404, "no-project"), path
    for path in ("none", "work/none", "work/.dvc", ".."):
        error = await refused(jp_fetch(NAMESPACE, "runs", params={"path": path}))
        assert (error.code, body_of(error)["code"]) == (404, "path-unknown"), path
    (project.root / ".dvc").mkdir()
    assert await ids("") == []
    assert await ids("empty") == []
    assert await ids("work") == [run.id]
    await answer(jp_fetch, f"runs/{run.id}/stop", {})
    await ended(jp_fetch, {"id": run.id})


async def test_state_by_etag(jp_fetch: Fetch, project: Project) -> None:
    path = project.path("second")
    first = await jp_fetch(NAMESPACE, "state", params={"path": path})
    etag = first.headers["ETag"]
    assert json.loads(first.body)["step"]["hyperparameters"] is True
    same = await refused(
        jp_fetch(NAMESPACE, "state", params={"path": path}, headers={"If-None-Match": etag})
    )
    assert same.code == 304
    project.write("second", [SECOND, "return\n"])
    other = await jp_fetch(
        NAMESPACE, "state", params={"path": path}, headers={"If-None-Match": etag}
    )
    assert other.code == 200
    assert other.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("where", "sources", "expected"),
    [
        ("work/notes", ["print(1)\n"], ("work", "no-step")),
        ("work/broken", ['""":dvc-out:"""\n'], ("work", "unknown")),
        ("alone", [FIRST, FIRST_CODE], (None, "unknown")),
        ("notes", ["print(1)\n"], (None, "no-step")),
    ],
)
async def test_states_of_other_notebooks(
    jp_fetch: Fetch,
    project: Project,
    where: str,
    sources: list[str],
    expected: tuple[str | None, str],
) -> None:
    folder, _, name = where.rpartition("/")
    Project(project.root, folder).write(name, sources)
    found = await state_of(jp_fetch, f"{where}.ipynb")
    assert (found["project"], found["step"]["state"]) == expected
    assert (found["problem"] is not None) == (expected[1] == "unknown")
    if where == "work/broken":
        # What the page says of both is the same sentence.
        (why,) = found["step"]["why"]
        assert why == {key: found["problem"][key] for key in ("code", "args", "message")}


async def test_a_project_that_is_the_root_itself(jp_fetch: Fetch, project: Project) -> None:
    (project.root / ".dvc").mkdir()
    Project(project.root, "").write("top", [FIRST, FIRST_CODE])
    body = {"path": "top.ipynb", "sources_sha256": digest([FIRST, FIRST_CODE])}
    synced = await answer(jp_fetch, "sync", body)
    assert synced["script"] == "pipeline/scripts/mlvtools_top.py"
    found = await state_of(jp_fetch, "top.ipynb")
    assert (found["project"], found["step"]["script"]) == ("", synced["script"])
    assert found["stages"][0]["notebook"] == "top.ipynb"


async def test_dvc_is_asked_once_for_each_change(
    jp_fetch: Fetch, jp_serverapp: ServerApp, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    status = reader.status

    def counted(root: Path, **options: Any) -> Any:
        asked.append(root)
        return status(root, **options)

    monkeypatch.setattr(reader, "status", counted)
    await answer(jp_fetch, "sync", project.sync("first"))
    paths = [project.path("first"), project.path("second"), project.path("first")]
    await asyncio.gather(*(state_of(jp_fetch, path) for path in paths))
    await state_of(jp_fetch, paths[1])
    assert len(asked) == 1
    await answer(jp_fetch, "sync", project.sync("second"))
    found = await state_of(jp_fetch, paths[0])
    assert len(found["stages"]) == 2
    assert len(asked) == 2


async def test_what_happens_is_an_event(
    jp_fetch: Fetch, jp_serverapp: ServerApp, project: Project
) -> None:
    heard: list[dict[str, Any]] = []

    async def listener(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    await state_of(jp_fetch, project.path("first"))
    event = "https://jupyterlab-dvc.readthedocs.io/events/project"
    logger = jp_serverapp.event_logger
    assert logger is not None
    logger.add_listener(schema_id=event, listener=listener)
    await answer(jp_fetch, "sync", project.sync("first"))
    assert [one["project"] for one in heard] == ["work"]
    (project.folder / "params.yaml").write_text("repeat:\n  times: 3\n")
    end = time.monotonic() + 10
    while len(heard) < 2:
        assert time.monotonic() < end, "a change by somebody else is an event, too"
        await asyncio.sleep(0.05)
    assert heard[0]["rev"] != heard[1]["rev"]
