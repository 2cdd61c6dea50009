"""Runs from their start to their end, with the real DVC."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from jupyterlab_dvc.dvc.runner import Event
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.record import Run

from .conftest import Project, gone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")


def test_a_run_is_written_down(project: Project) -> None:
    project.stages(first="echo one; echo 1 > first.out", second="echo two; cp first.out second.out")
    run = queue.start(project.root)
    assert (run.state, run.number, run.request.what) == ("queued", 1, "pipeline")
    ended = project.wait(run.id)
    assert (ended.state, ended.problems) == ("succeeded", ())
    assert [(s.name, s.state) for s in ended.stages] == [("first", "ran"), ("second", "ran")]
    assert ended.started is not None and ended.ended is not None
    assert run.created <= ended.started <= ended.ended
    assert project.log(run) == (
        "Running stage 'first':\n> echo one; echo 1 > first.out\none\n"
        "Running stage 'second':\n> echo two; cp first.out second.out\ntwo\n"
    )
    events, end = project.store.events(run.id)
    assert [event["event"] for event in events] == [
        "began",
        "planned",
        *["stage-started", "stage-finished"] * 2,
        "ended",
    ]
    assert project.store.events(run.id, end) == ([], end)
    assert project.store.log_size(run.id) == len(project.log(run))
    assert gone(run.id)
    again = project.wait(queue.start(project.root).id)
    assert (again.number, again.state) == (2, "succeeded")
    assert [(s.name, s.state) for s in again.stages] == [
        ("first", "skipped"),
        ("second", "skipped"),
    ]
    assert [one.id for one in project.store.find()] == [again.id, run.id]


@pytest.mark.parametrize(
    ("pipeline", "targets", "code"),
    [
        ("stages:\n  a:\n    cmd: [", [], "dvc-yaml-syntax"),
        ("stages:\n  a:\n    cmd: echo\n", ["--force"], "stage-unknown"),
        ("stages:\n  a:\n    cmd: echo\n", ["b"], "stage-unknown"),
        ("stages:\n  a:\n    cmd: touch pwned\n", ["x;touch pwned"], "stage-unknown"),
        (None, [], "dvc-no-pipeline"),
    ],
)
def test_what_cannot_be_run(
    project: Project, pipeline: str | None, targets: list[str], code: str
) -> None:
    if pipeline is not None:
        (project.root / "dvc.yaml").write_text(pipeline)
    run = started(project, targets)
    if isinstance(run, Run):
        assert run.state == "failed"
        assert [problem.code for problem in run.problems] == [code]
        assert f"ERROR: {run.problems[0]}" in project.log(run)
    assert not (project.root / "pwned").exists()


def started(project: Project, targets: list[str]) -> Run | None:
    """The ended run; None where it was refused at once, which leaves no run."""
    try:
        run = queue.start(project.root, targets)
    except Refused:
        assert project.store.find() == []
        return None
    return project.wait(run.id)


def test_a_value_that_a_command_cannot_carry(project: Project) -> None:
    (project.root / "dvc.yaml").write_text(
        "stages:\n  a:\n    cmd: echo --word='${word}'\n    params: [word]\n"
        "    meta: {jupyterlab-dvc: {notebook: a.ipynb, sha256: x}}\n"
    )
    (project.root / "params.yaml").write_text(json.dumps({"word": "'; touch pwned; '"}))
    with pytest.raises(Refused):
        queue.start(project.root)
    assert project.store.find() == []
    # Or it is changed while the run waits for another one.
    (project.root / "params.yaml").write_text(json.dumps({"word": "fine"}))
    (project.root / "dvc.yaml").write_text(
        (project.root / "dvc.yaml").read_text()
        + "  slow:\n    cmd: touch started; while [ ! -e go ]; do sleep 0.05; done\n"
    )
    queue.start(project.root, ["slow"])
    project.wait_for("started")
    second = queue.start(project.root, ["a"])
    (project.root / "params.yaml").write_text(json.dumps({"word": "'; touch pwned; '"}))
    (project.root / "go").touch()
    run = project.wait(second.id)
    assert [problem.code for problem in run.problems] == ["hyperparameter-changed"]
    assert not (project.root / "pwned").exists()


def test_a_daemon_that_a_stage_leaves_behind_lives_on(project: Project) -> None:
    project.stages(
        first="setsid sh -c 'while [ ! -e go ]; do echo tick; sleep 0.05; done; touch went' &"
        " echo > first.out"
    )
    run = project.wait(queue.start(project.root).id)
    assert run.state == "succeeded"
    size = project.store.log_size(run.id)
    assert not gone(run.id, 0.5)
    (project.root / "go").touch()
    project.wait_for("went")
    assert gone(run.id)
    assert project.store.log_size(run.id) == size


def test_a_run_in_a_terminal_is_seen_and_stopped_from_elsewhere(project: Project) -> None:
    project.stages(first="echo begin; touch started; sleep 60")
    with subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_dvc.cli.main", "-C", str(project.root), "run"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as terminal:
        project.wait_for("started")
        (run,) = project.store.find()
        run = project.wait(run.id, lambda run: run.state == "running")
        assert (run.state, run.pid, run.in_terminal) == ("running", terminal.pid, True)
        # The same from the page is another run, behind it.
        behind = queue.start(project.root)
        assert behind.id != run.id
        queue.stop(project.root, behind.id)
        queue.stop(project.root, run.id)
        printed, said = terminal.communicate(timeout=30)
    assert terminal.returncode == 130
    assert printed == "begin\nStages: 1 failed\n"
    assert "The run was stopped." in said
    assert project.wait(run.id).state == "stopped"
    assert project.wait(behind.id).state == "stopped"


def test_a_queued_run_in_a_terminal_names_what_it_waits_for(project: Project) -> None:
    project.stages(first="touch started; while [ ! -e go ]; do sleep 0.05; done; echo > first.out")
    run = queue.start(project.root, ["first"])
    project.wait_for("started")
    heard: list[Event] = []

    def on_event(event: Event) -> None:
        heard.append(event)
        (project.root / "go").touch()

    result = queue.foreground(project.root, on_event=on_event)
    assert result.skipped == ["first"]
    assert heard[0].kind == "waiting"
    assert [h.command for h in heard[0].holders] == ["jupyterlab-dvc run first"]
    assert project.store.read(run.id).state == "succeeded"


def test_old_runs_are_removed(project: Project) -> None:
    project.stages(first="echo > first.out")
    ids = [project.wait(queue.start(project.root, keep=2).id).id for _ in range(3)]
    assert [run.id for run in project.store.find()] == [ids[2], ids[1]]
    run = project.wait(queue.start(project.root, keep=1).id)
    assert [(one.id, one.number) for one in project.store.find()] == [(run.id, 4)]


def test_the_interpreter_and_what_a_stage_sees(project: Project, tmp_path: Path) -> None:
    """Each line is there as it is printed; the lock of the run's events is not handed down."""
    interpreter = tmp_path / "python3.99"
    interpreter.write_text(f'#!/bin/sh\nprintf "ours: "\nexec {sys.executable} "$@"\n')
    interpreter.chmod(0o755)
    project.stages(
        first="python -c \"import time; print(1); open('started', 'w'); time.sleep(60)\";"
    )
    run = queue.start(project.root, python=str(interpreter))
    project.wait_for("started")
    project.wait(run.id, lambda _: "ours: 1\n" in project.log(run))
    events = project.store.folder / run.id / "events.jsonl"
    supervisor = project.store.read(run.id).pid
    assert supervisor is not None
    for process in psutil.Process(supervisor).children(recursive=True):
        assert str(events) not in {file.path for file in process.open_files()}
    assert str(events) in {file.path for file in psutil.Process(supervisor).open_files()}
