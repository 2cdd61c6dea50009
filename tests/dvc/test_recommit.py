"""Writing scripts under DVC: who waits for whom, and which stages stay up to date."""

from __future__ import annotations

import hashlib
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

from jupyterlab_dvc.dvc import launch, reader, recommit, runner
from jupyterlab_dvc.dvc.locks import Holder, RepoLock
from jupyterlab_dvc.errors import CannotWrite
from jupyterlab_dvc.writes import Write

from .conftest import SCRIPT, Dvc

SAME = SCRIPT.replace('"w"', "'w'")

MANY = """\
stages:
  fresh:
    cmd: cp in.txt fresh.txt
    deps: [script.py, in.txt]
    outs: [fresh.txt]
  frozen:
    cmd: cp in.txt frozen.txt
    deps: [script.py, in.txt]
    outs: [frozen.txt]
    frozen: true
  folder:
    cmd: cp in.txt folder.txt
    deps: [scripts]
    outs: [folder.txt]
  each:
    foreach: [x, y]
    do:
      cmd: cp in.txt ${item}.txt
      deps: [script.py, in.txt]
      metrics:
      - ${item}.txt:
          cache: false
  stale:
    cmd: cp other.txt stale.txt
    deps: [script.py, other.txt]
    outs: [stale.txt]
  edited:
    cmd: echo 1 > edited.txt
    deps: [script.py]
    outs: [edited.txt]
  missing:
    cmd: cp in.txt missing.txt
    deps: [script.py, in.txt]
    outs: [missing.txt]
  param:
    cmd: echo ${factor} > param.txt
    deps: [script.py]
    params: [factor]
    outs: [param.txt]
  command:
    cmd: echo 1 > command.txt
    deps: [script.py]
    outs: [command.txt]
  module:
    cmd: cp in.txt module.txt
    deps: [script.py, module.py]
    outs: [module.txt]
  always:
    cmd: cp in.txt always.txt
    deps: [script.py]
    outs: [always.txt]
    always_changed: true
  elsewhere:
    cmd: cp other.txt elsewhere.txt
    deps: [other.txt]
    outs: [elsewhere.txt]
"""
NEVER = """\
  never:
    cmd: cp in.txt never.txt
    deps: [script.py]
    outs: [never.txt]
"""
DEEP = """\
stages:
  deep:
    cmd: cp ../in.txt deep.txt
    deps: [../script.py]
    outs: [deep.txt]
"""


def test_each_stage_that_was_up_to_date_stays_so(project: Path, dvc: Dvc) -> None:
    many = MANY.replace("script.py", "scripts/script.py")
    after_runs = many + NEVER.replace("script.py", "scripts/script.py")
    (project / "scripts").mkdir()
    script = project / "scripts" / "script.py"
    script.write_text(SCRIPT)
    (project / "deep").mkdir()
    (project / "deep" / "dvc.yaml").write_text(DEEP.replace("script.py", "scripts/script.py"))
    (project / "other.txt").write_text("1")
    (project / "module.py").write_text("1")
    # Frozen ones are only run by thawing them; this one has run before it froze.
    (project / "dvc.yaml").write_text(many.replace("frozen: true", "frozen: false"))
    done = dvc(project, "repro", "--all-pipelines", "-q")
    assert (done.returncode, done.stderr) == (0, "")
    (project / "dvc.yaml").write_text(after_runs)

    (project / "other.txt").write_text("2")
    (project / "edited.txt").write_text("2")
    (project / "missing.txt").unlink()
    (project / "params.yaml").write_text("factor: 3\n")
    before = reader.status(project)
    report = recommit.apply(
        project,
        [
            Write(script, SAME.encode()),
            Write(project / "module.py", b"2"),
            Write(project / "dvc.yaml", after_runs.replace("echo 1 > c", "echo 2 > c").encode()),
        ],
        [script],
    )
    assert sorted(report.recommitted) == [
        "deep/dvc.yaml:deep",
        "each@x",
        "each@y",
        "folder",
        "fresh",
        "frozen",
    ]
    assert {name: problem.code for name, problem in report.left_stale} == {
        "stale": "recommit-was-stale",
        "edited": "recommit-was-stale",
        "missing": "recommit-output-missing",
        "param": "recommit-was-stale",
        "command": "recommit-other-change",
        "module": "recommit-other-change",
        "always": "recommit-was-stale",
        "never": "recommit-never-run",
    }
    assert report.problems == ()
    assert script.read_text() == SAME
    after = reader.status(project)
    assert after.keys() - before.keys() == {"command", "module"}
    assert not after.keys() & set(report.recommitted)


def test_what_the_write_itself_puts_right_is_not_called_stale(project_that_ran: Path) -> None:
    script = project_that_ran / "script.py"
    recorded = script.read_bytes()
    script.write_bytes(recorded + b"# a note, by hand\n")
    assert "first" in reader.status(project_that_ran)
    report = recommit.apply(project_that_ran, [Write(script, recorded)], [script])
    assert report == recommit.Report()
    assert reader.status(project_that_ran) == {}


def test_whom_it_unlists_is_said(project_that_ran: Path) -> None:
    """As ``held_for_writing`` does where no stage is to be committed."""
    script = project_that_ran / "script.py"
    path = project_that_ran / ".dvc" / "tmp" / "rwlock"
    info = {"pid": 2**22 - 1, "cmd": "dvc repro"}
    path.write_text(json.dumps({"read": {str(script): [info]}, "write": {}}))
    report = recommit.apply(project_that_ran, [Write(script, SAME.encode())], [script])
    assert [problem.code for problem in report.problems] == ["rwlock-repaired"]
    assert set(report.recommitted) == {"first"}


def test_results_of_before_are_found_again(project: Path) -> None:
    """Values seen under an old text of the script are restored, not executed."""
    script = project / "script.py"
    for factor in (1, 2):
        (project / "params.yaml").write_text(f"factor: {factor}\n")
        runner.run(project)
    for number, text in enumerate((SAME, SAME + "\n\n")):
        report = recommit.apply(project, [Write(script, text.encode())], [script])
        assert report.recommitted == ("first",)
        (project / "params.yaml").write_text(f"factor: {number + 1}\n")
        assert runner.run(project).restored == ["first", "second"]
        assert (project / "copy.txt").read_text() == f"a{number + 1}"


def test_what_is_no_same_code_makes_stale_without_a_start_of_dvc(
    project_that_ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("DVC was started")

    with monkeypatch.context() as patch:
        patch.setattr(launch, "ask", ask)
        script = project_that_ran / "script.py"
        new = project_that_ran / "more" / "new.py"
        report = recommit.apply(
            project_that_ran, [Write(script, b"x = 1\n"), Write(new, b"", 0o755)], [new]
        )
        assert report == recommit.Report()
        assert new.stat().st_mode & 0o777 == 0o755
        assert recommit.apply(None, [Write(script, b"x = 2\n")], [script]) == recommit.Report()
    assert reader.status(project_that_ran)["first"] == [{"changed deps": {"script.py": "modified"}}]


def test_a_failure_in_the_middle_is_told_and_commits_nothing(project_that_ran: Path) -> None:
    lock = (project_that_ran / "dvc.lock").read_bytes()
    script = project_that_ran / "script.py"
    with pytest.raises(CannotWrite) as caught:
        recommit.apply(
            project_that_ran,
            [Write(script, SAME.encode()), Write(script / "no folder", b"")],
            [script],
        )
    assert [p.code for p in caught.value.problems] == ["file-unwritable", "write-partial"]
    assert caught.value.problems[1].args["paths"] == "script.py"
    assert script.read_text() == SAME
    assert (project_that_ran / "dvc.lock").read_bytes() == lock


def test_a_broken_pipeline_elsewhere_stops_no_write(project_that_ran: Path) -> None:
    (project_that_ran / "sub").mkdir()
    (project_that_ran / "sub" / "dvc.yaml").write_text("stages: [")
    script = project_that_ran / "script.py"
    report = recommit.apply(project_that_ran, [Write(script, SAME.encode())], [script])
    assert script.read_text() == SAME
    assert report.recommitted == ()
    assert [p.code for p in report.problems] == ["recommit-failed"]
    assert "sub/dvc.yaml" in str(report.problems[0])


def test_a_dvc_that_does_not_work_stops_no_write(project_that_ran: Path) -> None:
    (project_that_ran / ".dvc" / "config").write_text("[core]\n    nonsense = 1\n")
    script = project_that_ran / "script.py"
    report = recommit.apply(project_that_ran, [Write(script, SAME.encode())], [script])
    assert script.read_text() == SAME
    assert [p.code for p in report.problems] == ["recommit-failed"]


@pytest.mark.parametrize("same", [False, True], ids=["other code", "same code"])
def test_a_write_waits_for_the_stage_that_reads_it(project_that_ran: Path, same: bool) -> None:
    project = project_that_ran
    text = (project / "dvc.yaml").read_text()
    wait = "touch started; while [ ! -e go ]; do sleep 0.1; done; python script.py"
    (project / "dvc.yaml").write_text(text.replace("python script.py", wait))
    other = subprocess.Popen([sys.executable, "-m", "dvc", "repro", "-q", "first"], cwd=project)
    end = time.monotonic() + 60
    while not (project / "started").exists():
        assert time.monotonic() < end
        time.sleep(0.02)

    seen: list[tuple[Holder, str]] = []

    def on_wait(holders: tuple[Holder, ...]) -> None:
        seen.extend((holder, script.read_text()) for holder in holders)
        (project / "go").touch()

    script = project / "script.py"
    report = recommit.apply(
        project, [Write(script, SAME.encode())], [script] if same else [], on_wait
    )
    assert other.wait(60) == 0
    assert {(holder.pid, text) for holder, text in seen} == {(other.pid, SCRIPT)}
    assert script.read_text() == SAME
    recorded = (project / "dvc.lock").read_text()
    old, new = (hashlib.md5(t.encode()).hexdigest() for t in (SCRIPT, SAME))
    assert report.recommitted == (("first",) if same else ())
    assert (new if same else old) in recorded
    assert (old if same else new) not in recorded


def test_nobody_starts_between_the_look_and_the_write(project: Path) -> None:
    """While another process has DVC's lock nothing is written, and once it's ours, at once."""
    target = project / "script.py"
    lock = RepoLock(project)
    lock.acquire()
    thread = threading.Thread(target=recommit.apply, args=(project, [Write(target, b"new")]))
    thread.start()
    thread.join(0.5)
    assert thread.is_alive() and target.read_text() == SCRIPT
    lock.release()
    thread.join(5)
    assert target.read_bytes() == b"new"


CALLER = """
import sys
from pathlib import Path
from jupyterlab_dvc.dvc.recommit import apply
from jupyterlab_dvc.writes import Write

script = Path(sys.argv[1], "script.py")
say = lambda holders: print(holders[0].pid, flush=True)
apply(script.parent, [Write(script, b"x = 1")], [script], say)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_who_is_ended_while_waiting_writes_nothing_later(
    project_that_ran: Path, number: int
) -> None:
    lock = RepoLock(project_that_ran)
    lock.acquire()
    with subprocess.Popen(
        [sys.executable, "-c", CALLER, str(project_that_ran)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as caller:
        try:
            assert caller.stdout is not None
            assert int(caller.stdout.readline()) == os.getpid()
            (worker,) = psutil.Process(caller.pid).children()
            caller.send_signal(number)
            caller.wait(20)
            psutil.wait_procs([worker], 20)
        finally:
            caller.kill()
    assert not worker.is_running()
    lock.release()
    assert (project_that_ran / "script.py").read_text() == SCRIPT
