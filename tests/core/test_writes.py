"""Several files at once: over what was seen, or not at all."""

from __future__ import annotations

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
