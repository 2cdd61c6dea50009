"""Several files at once: over what was seen, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_dvc.errors import CannotWrite, Refused
from jupyterlab_dvc.writes import Write, digest, write_all


@pytest.mark.parametrize(
    ("seen", "now"), [(b"a", b"b"), (None, b"b"), (b"a", None)], ids=["edited", "made", "removed"]
)
def test_what_changed_since_it_was_looked_at_stays(
    tmp_path: Path, seen: bytes | None, now: bytes | None
) -> None:
    other, target = tmp_path / "other", tmp_path / "target"
    if now is not None:
        target.write_bytes(now)
    with pytest.raises(Refused, match="changed while it was being read; nothing was written"):
        write_all([Write(other, b"x"), Write(target, b"new", before=digest(seen))])
    assert not other.exists()
    assert (target.read_bytes() if target.exists() else None) == now


@pytest.mark.parametrize("seen", [b"a", None])
def test_what_is_as_it_was_is_replaced(tmp_path: Path, seen: bytes | None) -> None:
    target = tmp_path / "target"
    if seen is not None:
        target.write_bytes(seen)
    write_all([Write(target, b"new", 0o755, digest(seen))])
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="asking for a process would end it there")
def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    dead = tmp_path / f".jupyterlab-dvc-{ended.pid}-0123456789ab.tmp"
    others = [
        tmp_path / f".jupyterlab-dvc-{os.getpid()}-0123456789ab.tmp",
        tmp_path / ".jupyterlab-dvc-1-0123456789ab.tmp",
        tmp_path / ".jupyterlab-dvc-x.tmp",
        tmp_path / f"jupyterlab-dvc-{ended.pid}-0.tmp",
    ]
    for path in (dead, *others):
        path.write_bytes(b"")
    write_all([Write(tmp_path / "target", b"new")])
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "target"])


def test_a_failure_names_what_is_written_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = tmp_path / "first", tmp_path / "first" / "second"
    with pytest.raises(CannotWrite) as caught:
        write_all([Write(first, b"1"), Write(second, b"2")])
    assert [problem.code for problem in caught.value.problems] == [
        "file-unwritable",
        "write-partial",
    ]
    assert caught.value.problems[1].args == {"paths": "first"}
    assert first.read_bytes() == b"1"
