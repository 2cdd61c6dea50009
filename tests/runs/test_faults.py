"""What goes wrong while a run is on, injected for real: signals, limits, full disks, floods."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from jupyterlab_dvc.dvc import reader
from jupyterlab_dvc.errors import CannotWrite
from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.record import Run, RunStage
from tests.small_disk import fill, small_disk

from .conftest import Project, gone, left_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="injected with Linux's means")

SLOW = "touch started; while [ ! -e go ]; do sleep 0.05; done; echo end; echo > first.out"


def said(stage: RunStage) -> str:
    """What the stage failed of."""
    assert stage.why is not None
    return stage.why.message


SERVER = """\
import sys
from pathlib import Path
from jupyterlab_dvc.runs import queue
print(queue.start(Path(sys.argv[1])).id, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["row 1", "row 2"])
def test_the_server_ends_and_the_run_goes_on(project: Project, number: signal.Signals) -> None:
    project.stages(first=f"echo begin; {SLOW}", second="echo > second.out; sleep 60")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(project.root)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        run_id = server.stdout.readline().strip()
        project.wait_for("started")
        os.killpg(server.pid, number)
        server.wait()
    # The record is written a tenth of a second after what it tells, at most.
    project.wait(run_id, lambda run: bool(run.stages))
    assert [(run.id, run.state) for run in project.store.find()] == [(run_id, "running")]
    (project.root / "go").touch()
    run = project.wait(run_id, lambda run: run.stages[-1].state == "running")
    lines = project.log(run).splitlines()
    assert lines[:1] + lines[2:5] == ["Running stage 'first':", "begin", "end", lines[4]]
    assert queue.stop(project.root, run_id).state == "stopping"
    ended = project.wait(run_id)
    assert [(s.name, s.state) for s in ended.stages] == [("first", "ran"), ("second", "stopped")]
    assert ended.state == "stopped"
    assert gone(run_id)


def worker_of(run: Run) -> psutil.Process:
    assert run.pid is not None
    (worker,) = psutil.Process(run.pid).children()
    return worker


def test_row_3_the_worker_is_killed(project: Project) -> None:
    project.stages(first="touch started; sleep 60")
    run_id = queue.start(project.root).id
    project.wait_for("started")
    worker_of(project.wait(run_id, lambda run: run.state == "running")).kill()
    killed = time.monotonic()
    run = project.wait(run_id)
    assert time.monotonic() - killed < 2
    assert [(p.code, p.args.get("signal")) for p in run.problems] == [("run-killed", "SIGKILL")]
    assert (run.state, run.stages[0].state) == ("failed", "stopped")
    assert gone(run_id)
    assert "killed by SIGKILL" in project.log(run)


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        ("kill -9 $$", "stage-signal", "killed by SIGKILL"),
        (
            f"prlimit --as=400000000 {sys.executable} -c \"b' ' * 10**9\"",
            "stage-exit-line",
            "MemoryError",
        ),
    ],
)
def test_row_4_the_stage_is_killed_or_has_no_memory(
    project: Project, command: str, code: str, why: str
) -> None:
    project.stages(first=command, second="echo > second.out")
    run = project.wait(queue.start(project.root).id)
    assert run.state == "failed"
    assert [problem.code for problem in run.problems] == [code]
    assert [stage.state for stage in run.stages] == ["failed", "pending"]
    assert why in said(run.stages[0])


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        pytest.param("touch started; sleep 60", 5, id="row 5"),
        pytest.param(
            "trap '' INT TERM; touch started; sleep 60; sleep 60",
            6,
            id="row 6",
            marks=pytest.mark.faults,
        ),
        pytest.param(
            "setsid setsid sh -c 'trap \"\" INT TERM; sleep 62; sleep 62' &"
            " touch started; sleep 60",
            6,
            id="row 7",
        ),
        pytest.param(
            # Neither below its ancestor nor with its environment.
            "env -i setsid sh -c 'sleep 63 & sleep 64' & touch started; sleep 60",
            6,
            id="row 7, without environment",
        ),
    ],
)
def test_a_stop_ends_everything(project: Project, command: str, seconds: float) -> None:
    project.stages(first=command)
    run_id = queue.start(project.root).id
    project.wait_for("started")
    before = project.wait(run_id, lambda run: run.state == "running")
    assert before.pid is not None
    family = psutil.Process(before.pid).children(recursive=True)
    asked = time.monotonic()
    queue.stop(project.root, run_id)
    # Row 8: once more, while it ends.
    assert queue.stop(project.root, run_id).state in ("stopping", "stopped")
    run = project.wait(run_id)
    assert time.monotonic() - asked < seconds
    assert (run.state, [p.code for p in run.problems][-1]) == ("stopped", "run-stopped")
    assert gone(run_id)
    assert [one for one in family if one.is_running()] == []
    assert queue.stop(project.root, run_id) == run
    assert "first" in reader.status(project.root)


def test_row_8_a_stop_as_the_run_ends(project: Project) -> None:
    """Whichever is first: one final state, that stays."""
    project.stages(first="echo > first.out; touch started; sleep 0.2")
    seen = set()
    for pause in (0.0, 0.25, 0.35):
        (project.root / "started").unlink(missing_ok=True)
        run_id = queue.start(project.root, force=True).id
        project.wait_for("started")
        time.sleep(pause)
        for _ in range(2):
            queue.stop(project.root, run_id)
        run = project.wait(run_id)
        assert gone(run_id)
        assert project.store.read(run_id) == run
        ends = [e for e in project.store.events(run_id)[0] if e["event"] == "ended"]
        assert [end["state"] for end in ends] == [run.state]
        seen.add(run.state)
    assert seen <= {"stopped", "succeeded"}


def test_a_stop_before_anything_ran(project: Project) -> None:
    project.stages(first="echo > first.out")
    run_id = queue.start(project.root).id
    queue.stop(project.root, run_id)
    run = project.wait(run_id)
    assert run.state == "stopped"
    assert not (project.root / "first.out").exists()
    assert gone(run_id)


@pytest.mark.parametrize("flood", ["yes 'a line'", "head -c 30000000 /dev/zero"])
def test_row_13_a_flood(project: Project, flood: str) -> None:
    limit = 1_000_000
    project.stages(first=f"echo first; touch started; {flood}")
    run_id = queue.start(project.root, log_limit=limit).id
    project.wait_for("started")
    if flood.startswith("yes"):
        run = project.wait(run_id, lambda run: project.store.log_size(run_id) >= limit)
        assert run.pid is not None
        memory = psutil.Process(run.pid).memory_info().rss
        size = project.store.log_size(run_id)
        time.sleep(0.5)
        assert project.store.log_size(run_id) <= size + 200
        assert psutil.Process(run.pid).memory_info().rss - memory < 10_000_000
        queue.stop(project.root, run_id)
    run = project.wait(run_id)
    log = project.log(run)
    assert len(log) < limit + 200_000
    assert log.startswith("Running stage 'first':")
    assert "[The log is full" in log
    assert "bytes are missing here: more than" in log
    # The end, which says why it failed, is there.
    assert log.endswith(str(run.problems[-1]) + "\n")


def test_row_16_no_room_for_the_log(project: Project) -> None:
    project.stages(
        first="echo begin; touch started; while [ ! -e go ]; do sleep 0.05; done;"
        " head -c 3000000 /dev/zero | tr '\\0' x; echo > first.out",
        second="echo > second.out",
    )
    runs = project.root / ".dvc" / "tmp" / "jupyterlab-dvc"
    with small_disk(runs, "1m"):
        run_id = queue.start(project.root).id
        project.wait_for("started")
        filler = fill(runs)
        (project.root / "go").touch()
        run = project.wait(run_id)
        assert (run.state, run.problems) == ("succeeded", ())
        assert [stage.state for stage in run.stages] == ["ran", "ran"]
        assert "begin\n" in project.log(run)
        # Nothing new fits, and that is said.
        with pytest.raises(CannotWrite):
            queue.start(project.root)
        assert [one.id for one in project.store.find()] == [run_id]
        filler.unlink()
        assert project.wait(queue.start(project.root).id).state == "succeeded"
        assert gone(run_id)
    assert reader.status(project.root) == {}


def test_row_16_room_again_while_the_run_is_on(project: Project) -> None:
    project.stages(
        first="head -c 3000000 /dev/zero | tr '\\0' x; touch full;"
        " while [ ! -e go ]; do sleep 0.05; done; sleep 1.2; echo the end; echo > first.out"
    )
    runs = project.root / ".dvc" / "tmp" / "jupyterlab-dvc"
    with small_disk(runs, "1m"):
        run_id = queue.start(project.root).id
        project.wait_for("full")
        subprocess.run(["mount", "-o", "remount,size=4m", str(runs)], check=True)
        (project.root / "go").touch()
        run = project.wait(run_id)
        log = project.log(run)
        assert run.state == "succeeded"
        assert " bytes are missing here: No space left on device]\n" in log
        assert log.endswith("xthe end\n")
        assert gone(run_id)


def test_row_16_no_room_for_the_project(project: Project) -> None:
    """The output goes to a disk that is full; what stood in the lock file is whole."""
    project.stages(first="echo > first.out", second="head -c 3000000 /dev/zero > full/second.out")
    text = (project.root / "dvc.yaml").read_text().replace("[second.out]", "[full/second.out]")
    (project.root / "dvc.yaml").write_text(text)
    with small_disk(project.root / "full", "1m"):
        run = project.wait(queue.start(project.root).id)
        assert run.state == "failed"
        assert [stage.state for stage in run.stages] == ["ran", "failed"]
        assert "No space left on device" in said(run.stages[1])
        assert "first" not in reader.status(project.root)
        assert gone(run.id)


def test_row_22_two_clicks(project: Project) -> None:
    project.stages(first=SLOW)
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(queue.start(project.root).id)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4 and len(set(ids)) == 1
    project.wait_for("started")
    assert queue.start(project.root).id == ids[0]
    other = queue.start(project.root, ["first"])
    assert other.id != ids[0]
    waiting = project.wait(other.id, lambda run: bool(run.waiting_for))
    (holder,) = waiting.waiting_for
    assert (holder.pid, waiting.state) == (project.store.read(ids[0]).pid, "queued")
    assert holder.command == "jupyterlab-dvc run"
    (project.root / "go").touch()
    assert project.wait(other.id).stages[0].state == "skipped"
    first = project.store.read(ids[0])
    assert first.state == "succeeded"
    assert (first.ended or 0) <= (project.store.read(other.id).started or 0)
    assert queue.start(project.root).id != ids[0]


def test_row_22_a_terminal(project: Project) -> None:
    project.stages(first=SLOW)
    terminal = subprocess.Popen([sys.executable, "-m", "dvc", "repro", "-q"], cwd=project.root)
    project.wait_for("started")
    run_id = queue.start(project.root).id
    run = project.wait(run_id, lambda run: bool(run.waiting_for))
    assert run.state == "queued"
    assert {holder.pid for holder in run.waiting_for} == {terminal.pid}
    assert all("repro -q" in holder.command for holder in run.waiting_for)
    (project.root / "go").touch()
    assert terminal.wait() == 0
    run = project.wait(run_id)
    assert (run.state, run.stages[0].state, run.waiting_for) == ("succeeded", "skipped", ())


@pytest.mark.parametrize(
    ("pid", "state", "code"),
    [
        (2**22 - 1, "succeeded", None),
        (os.getpid(), "succeeded", None),
        (None, "failed", "rwlock-broken"),
    ],
    ids=["stale", "reused", "empty"],
)
def test_row_23_the_list_of_files_in_use(
    project: Project, pid: int | None, state: str, code: str | None
) -> None:
    project.stages(first="echo > first.out")
    path = project.root / ".dvc" / "tmp" / "rwlock"
    path.parent.mkdir(exist_ok=True)
    out = str(project.root / "first.out")
    entry = {"write": {out: {"pid": pid, "cmd": "another dvc repro"}}, "read": {}}
    path.write_text("" if pid is None else json.dumps(entry))
    # Written before this process, which has the pid now, began.
    os.utime(path, (1_000_000_000, 1_000_000_000))
    # To look changes nothing, so that the run has something to tell.
    before = path.read_bytes()
    if pid is not None:
        assert reader.status(project.root).keys() == {"first"}
    assert path.read_bytes() == before
    run = project.wait(queue.start(project.root).id)
    assert run.state == state
    assert [problem.code for problem in run.problems] == ([code] if code else [])
    events, _ = project.store.events(run.id)
    told = [event["text"] for event in events if event["event"] == "log"]
    if pid is None:
        assert told == []
        return
    (text,) = told
    assert f"Process {pid} (another dvc repro) no longer runs" in text and out in text
    assert f"WARNING: {text}\n" in project.log(run)
    assert json.loads(path.read_bytes()).get("write", {}) == {}


def test_row_23_what_another_has_left_meanwhile(project: Project) -> None:
    """Unlisted when the run is stopped; its own worker's entries go without a word."""
    project.stages(first="touch started; sleep 600")
    run_id = queue.start(project.root).id
    project.wait_for("started")
    path = project.root / ".dvc" / "tmp" / "rwlock"
    listed = json.loads(path.read_bytes())
    info = {"pid": 2**22 - 1, "cmd": "another dvc repro"}
    path.write_text(json.dumps({**listed, "read": {str(project.root / "other"): [info]}}))
    queue.stop(project.root, run_id)
    run = project.wait(run_id)
    assert run.state == "stopped"
    warnings = [line for line in project.log(run).splitlines() if line.startswith("WARNING: ")]
    assert [line.split(" (")[0] for line in warnings] == [f"WARNING: Process {2**22 - 1}"]


def starts_and_stops(project: Project, times: int) -> None:
    me = psutil.Process()
    project.stages(first="sleep 60")
    open_files = None
    for number in range(times):
        run_id = queue.start(project.root, keep=5).id
        if number % 25 == 3:
            project.wait(run_id, lambda run: run.state != "queued")
        queue.stop(project.root, run_id)
        run = project.wait(run_id)
        assert run.state == "stopped", (run, project.log(run))
        assert gone(run_id)
        if number == 1:
            open_files = me.num_fds()
    assert me.num_fds() == open_files
    assert [one for one in me.children() if one.status() == psutil.STATUS_ZOMBIE] == []
    assert len(project.store.find()) <= 6


def test_row_26_starts_and_stops(project: Project) -> None:
    starts_and_stops(project, 6)


@pytest.mark.faults
def test_row_26_five_hundred_starts_and_stops(project: Project) -> None:
    starts_and_stops(project, 500)


@pytest.mark.parametrize("shift", [3600.0, -3600.0])
def test_row_28_the_clock_is_set(
    project: Project, shift: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the process that starts them; one for the machine can't be set for a test."""
    project.stages(first=SLOW)
    first = queue.start(project.root)
    project.wait_for("started")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + shift)
    second = queue.start(project.root, force=True)
    assert [run.id for run in project.store.find()] == [second.id, first.id]
    assert project.store.read(first.id).state == "running"
    assert project.store.read(second.id).state == "queued"
    (project.root / "go").touch()
    assert project.wait(second.id).state == "succeeded"
    assert project.store.read(first.id).state == "succeeded"


def test_row_29_an_input_changes_while_its_stage_runs(project: Project) -> None:
    (project.root / "in.txt").write_text("1")
    project.stages(first=SLOW)
    text = (
        (project.root / "dvc.yaml")
        .read_text()
        .replace("    outs:", "    deps: [in.txt]\n    outs:")
    )
    (project.root / "dvc.yaml").write_text(text)
    run_id = queue.start(project.root).id
    project.wait_for("started")
    (project.root / "in.txt").write_text("2")
    (project.root / "go").touch()
    run = project.wait(run_id)
    assert (run.state, run.stages[0].state) == ("failed", "changed")
    assert "in.txt changed while it ran" in said(run.stages[0])
    assert not (project.root / "dvc.lock").exists()


def test_the_supervisor_is_killed(project: Project) -> None:
    project.stages(first="touch started; sleep 60")
    run_id = queue.start(project.root).id
    project.wait_for("started")
    run = project.wait(run_id, lambda run: any(s.state == "running" for s in run.stages))
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    lost = project.wait(run_id)
    assert (lost.state, [p.code for p in lost.problems]) == ("lost", ["run-lost"])
    assert lost.stages[0].state == "stopped"
    assert left_of(run_id)
    assert queue.stop(project.root, run_id).state == "lost"
    assert gone(run_id)
    (project.root / "started").unlink()
    # Nothing of it is in the way of the next.
    second = queue.start(project.root).id
    assert second != run_id
    project.wait_for("started")
