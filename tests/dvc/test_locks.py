"""DVC's locks against DVC itself, and what is left of processes that died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_dvc.dvc import locks, process, rwlock
from jupyterlab_dvc.dvc.locks import RepoLock
from jupyterlab_dvc.errors import Busy, CannotWrite, Refused

from .conftest import Dvc


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".dvc" / "tmp").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def dead() -> int:
    """The pid of a process that is gone."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


@pytest.fixture
def stranger() -> Iterator[int]:
    """The pid of a living process that is no DVC."""
    with subprocess.Popen(["sleep", "600"]) as living:
        yield living.pid
        living.kill()


def listed(folder: Path, pid: int, *, kind: str = "read", command: str = "dvc repro") -> Path:
    path = folder / "in.txt"
    info = {"pid": pid, "cmd": command}
    content = {kind: {str(path): [info] if kind == "read" else info}}
    rwlock.file_of(folder).write_text(json.dumps(content))
    return path


def age(folder: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(rwlock.file_of(folder), (then, then))


@pytest.mark.parametrize("hard_links", [False, True])
def test_it_is_the_same_lock_as_dvcs(folder: Path, hard_links: bool) -> None:
    from dvc.lock import LockError, make_lock

    (folder / ".dvc" / "config").write_text(f"[core]\n  hardlink_lock = {hard_links}\n")
    path, temporary = str(folder / ".dvc" / "tmp" / "lock"), str(folder / ".dvc" / "tmp")
    theirs = make_lock(path, tmp_dir=temporary, hardlink_lock=hard_links)
    ours = RepoLock(folder)
    with theirs:
        assert not ours.try_acquire()
        holder = locks.holders(folder)[0]
        # DVC's hard-link lock doesn't say whose it is.
        assert (holder.pid, holder.kind) == (0 if hard_links else os.getpid(), "lock")
        assert ".dvc/tmp/lock" in holder.problem.message
        with pytest.raises(Busy):
            RepoLock(folder, timeout=0.05).acquire()
    with ours:
        with pytest.raises(LockError):
            theirs._do_lock() if not hard_links else theirs.lock(1)
    with theirs:
        pass
    assert locks.holders(folder) == []


def test_dvc_waits_for_us(project_that_ran: Path, dvc: Dvc) -> None:
    lock = RepoLock(project_that_ran)
    lock.acquire()
    timer = threading.Timer(1.5, lock.release)
    timer.start()
    start = time.monotonic()
    assert dvc(project_that_ran, "status", "-q").returncode == 0
    assert time.monotonic() - start > 1.0
    timer.join()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "tmp").write_text("a file in the way")
    with pytest.raises(CannotWrite) as caught:
        RepoLock(tmp_path).acquire()
    assert caught.value.problems[0].code == "file-unwritable"


def test_states(folder: Path, dead: int, stranger: int) -> None:
    def state(pid: int, command: str = "dvc repro", seconds: float = 0) -> str:
        path = listed(folder, pid, command=command)
        age(folder, seconds)
        (holder,) = locks.holders(folder, [path])
        assert (holder.pid, holder.command, holder.path) == (pid, command, str(path))
        return holder.state

    assert state(dead) == "dead"
    assert state(2**31 - 1) == "dead"
    assert state(2**70) == "dead"
    assert state(0) == state(-1) == "dead"
    assert state(stranger, seconds=3600) == "reused"
    assert state(stranger) == "doubtful"
    assert state(stranger, "sleep 600") == "live"
    # The clock went forward by an hour: a start "after" the file proves nothing by itself.
    assert state(stranger, "sleep 600", 3600) == "doubtful"


def test_a_zombie_holds_nothing(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as zombie:
        end = time.monotonic() + 20
        while process.look_up(zombie.pid) is not None:
            assert time.monotonic() < end
            time.sleep(0.01)
        path = listed(folder, zombie.pid)
        assert locks.holders(folder, [path])[0].state == "dead"


@pytest.mark.parametrize(
    ("entry", "path", "used"),
    [
        ("data", "data", True),
        ("data", "data/x", True),
        ("data/x", "data", True),
        ("data", "data2", False),
        ("data/x", "data/y", False),
        ("linked/x", "data/x", True),
        ("data/x", "linked/x", True),
    ],
)
def test_which_paths_are_in_each_others_way(
    folder: Path, entry: str, path: str, used: bool, stranger: int
) -> None:
    (folder / "data").mkdir()
    (folder / "linked").symlink_to("data")
    info = {"pid": stranger, "cmd": "sleep 600"}
    content = {"write": {str(folder / entry): info}}
    rwlock.file_of(folder).write_text(json.dumps(content))
    assert bool(rwlock.users(folder, [folder / path])) is used


@pytest.mark.parametrize("kind", ["read", "write"])
def test_the_dead_are_no_hindrance(folder: Path, dead: int, kind: str) -> None:
    path = listed(folder, dead, kind=kind)
    with locks.held_for_writing(folder, [path], timeout=5) as repaired:
        pass
    assert [(p.code, p.args["pid"]) for p in repaired] == [("rwlock-repaired", dead)]
    assert rwlock.entries(folder) == ()


def test_a_reused_pid_is_unlisted_for_dvc_too(
    project_that_ran: Path, dvc: Dvc, stranger: int
) -> None:
    path = listed(project_that_ran, stranger, kind="write")
    age(project_that_ran, 3600)
    assert "busy" in dvc(project_that_ran, "status").stderr
    problems = locks.repair(project_that_ran)
    assert [p.code for p in problems] == ["rwlock-repaired"]
    assert str(path) in problems[0].message
    assert dvc(project_that_ran, "status").returncode == 0


def test_a_living_reader_is_waited_for(folder: Path, stranger: int) -> None:
    path = listed(folder, stranger, command="sleep 600")
    said: list[tuple[rwlock.Holder, ...]] = []
    with pytest.raises(Busy) as caught:
        with locks.held_for_writing(folder, [path], said.append, timeout=1.5):
            pass
    assert [[holder.pid for holder in holders] for holders in said] == [[stranger]]
    assert f"process {stranger} (sleep 600)" in str(caught.value)
    with locks.held_for_writing(folder, [folder / "other"], timeout=0):
        pass


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ('{"write": {"/a": {"pid": 1', "it is cut off or no JSON"),
        ("[]", "it has another shape than DVC's"),
        ('{"write": [1]}', "it has another shape than DVC's"),
        ('{"read": {"/a": [{"pid": "x", "cmd": ""}]}}', "it has another shape than DVC's"),
        ('{"read": {"/a": [{"pid": 1}]}}', "it has another shape than DVC's"),
    ],
)
def test_a_broken_list_is_explained(
    folder: Path, content: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rwlock, "PATIENCE", 0.0)
    rwlock.file_of(folder).write_text(content)
    with pytest.raises(Refused) as caught:
        locks.holders(folder)
    (problem,) = caught.value.problems
    assert (problem.code, problem.args["reason"]) == ("rwlock-broken", reason)
    assert problem.place.path == ".dvc/tmp/rwlock"


def test_a_broken_list_is_removed_where_safe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In it, whatever has no DVC_ROOT in its environment isn't a stage of it.
    monkeypatch.chdir(folder)
    rwlock.file_of(folder).write_text("")
    # A command in the folder may be the one whose entries were lost.
    code = "import sys, time; print(flush=True); time.sleep(600)  # dvc"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        with pytest.raises(Busy) as busy:
            locks.repair(folder)
        assert busy.value.problems[0].args["pid"] == running.pid
        running.kill()
    assert rwlock.file_of(folder).exists()
    assert [p.code for p in locks.repair(folder)] == ["rwlock-removed"]
    assert locks.holders(folder) == []


REPAIR = """
import sys
from pathlib import Path
from jupyterlab_dvc.dvc import locks
print(*(problem.code for problem in locks.repair(Path.cwd())))
"""


def test_neither_a_waiting_shell_nor_a_program_below_a_folder_of_that_name_is_dvc(
    folder: Path, tmp_path: Path
) -> None:
    rwlock.file_of(folder).write_text("")
    program = tmp_path / "my-dvc-project" / "bin" / "program"
    program.parent.mkdir(parents=True)
    program.symlink_to("/bin/sh")
    with subprocess.Popen(
        [program, "-c", "echo; read line"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        shell = f'"{sys.executable}" -c "$1" && : # dvc'
        done = subprocess.check_output(["sh", "-c", shell, "sh", REPAIR], cwd=folder, text=True)
        assert done == "rwlock-removed\n"
        other.kill()


def test_a_list_that_is_just_being_written_is_read_again(folder: Path) -> None:
    rwlock.file_of(folder).write_text("")

    def finish() -> None:
        rwlock.file_of(folder).write_text("{}")

    timer = threading.Timer(0.1, finish)
    timer.start()
    assert rwlock.entries(folder) == ()
    timer.join()


def test_looking_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    assert locks.holders(tmp_path) == []
    assert list((tmp_path / ".dvc").iterdir()) == []


def test_who_waits_is_told_after_a_second_and_once(folder: Path) -> None:
    lock = RepoLock(folder)
    lock.acquire()
    said: list[float] = []
    start = time.monotonic()

    def on_wait(_: tuple[locks.Holder, ...]) -> None:
        said.append(time.monotonic() - start)

    with pytest.raises(Busy):
        RepoLock(folder, on_wait, timeout=1.6).acquire()
    lock.release()
    assert len(said) == 1 and said[0] >= locks.SAY_AFTER
