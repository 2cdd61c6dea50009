"""What a plan shows is what git would apply."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_dvc.plan import Change, Plan

LINES = st.integers(0, 9).map(lambda count: b"same\n" * count)
TEXTS = st.text(st.sampled_from("ab\n\r\f\u2028ü"), max_size=12).map(str.encode)


def apply(folder: Path, change: Change) -> None:
    """Has git carry out the diff in ``folder``, which holds the old file."""
    subprocess.run(
        ["git", "-c", "core.safecrlf=false", "apply", "--whitespace=nowarn", "-"],
        cwd=folder,
        input=change.diff().encode(),
        check=True,
    )


@pytest.mark.parametrize(
    "name",
    [
        "a.py",
        "with space.py",
        "üml.py",
        'quo"te.py',
        "tab\t.py",
        "line\nbreak.py",
        "back\\slash.py",
    ],
)
@pytest.mark.parametrize("old", [None, b"", b"a\nb\n", b"a\nb"])
def test_git_applies_the_diff(tmp_path: Path, name: str, old: bytes | None) -> None:
    path = tmp_path / name
    if old is not None:
        path.write_bytes(old)
        path.chmod(0o644)
    change = Change(path, name, old, b"a\nc\n", 0o755, None if old is None else 0o644)
    apply(tmp_path, change)
    assert path.read_bytes() == b"a\nc\n"
    assert path.stat().st_mode & 0o111


@settings(max_examples=40, deadline=None, derandomize=True)
@given(old=TEXTS, new=TEXTS, above=LINES, below=LINES)
def test_git_applies_any_texts(
    tmp_path_factory: pytest.TempPathFactory, old: bytes, new: bytes, above: bytes, below: bytes
) -> None:
    old, new = above + old + below, above + new + below
    folder = tmp_path_factory.mktemp("diff")
    (folder / "x").write_bytes(old)
    change = Change(folder / "x", "x", old, new)
    assert (change.diff() == "") == (old == new)
    if change.differs:
        apply(folder, change)
    assert (folder / "x").read_bytes() == new


def test_a_mode_alone_is_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a")
    path.chmod(0o644)
    change = Change(path, "x", b"a", b"a", 0o755, 0o644)
    assert Plan((change,)).differing == (change,)
    apply(tmp_path, change)
    assert path.stat().st_mode & 0o777 == 0o755


def test_a_plan_that_changes_nothing_is_up_to_date(tmp_path: Path) -> None:
    plan = Plan((Change(tmp_path / "x", "x", b"a", b"a", None, 0o644),))
    assert plan.up_to_date
    assert plan.diff() == ""


def test_bytes_that_are_no_text_are_shown_as_escapes(tmp_path: Path) -> None:
    assert "-\\xff" in Change(tmp_path / "x", "x", b"\xff\n", b"a\n").diff()
