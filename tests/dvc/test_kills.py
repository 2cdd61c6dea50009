"""Kills amid what DVC writes; a helper imports DVC once and forks, or it would take hours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

KILLER = """\
import os, random, signal, sys, time
from dvc.utils.serialize import load_yaml, modify_yaml
from jupyterlab_dvc.dvc.worker.project import _write_atomically

atomic = sys.argv[2] == "atomic"
if atomic:
    _write_atomically()
path = sys.argv[1]
random.seed(1)
torn = seen = 0
for round in range(int(sys.argv[3])):
    child = os.fork()
    if child == 0:
        number = 0
        while True:
            number += 1
            with modify_yaml(path) as data:
                data.clear()
                data["schema"] = "2.0"
                data["stages"] = {f"s{i}": {"cmd": f"{round} {number}"} for i in range(60)}
    time.sleep(random.uniform(0.03, 0.12))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        commands = {stage["cmd"] for stage in load_yaml(path)["stages"].values()}
        torn += len(commands) != 1
        seen += len(commands) == 1
    except Exception:
        torn += 1
        os.unlink(path)
print(torn, seen)
"""


INTERRUPTED = """\
import json, sys
from dvc import rwlock
from dvc.fs import localfs
from jupyterlab_dvc.dvc.worker.project import _list_files_whole

if sys.argv[2] == "whole":
    _list_files_whole()
dump = json.dump

def interrupted(data, file):
    file.write("{")
    raise KeyboardInterrupt

with rwlock.rwlock(sys.argv[1], localfs, "a", [], [sys.argv[1] + "/out"], False):
    json.dump = interrupted
    try:
        with rwlock.rwlock(sys.argv[1], localfs, "b", [], [sys.argv[1] + "/other"], False):
            pass
    except KeyboardInterrupt:
        json.dump = dump
        print(open(sys.argv[1] + "/rwlock").read())
"""


@pytest.mark.parametrize("how", ["whole", "plain"])
def test_an_interrupt_leaves_a_whole_list_of_files_in_use(tmp_path: Path, how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path), how],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    # DVC by itself does leave half of it, so the test can tell.
    assert (f'"{tmp_path}/out"' in done.stdout) == (how == "whole")
    assert done.returncode == (0 if how == "whole" else 1), done.stderr


@pytest.mark.faults
@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_two_hundred_kills_leave_a_whole_lock_file(tmp_path: Path) -> None:
    def counted(how: str, rounds: int) -> tuple[int, int]:
        path = tmp_path / how
        path.write_text("stages: {s: {cmd: x}}")
        done = subprocess.run(
            [sys.executable, "-c", KILLER, str(path), how, str(rounds)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        torn, seen = done.stdout.split()
        return int(torn), int(seen)

    assert counted("atomic", 200) == (0, 200)
    # The same kills do tear what DVC writes by itself, so the test can tell.
    assert counted("plain", 60)[0] > 0
