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


SYNCER = """\
import hashlib, json, os, random, signal, sys, time
from pathlib import Path
from jupyterlab_dvc.project import Project

root, rounds = Path(sys.argv[1]), int(sys.argv[2])
notebook, script = root / "a.ipynb", root / "pipeline" / "scripts" / "mlvtools_a.py"
project = Project.at(root)

def write(number):
    docstring = '\"\"\"\\n:dvc-out: out-%d.txt\\n\"\"\"' % number
    cells = [docstring, "text = %r" % (str(number) * 100_000)]
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [
        {"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]}
    notebook.write_text(json.dumps(content))
    return project.plan_sync([notebook], "all")

whole = set()
for number in (1, 2):
    project.apply(write(number))
    for path in (script, root / "dvc.yaml"):
        whole.add(hashlib.sha256(path.read_bytes()).hexdigest())
assert len(whole) == 4
random.seed(1)
torn = amid = 0
for _ in range(rounds):
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        number = 0
        while True:
            number += 1
            project.apply(write(1 + number % 2))
            os.write(say, b".")
    # At any moment of a sync that comes after another one.
    os.close(say)
    os.read(hear, 1)
    time.sleep(random.uniform(0.0, 0.2))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(hear)
    for path in (script, root / "dvc.yaml"):
        if hashlib.sha256(path.read_bytes()).hexdigest() not in whole:
            torn += 1
    amid += any(root.rglob("*.tmp"))
# The next write takes away what those that were killed have left.
for number in (1, 2):
    project.apply(write(number))
print(torn, amid, len(list(root.rglob("*.tmp"))))
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
def test_row_17_two_hundred_kills_leave_a_whole_lock_file(tmp_path: Path) -> None:
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


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize(
    "rounds", [10, pytest.param(200, marks=pytest.mark.faults)], ids=["a few", "row 17"]
)
def test_kills_amid_syncs_leave_whole_scripts_and_stages(tmp_path: Path, rounds: int) -> None:
    (tmp_path / ".dvc").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SYNCER, str(tmp_path), str(rounds)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    torn, amid, left = [int(number) for number in done.stdout.split()]
    assert (torn, left) == (0, 0)
    # Some of so many have to have come amid a write.
    assert amid > 0 or rounds < 100
