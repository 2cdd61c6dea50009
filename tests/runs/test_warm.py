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
    assert [problem.code for problem in run.problems] == ["stage-exit"]
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
