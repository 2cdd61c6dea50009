"""Runs that are forked from a process with DVC loaded: the same, but sooner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jupyterlab_dvc.dvc import launch, reader
from jupyterlab_dvc.dvc.locks import RepoLock
from jupyterlab_dvc.dvc.warm import Warm
from jupyterlab_dvc.errors import DVCFailed, JupyterLabDVCError
from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.record import Request

from .conftest import Project, gone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Warm]:
    found = Warm()
    monkeypatch.setattr(launch, "warm", found)
    yield found
    found.close()


def test_a_run_is_the_same(project: Project, warm: Warm) -> None:
    project.stages(
        first="echo $DVC_STAGE; pwd > first.out; cat", second="cp first.out second.out; exit 3"
    )
    warm.ensure()
    run = project.wait(queue.start(project.root).id)
    assert [(s.name, s.state) for s in run.stages] == [("first", "ran"), ("second", "failed")]
    assert [problem.code for problem in run.problems] == ["stage-exit-line"]
    assert (project.root / "first.out").read_text() == f"{project.root}\n"
    assert "\nfirst\n" in project.log(run)
    # It was forked: no program of its own was started for it.
    assert warm.pid is not None and run.pid not in (None, warm.pid)
    # The warm one waits for the next call, and holds nothing of this one.
    assert [file.path for file in psutil.Process(warm.pid).open_files()] == []
    time_of_one = psutil.Process(warm.pid).create_time()
    second = project.wait(queue.start(project.root, ["first"]).id)
    assert second.stages[0].state == "skipped"
    assert psutil.Process(warm.pid).create_time() == time_of_one
    assert psutil.wait_procs(psutil.Process(warm.pid).children(), timeout=5)[1] == []
    assert psutil.Process(warm.pid).children() == []


@pytest.mark.parametrize(
    "command",
    [
        "touch started; sleep 60",
        "setsid setsid sh -c 'trap \"\" INT TERM; sleep 62; sleep 62' & touch started; sleep 60",
    ],
)
def test_a_stop_ends_everything(project: Project, warm: Warm, command: str) -> None:
    project.stages(first=command)
    run_id = queue.start(project.root).id
    project.wait_for("started")
    run = project.wait(run_id, lambda run: run.state == "running")
    assert run.pid is not None
    supervisor = psutil.Process(run.pid)
    family = [supervisor, *supervisor.children(recursive=True)]
    asked = time.monotonic()
    queue.stop(project.root, run_id)
    assert project.wait(run_id).state == "stopped"
    assert time.monotonic() - asked < 6
    assert gone(run_id)
    psutil.wait_procs(family, timeout=5)
    assert [one for one in family if one.is_running()] == []


def test_the_supervisor_or_the_worker_is_killed(project: Project, warm: Warm) -> None:
    """The worker is a fork of the supervisor and must not keep its lock."""
    project.stages(first="touch started; sleep 60")
    for victim, state in (("worker", "failed"), ("supervisor", "lost")):
        (project.root / "started").unlink(missing_ok=True)
        run_id = queue.start(project.root).id
        project.wait_for("started")
        run = project.wait(run_id, lambda run: run.state == "running")
        assert run.pid is not None
        (worker,) = psutil.Process(run.pid).children()
        (worker if victim == "worker" else psutil.Process(run.pid)).kill()
        killed = time.monotonic()
        assert project.wait(run_id).state == state
        assert time.monotonic() - killed < 2
        queue.stop(project.root, run_id)
        assert gone(run_id)
        psutil.wait_procs([worker], timeout=5)
        assert not worker.is_running()


SERVER = """\
import sys
from pathlib import Path
from jupyterlab_dvc.dvc import launch
from jupyterlab_dvc.dvc.warm import Warm
from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.record import Request
warm = launch.warm = Warm()
run = queue.start(Path(sys.argv[1]))
print(run.id, warm.pid, flush=True)
sys.stdin.read()
"""


def test_the_server_is_killed(project: Project) -> None:
    """The warm process ends with it, the run goes on."""
    project.stages(first="touch started; while [ ! -e go ]; do sleep 0.05; done; echo > first.out")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(project.root)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        run_id, pid = server.stdout.readline().split()
        warm = psutil.Process(int(pid))
        project.wait_for("started")
        os.killpg(server.pid, signal.SIGKILL)
    psutil.wait_procs([warm], timeout=10)
    assert not warm.is_running()
    (project.root / "go").touch()
    assert project.wait(run_id).state == "succeeded"
    assert gone(run_id)


def test_it_ends_when_nobody_calls_and_comes_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.stages(first="echo > first.out")
    warm = Warm(idle_seconds=0.3)
    monkeypatch.setattr(launch, "warm", warm)
    warm.ensure()
    assert warm.pid is not None
    first = psutil.Process(warm.pid)
    assert psutil.wait_procs([first], timeout=20)[0]
    run = project.wait(queue.start(project.root).id)
    assert run.state == "succeeded"
    assert warm.pid != first.pid
    warm.close()


def test_without_it_a_run_starts_all_the_same(
    project: Project, warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.stages(first="echo > first.out")
    monkeypatch.setenv("JUPYTERLAB_DVC_PYTHON", "/bin/false")
    with pytest.raises(OSError):
        warm.call({"operation": "ask"}, [])
    monkeypatch.delenv("JUPYTERLAB_DVC_PYTHON")
    warm.close()
    monkeypatch.setattr("jupyterlab_dvc.dvc.launch.command", lambda *_: ["/bin/false"])
    run = queue.start(project.root)
    monkeypatch.undo()
    assert project.wait(run.id).is_final


def began(project: Project, run_id: str) -> list[str]:
    """The events of a run that tell that somebody sees to it."""
    kinds = [event["event"] for event in project.store.events(run_id)[0]]
    return [kind for kind in kinds if kind in ("began", "stage-started", "ended")]


def test_one_that_is_late_begins_no_run_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wakes with the request, after another supervisor was started for the run."""
    project.stages(first="echo ran >> count; echo > first.out")
    warm = Warm(answer_seconds=0.3)
    monkeypatch.setattr(launch, "warm", warm)
    pid = loaded(warm, project)
    os.kill(pid, signal.SIGSTOP)
    try:
        run_id = queue.start(project.root).id
        run = project.wait(run_id)
        # Who calls meanwhile doesn't wait for it again, and is served.
        asked = time.monotonic()
        with pytest.raises(TimeoutError):
            warm.call({"operation": "ask"}, [])
        assert time.monotonic() - asked < 0.3
        assert set(reader.graph(project.root)) == {"first"}
    finally:
        os.kill(pid, signal.SIGCONT)
    assert run.state == "succeeded"
    # It has answered late once it takes a call, and by then it has forked for the late one.
    assert loaded(warm, project) == pid
    assert psutil.wait_procs(psutil.Process(pid).children(), timeout=10)[1] == []
    assert began(project, run_id) == ["began", "stage-started", "ended"]
    assert (project.root / "count").read_text() == "ran\n"
    assert project.store.read(run_id) == run
    assert gone(run_id)
    warm.close()


def loaded(warm: Warm, project: Project) -> int:
    """The pid of the warm process as soon as it answers."""
    end = time.monotonic() + 60
    request = {"root": str(project.root), "operation": "status", "targets": []}
    while True:
        reading, writing = os.pipe()
        try:
            warm.call({"operation": "ask", "request": request}, [writing, 2])
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.01)
            continue
        finally:
            os.close(writing)
            with os.fdopen(reading, "rb") as answers:
                answers.read()
        assert warm.pid is not None
        return warm.pid


# Stands for a warm process: what it does with the permit, the first of the descriptors.
STAND_IN = """\
import os, socket, sys
connection = socket.socket(fileno=int(sys.argv[1]))
data, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 8)
if "take" in sys.argv:
    assert os.read(descriptors[0], 1)
    os.write(descriptors[1], b"taken")
if "die" in sys.argv:
    sys.exit()
for one in descriptors:
    os.close(one)
connection.recv(1 << 16)
connection.recv(1 << 16)
"""


@pytest.mark.parametrize(
    ("does", "starts"),
    [(["take", "die"], 1), (["take"], 1), (["die"], 2), ([], 1)],
    ids=["begins and is killed", "begins, no answer", "is killed", "no answer"],
)
def test_a_call_is_carried_out_once(
    does: list[str], starts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the fork has begun there is no error, after which a caller would do it itself."""
    started: list[str] = []

    def command(_: str, descriptor: str, __: str) -> list[str]:
        started.append(descriptor)
        return [sys.executable, "-c", STAND_IN, descriptor, *does]

    monkeypatch.setattr(launch, "command", command)
    warm = Warm(answer_seconds=2.0)
    reading, writing = os.pipe()
    try:
        if "take" in does:
            assert warm.call({}, [writing]) is None
        else:
            with pytest.raises(OSError):
                warm.call({}, [writing])
    finally:
        os.close(writing)
        warm.close()
    with os.fdopen(reading, "rb") as answers:
        assert answers.read() == (b"taken" if "take" in does else b"")
    assert len(started) == starts


def test_only_one_sees_to_a_run(project: Project) -> None:
    """Two supervisors' processes for one run, whoever started the second."""
    project.stages(first="echo ran >> count; echo > first.out")
    with project.store.starting():
        run, events = project.store.create(Request())
    command = [sys.executable, str(Path(queue.__file__).parent / "__main__.py"), str(project.root)]
    command += [run.id, str(events), "1000"]
    both = [subprocess.Popen(command, pass_fds=(events,)) for _ in range(2)]
    os.close(events)
    assert [one.wait(60) for one in both] == [0, 0]
    assert project.store.read(run.id).state == "succeeded"
    assert began(project, run.id) == ["began", "stage-started", "ended"]
    assert (project.root / "count").read_text() == "ran\n"
    assert not project.store.claim(run.id)
    assert not project.store.claim("20260101T000000Z-abcdef")


def test_questions_are_forked_too(project: Project, warm: Warm) -> None:
    project.stages(first="echo > first.out", second="cp first.out second.out")
    status = reader.status(project.root)
    assert set(status) == {"first", "second"}
    assert warm.pid is not None
    assert reader.graph(project.root)["second"].needs == ("first",)
    with pytest.raises(JupyterLabDVCError) as caught:
        reader.status(project.root, ["none"])
    assert [problem.code for problem in caught.value.problems] == ["stage-unknown"]
    began = time.monotonic()
    for _ in range(5):
        assert reader.status(project.root) == status
    forked = time.monotonic() - began
    launch.warm = None
    began = time.monotonic()
    for _ in range(5):
        assert reader.status(project.root) == status
    assert forked < 0.7 * (time.monotonic() - began)


def test_a_fork_that_dies_is_said(project: Project, warm: Warm) -> None:
    """Killed while it waits for the lock that we hold."""
    project.stages(first="echo > first.out")
    warm.ensure()
    assert warm.pid is not None

    def on_wait(_: object) -> None:
        (fork,) = psutil.Process(warm.pid).children()
        fork.kill()

    with RepoLock(project.root), pytest.raises(DVCFailed) as caught:
        reader.status(project.root, on_wait=on_wait)
    assert [problem.code for problem in caught.value.problems] == ["dvc-crashed"]
    assert set(reader.status(project.root)) == {"first"}


@pytest.mark.faults
def test_a_stop_at_any_moment_leaves_a_project_that_runs(project: Project, warm: Warm) -> None:
    """DVC's own files among them: each run has to be able to begin after the one before."""
    project.stages(first="sleep 60")
    for number in range(60):
        run_id = queue.start(project.root, keep=2).id
        project.wait(run_id, lambda run: run.state != "queued")
        time.sleep(0.01 * (number % 15))
        queue.stop(project.root, run_id)
        run = project.wait(run_id)
        assert run.state == "stopped", run
    project.stages(first="echo > first.out")
    assert project.wait(queue.start(project.root).id).state == "succeeded"
