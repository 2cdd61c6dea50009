"""Records on disk: both ways, and what anybody may have put in their place."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_dvc.dvc.rwlock import Holder
from jupyterlab_dvc.errors import NotFound, Place, Problem
from jupyterlab_dvc.runs import record
from jupyterlab_dvc.runs.record import Request, Run, RunStage
from jupyterlab_dvc.runs.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")

ID = "20261123T010203Z-0123ab"
WHY = Problem("stage-exit-line", {"stage": "b", "status": 3, "line": "why \u2028"})
RUN = Run(
    id=ID,
    number=3,
    request=Request("step", ("a", "b"), True, True, False, (("k", "v"), ("l", "w")), "/p/python"),
    created=1.5,
    state="failed",
    started=2.5,
    ended=3.5,
    stages=(RunStage("a", "ran", 1.0), RunStage("b", "failed", 0.5, WHY, "f", "n")),
    waiting_for=(Holder(7, "dvc repro", "/x", "write", "live"),),
    problems=(Problem("stage-exit", {"stage": "b", "status": 3}, Place("dvc.yaml", None, 4)),),
    pid=8,
    pid_started=1.25,
    in_terminal=True,
    experiment="puny-cat",
)


def test_both_ways() -> None:
    assert record.from_json(record.to_json(RUN)) == RUN
    queued = Run(ID, 1, Request(), 1.0)
    assert record.from_json(record.to_json(queued)) == queued


def test_a_record_of_an_earlier_version() -> None:
    data = json.loads(record.to_json(RUN))
    for stage in data["stages"]:
        del stage["files"], stage["notebook"]
    first, second = record.from_json(json.dumps(data).encode()).stages
    assert (first, second) == (RUN.stages[0], replace(RUN.stages[1], files=None, notebook=None))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path)
    (found.folder / ID).mkdir(parents=True)
    return found


def put(store: Store, data: bytes) -> None:
    (store.folder / ID / "record.json").write_bytes(data)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "x", ID + "\n", ID + "/", "20261123T010203Z-0123AB", "\0", ID[:-1]],
)
def test_only_an_id_names_a_run(store: Store, name: str) -> None:
    for read in (store.read, store.log, store.events, store.log_size, store.ask_to_stop):
        with pytest.raises(NotFound) as caught:
            read(name)
        assert [problem.code for problem in caught.value.problems] == ["run-unknown"]


CHANGES: list[dict[str, object]] = [
    {"version": 2},
    {"id": "20261123T010203Z-ffffff"},
    {"number": "3"},
    {"number": True},
    {"state": "fine"},
    {"targets": [1]},
    {"set": []},
    {"stages": [{"name": "a"}]},
    {"stages": {"a": 1}},
    {"stages": [{"name": "a", "state": "failed", "seconds": 1, "why": 3}]},
    {"stages": [{"name": "a", "state": "failed", "seconds": 1, "why": {"code": "stage-exit"}}]},
    {"created": None},
    {"created": "now"},
    {"pid": "8"},
    {"problems": [{"code": "stage-exit", "args": {}, "place": [None] * 4, "severity": "error"}]},
    {"problems": [{"code": "stage-exit"}]},
    {"waiting_for": [{"pid": 1}]},
    {"in_terminal": 1},
    {"force": "yes"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_is_no_record_is_no_run(store: Store, change: dict[str, object]) -> None:
    put(store, record.to_json(RUN))
    assert store.find() == [RUN]
    put(store, json.dumps({**json.loads(record.to_json(RUN)), **change}).encode())
    assert store.find() == []
    with pytest.raises(NotFound):
        store.read(ID)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"[" * 200_000, b"\xff", b"\0" * 100])
def test_neither_is_other_text(store: Store, data: bytes) -> None:
    put(store, data)
    assert store.find() == []


def test_a_code_of_another_version_is_shown(store: Store) -> None:
    data = json.loads(record.to_json(RUN))
    data["problems"][0]["code"] = "of-tomorrow"
    put(store, json.dumps(data).encode())
    assert "of-tomorrow" in store.read(ID).problems[0].message


@pytest.mark.parametrize(
    ("text", "why"),
    [("Stage 'b' failed.", Problem("as-said", {"text": "Stage 'b' failed."})), ("", None)],
)
def test_a_reason_that_is_a_text_is_shown(store: Store, text: str, why: Problem | None) -> None:
    data = json.loads(record.to_json(RUN))
    data["stages"][1]["why"] = text
    put(store, json.dumps(data).encode())
    assert store.read(ID).stages[1].why == why
    assert why is None or why.message == text


@pytest.mark.parametrize("name", ["record.json", "events.jsonl", "log"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_links_and_pipes_are_not_followed(
    store: Store, tmp_path: Path, name: str, kind: str
) -> None:
    put(store, record.to_json(RUN))
    secret = tmp_path / "secret"
    secret.write_bytes(record.to_json(RUN) + b'{"event": "secret"}\n')
    path = store.folder / ID / name
    path.unlink(missing_ok=True)
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert store.find() == ([] if name == "record.json" else [RUN])
    assert store.log(ID) == b""
    assert store.events(ID) == ([], 0)


def test_a_link_to_a_folder_is_not_followed(store: Store, tmp_path: Path) -> None:
    put(store, record.to_json(RUN))
    (store.folder / ID).rename(tmp_path / "elsewhere")
    (store.folder / ID).symlink_to(tmp_path / "elsewhere")
    assert store.find() == []


def test_an_unfinished_one_without_a_supervisor_is_lost(store: Store) -> None:
    put(store, record.to_json(replace(RUN, state="running", ended=None, problems=())))
    run = store.read(ID)
    assert (run.state, [p.code for p in run.problems]) == ("lost", ["run-lost"])
    assert run.ended == pytest.approx((store.folder / ID / "record.json").stat().st_mtime)
    assert (run.waiting_for, run.is_final) == ((), True)


def test_parts_of_log_and_events(store: Store) -> None:
    put(store, record.to_json(RUN))
    (store.folder / ID / "log").write_bytes(b"0123456789")
    assert store.log(ID, 3, 4) == b"3456"
    assert store.log(ID, 8) == b"89"
    assert store.log(ID, 10) == store.log(ID, 99) == b""
    assert store.log_size(ID) == 10
    events = store.folder / ID / "events.jsonl"
    events.write_bytes(b'{"event": "a"}\nno json\n[1]\n{"event": "b"}\n{"event": "c')
    found, offset = store.events(ID)
    assert [event["event"] for event in found] == ["a", "b"]
    with events.open("ab") as file:
        file.write(b'd"}\n')
    assert store.events(ID, offset) == ([{"event": "cd"}], events.stat().st_size)


def test_the_oldest_are_pruned(store: Store) -> None:
    for number in range(1, 6):
        run = replace(RUN, id=f"20261123T010203Z-00000{number}", number=number)
        (store.folder / run.id).mkdir()
        (store.folder / run.id / "record.json").write_bytes(record.to_json(run))
    (store.folder / "not a run").mkdir()
    live, events = store.create(Request(), keep=3)
    assert [run.number for run in store.find()] == [6, 5, 4]
    assert store.read(live.id).state == "queued"
    os.close(events)
    assert store.read(live.id).state == "lost"
    assert (store.folder / "not a run").is_dir()
    newest, events = store.create(Request(), keep=0)
    os.close(events)
    assert [(run.id, run.number) for run in store.find()] == [(newest.id, 7)]
