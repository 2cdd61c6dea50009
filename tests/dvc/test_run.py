"""Runs with the real DVC: what ran, what was recorded, what is left after a stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from jupyterlab_dvc.dvc import reader, runner
from jupyterlab_dvc.dvc.locks import Holder, RepoLock
from jupyterlab_dvc.errors import JupyterLabDVCError, NotFound

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")


def outcomes(result: runner.Result) -> dict[str, list[str]]:
    kinds = ("ran", "restored", "skipped", "committed", "failed", "changed_while_running")
    return {kind: names for kind in kinds if (names := getattr(result, kind))}


def test_what_ran_is_skipped_then_restored(project: Path) -> None:
    events: list[runner.Event] = []
    first = runner.run(project, on_event=events.append)
    assert outcomes(first) == {"ran": ["first", "second"]}
    assert first.exit_code == 0
    assert [(e.kind, e.stage, e.outcome) for e in events] == [
        ("began", None, None),
        ("planned", None, None),
        ("stage-started", "first", None),
        ("stage-finished", "first", "ran"),
        ("stage-started", "second", None),
        ("stage-finished", "second", "ran"),
    ]
    assert events[1].stages == ("first", "second")
    assert events[2].commands == ("python script.py",)
    assert (project / "copy.txt").read_text() == "a1"

    (project / "params.yaml").write_text("factor: 2\n")
    assert outcomes(runner.run(project)) == {"ran": ["first", "second"]}
    (project / "params.yaml").write_text("factor: 1\n")
    back = runner.run(project)
    assert outcomes(back) == {"restored": ["first", "second"]}
    assert (project / "copy.txt").read_text() == "a1"


@pytest.mark.parametrize(
    ("targets", "options", "expected"),
    [
        ([], {}, {"skipped": ["first", "second"]}),
        (["second"], {}, {"skipped": ["first", "second"]}),
        (["second"], {"single": True}, {"skipped": ["second"]}),
        (["first"], {"downstream": True, "force": True}, {"ran": ["first", "second"]}),
        (["second"], {"single": True, "force": True}, {"ran": ["second"]}),
    ],
)
def test_options(
    project_that_ran: Path,
    targets: list[str],
    options: dict[str, bool],
    expected: dict[str, list[str]],
) -> None:
    result = runner.run(
        project_that_ran,
        targets,
        force=options.get("force", False),
        single=options.get("single", False),
        downstream=options.get("downstream", False),
    )
    assert outcomes(result) == expected


def test_a_target_is_never_an_option(project: Path) -> None:
    with pytest.raises(NotFound) as caught:
        runner.run(project, ["first", "--force"])
    assert [problem.code for problem in caught.value.problems] == ["stage-unknown"]
    assert not (project / "out.txt").exists()


@pytest.mark.parametrize(
    ("command", "code", "args"),
    [
        ("exit 3", "stage-exit", {"stage": "first", "status": 3}),
        ("kill -9 $$", "stage-signal", {"stage": "first", "signal": "SIGKILL"}),
        ("sh -c 'kill -9 $$'; exit $?", "stage-signal", {"stage": "first", "signal": "SIGKILL"}),
        ("echo ', exited with 5'; exit 7", "stage-exit", {"stage": "first", "status": 7}),
    ],
)
def test_a_failing_command(project: Path, command: str, code: str, args: dict[str, object]) -> None:
    pipeline(project, first=command)
    result = runner.run(project)
    assert outcomes(result) == {"failed": ["first"]}
    assert result.exit_code == 1
    assert [(p.code, dict(p.args)) for p in result.problems] == [(code, args)]
    assert not (project / "dvc.lock").exists()


def test_a_missing_input_is_named(project: Path) -> None:
    (project / "in.txt").unlink()
    result = runner.run(project)
    assert outcomes(result) == {"failed": ["first"]}
    assert "in.txt" in result.problems[0].message


@pytest.mark.parametrize(
    ("folder", "command", "reason"),
    [
        ("sub", "rm -r ../sub", "its folder 'sub' isn't there"),
        ("sub", "rm -r ../sub; touch ../sub", "its folder 'sub' isn't there"),
        ("sub", "rm -r ../sub; exit 3", None),
        ("none", "true", "its folder 'none' isn't there"),
        (".", 'rm -r "$PWD"', "the project's folder isn't there"),
        (".", 'rm -r "$PWD"; mkdir "$PWD"', "{}/.dvc/tmp/rwlock.lock"),
        (".", "rm -r .dvc", "{}/.dvc/tmp/rwlock.lock"),
    ],
)
def test_a_folder_removed_while_its_stage_ran_is_named(
    project: Path, folder: str, command: str, reason: str | None
) -> None:
    (project / "sub").mkdir()
    stage = {"cmd": command, "wdir": folder, "outs": ["x"]}
    (project / "dvc.yaml").write_text(json.dumps({"stages": {"a": stage}}))
    (problem,) = runner.run(project).problems
    assert problem.code == ("stage-exit" if reason is None else "stage-failed")
    if reason is not None:
        assert reason.format(project) in str(problem.args["reason"])


def pipeline(project: Path, first: str) -> None:
    text = (project / "dvc.yaml").read_text()
    quoted = "'" + first.replace("'", "''") + "'"
    (project / "dvc.yaml").write_text(text.replace("python script.py", quoted))


# What changes while its stage runs


@pytest.mark.parametrize(
    ("change", "said", "forced"),
    [
        ("echo '# b' >> script.py", "script.py", False),
        ("echo '# b' >> script.py", "script.py", True),
        ("mv in.txt x; cp x in.txt; echo c >> in.txt", "in.txt", False),
        ("echo 'factor: 5' > params.yaml", "params.yaml:factor", False),
        ("echo 'factor: 5' > params.yaml", "params.yaml:factor", True),
        ("rm in.txt", "in.txt", False),
    ],
)
def test_row_29_what_changed_while_it_ran_is_not_recorded(
    project_that_ran: Path, change: str, said: str, forced: bool
) -> None:
    (project_that_ran / "in.txt").write_text("new")
    pipeline(project_that_ran, first=f"python script.py; {change}")
    lock = (project_that_ran / "dvc.lock").read_bytes()
    cached = run_cache(project_that_ran)
    result = runner.run(project_that_ran, force=forced)
    if change == "rm in.txt":
        assert outcomes(result) == {"failed": ["first"]}
    else:
        assert outcomes(result) == {"changed_while_running": ["first"]}
    assert said in result.problems[0].message
    assert result.exit_code == 1
    assert (project_that_ran / "dvc.lock").read_bytes() == lock
    assert run_cache(project_that_ran) == cached
    assert "first" in reader.status(project_that_ran)


def run_cache(project: Path) -> set[Path]:
    return set((project / ".dvc" / "cache" / "runs").rglob("*"))


def test_another_key_and_byte_code_are_no_change(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    (project / "modules").mkdir()
    (project / "modules" / "module.py").write_text("x = 1")
    text = (project / "dvc.yaml").read_text().replace("[script.py, in", "[script.py, modules, in")
    (project / "dvc.yaml").write_text(text)
    pipeline(
        project,
        first="python -c \"import sys; sys.path[0] = 'modules'; import module\"; "
        "python script.py; echo 'other: 5' >> params.yaml",
    )
    result = runner.run(project)
    assert list((project / "modules").rglob("*.pyc"))
    assert outcomes(result) == {"ran": ["first", "second"]}


def test_a_file_in_an_input_folder_is_named(project: Path) -> None:
    (project / "data").mkdir()
    (project / "data" / "one").write_text("1")
    text = (project / "dvc.yaml").read_text().replace("[script.py, in", "[script.py, data, in")
    (project / "dvc.yaml").write_text(text)
    pipeline(project, first="python script.py; echo > data/two")
    result = runner.run(project)
    assert outcomes(result) == {"changed_while_running": ["first"]}
    assert [p.args["paths"] for p in result.problems] == ["data/two"]


# Stopping


def wait_for(file: Path) -> None:
    end = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < end, f"no {file.name} after a minute"
        time.sleep(0.02)


@contextmanager
def stopped_when(started: Path) -> Iterator[tuple[threading.Event, dict[str, float]]]:
    """Sets the event when ``started``, and notes when."""
    stop = threading.Event()
    times: dict[str, float] = {}

    def watch() -> None:
        wait_for(started)
        times["stop"] = time.monotonic()
        stop.set()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield stop, times
    finally:
        thread.join()


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        pytest.param("touch started; sleep 60", 5, id="plain"),
        pytest.param(
            "trap '' INT TERM; touch started; sleep 60; sleep 60",
            6,
            id="traps",
            marks=pytest.mark.faults,
        ),
        pytest.param(
            "setsid sh -c 'trap \"\" INT TERM; touch started; sleep 61; sleep 61'",
            6,
            id="session of its own",
            marks=pytest.mark.faults,
        ),
        pytest.param("setsid sh -c 'sleep 62; sleep 62' & touch started; sleep 60", 6, id="daemon"),
    ],
)
def test_stop_leaves_nothing(project: Path, command: str, seconds: float) -> None:
    pipeline(project, first=command)
    with stopped_when(project / "started") as (stop, times):
        result = runner.run(project, stop=stop)
    assert time.monotonic() - times["stop"] < seconds
    assert (result.stopped, result.exit_code) == (True, 130)
    assert left_in(project) == []
    assert reader.status(project)["first"] != ["busy"]


def left_in(project: Path) -> list[str]:
    found = []
    for one in psutil.process_iter():
        try:
            if one.cwd() == str(project) and one.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(one.cmdline()))
        except psutil.Error:
            continue
    return found


def test_a_stage_that_ends_well_after_a_stop_is_recorded_and_the_last(project: Path) -> None:
    pipeline(project, first="trap '' INT; touch started; sleep 0.7; python script.py")
    with stopped_when(project / "started") as (stop, _):
        result = runner.run(project, stop=stop)
    assert (outcomes(result), result.exit_code) == ({"ran": ["first"]}, 130)
    assert "first" not in reader.status(project)


def test_killed_worker(project: Path) -> None:
    pipeline(project, first="touch started; sleep 60")

    times: list[float] = []

    def kill() -> None:
        wait_for(project / "started")
        # This process can have other children: those of a test before, ended and not yet reaped.
        (worker,) = [
            child
            for child in psutil.Process().children()
            if child.status() != psutil.STATUS_ZOMBIE and "worker" in " ".join(child.cmdline())
        ]
        times.append(time.monotonic())
        worker.kill()

    thread = threading.Thread(target=kill)
    thread.start()
    result = runner.run(project)
    ended = time.monotonic()
    thread.join()
    assert ended - times[0] < 2
    assert [(p.code, p.args["signal"]) for p in result.problems] == [("run-killed", "SIGKILL")]
    assert left_in(project) == []


def test_ctrl_c(project: Path) -> None:
    pipeline(project, first="touch started; sleep 60")
    code = (
        "import sys; from pathlib import Path; from jupyterlab_dvc.dvc import runner;"
        "sys.exit(runner.run(Path(sys.argv[1])).exit_code)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(project)], cwd=Path(__file__).parents[2]
    )
    wait_for(project / "started")
    parent.send_signal(signal.SIGINT)
    assert parent.wait(10) == 130
    assert left_in(project) == []


# Others at work


def test_waits_for_a_dvc_in_a_terminal(project: Path) -> None:
    wait = "while [ ! -e go ]; do sleep 0.1; done"
    pipeline(project, first=f"touch started; {wait}; python script.py; echo once >> ../runs")
    other = subprocess.Popen(
        [sys.executable, "-m", "dvc", "repro", "-q"], cwd=project, stderr=subprocess.PIPE
    )
    wait_for(project / "started")
    assert reader.status(project)["first"] == ["busy"]
    holders: list[Holder] = []

    def on_event(event: runner.Event) -> None:
        if event.kind == "waiting":
            holders.extend(event.holders)
            (project / "go").touch()

    result = runner.run(project, on_event=on_event)
    _, errors = other.communicate()
    assert (other.returncode, errors) == (0, b"")
    assert outcomes(result) == {"skipped": ["first", "second"]}
    assert (project.parent / "runs").read_text() == "once\n"
    assert {h.pid for h in holders} == {other.pid}
    assert all("repro -q" in h.command for h in holders)


def test_the_interpreter_is_python(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its folder has another ``python``, or none; a virtual environment stays one."""
    environment = project / "env"
    venv.create(environment, with_pip=False, symlinks=True)
    (environment / "bin" / "python").unlink()
    monkeypatch.setenv("PATH", os.defpath)
    pipeline(project, first="python -c 'import sys; print(sys.prefix)' > prefix; touch out.txt")
    for interpreter, prefix in (
        (environment / "bin" / "python3", environment),
        (Path(sys.executable), Path(sys.prefix)),
    ):
        result = runner.run(project, ["first"], force=True, python=str(interpreter))
        assert result.ran == ["first"]
        assert (project / "prefix").read_text().strip() == str(prefix)


def test_a_command_edited_during_the_run_is_the_one_that_runs(project: Path) -> None:
    """Its value would else be recorded beside a command that had the old one."""
    text = (project / "dvc.yaml").read_text()
    text = text.replace("cp out.txt copy.txt", "echo ${factor} > copy.txt")
    (project / "dvc.yaml").write_text(text.replace("    params: [factor]\n", ""))
    pipeline(project, first="python script.py; echo 'factor: 9' > params.yaml")
    events: list[runner.Event] = []
    result = runner.run(project, on_event=events.append)
    assert result.ran == ["first", "second"]
    assert events[4].commands == ("echo 9 > copy.txt",)
    assert reader.status(project) == {}


def test_stop_while_waiting(project: Path) -> None:
    stop = threading.Event()
    waiting: list[runner.Event] = []

    def on_event(event: runner.Event) -> None:
        waiting.append(event)
        stop.set()

    with RepoLock(project):
        result = runner.run(project, on_event=on_event, stop=stop)
        assert [holder.pid for holder in waiting[0].holders] == [os.getpid()]
    assert (result.stopped, outcomes(result), result.exit_code) == (True, {}, 130)


def test_errors_before_a_run(tmp_path: Path) -> None:
    with pytest.raises(JupyterLabDVCError) as caught:
        runner.run(tmp_path)
    assert [p.code for p in caught.value.problems] == ["dvc-no-project"]
