"""The demo, on machines that make it hard."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from jupyterlab_dvc.cli import demo
from jupyterlab_dvc.cli.main import main


@pytest.fixture
def troublesome_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a name, whose global settings make each commit fail or run something."""
    pwned = tmp_path / "pwned"
    hook = f"#!/bin/sh\ntouch '{pwned}'\nexit 1\n"
    hooks, template = tmp_path / "hooks", tmp_path / "template" / "hooks"
    for folder in (hooks, template):
        folder.mkdir(parents=True)
        for name in ("pre-commit", "commit-msg", "post-commit", "post-checkout"):
            (folder / name).write_text(hook)
            (folder / name).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\nhooksPath = {hooks}\nautocrlf = true\n[init]\ntemplateDir = {template.parent}\n"
        "[commit]\ngpgSign = true\n[user]\nuseConfigOnly = true\n[gpg]\nprogram = /bin/false\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    return pwned


def test_a_demo_from_nothing(
    troublesome_git: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "some where" / "demo"
    assert main(["demo", str(target)]) == 0
    written = capfd.readouterr()
    sentence = (target / "data" / "sentence.txt").read_text().strip()
    assert f"The sentence that it made: {sentence}\n" in written.out
    assert len(sentence.split()) > 2
    assert "Stages: 5 ran: " in written.out
    assert written.out.count("new: stage mlvtools_") == 5
    assert len(list((target / "pipeline" / "scripts").glob("mlvtools_*.py"))) == 5
    assert not troublesome_git.exists()
    git = {key: value for key, value in os.environ.items() if key != "GIT_DIR"}
    log = subprocess.check_output(["git", "log", "--format=%an"], cwd=target, env=git, text=True)
    assert log == "jupyterlab-dvc demo\n"
    status = ["git", "status", "--porcelain"]
    assert subprocess.check_output(status, cwd=target, env=git, text=True) == ""
    # Again: nothing is copied over what the user changed, nothing runs.
    readme = target / "README.md"
    readme.write_text("mine\n")
    assert main(["-C", str(target.parent), "demo", "demo"]) == 0
    written = capfd.readouterr()
    assert "Stages: 5 up to date\n" in written.out
    assert readme.read_text() == "mine\n"


def test_a_folder_with_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.tex").write_text("")
    assert main(["demo", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said == (
        f"error: {tmp_path}: The folder holds something else than a demo; nothing was written. "
        "Name a new or an empty folder.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "demo").write_text("mine")
    assert main(["-C", str(tmp_path), "demo", "demo"]) == 1
    assert capsys.readouterr().err.startswith(f"error: {tmp_path}/demo: This is not a folder.")
    assert (tmp_path / "demo").read_text() == "mine"


def test_where_nothing_can_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["demo", str(tmp_path / "file" / "demo")]) == 1
    said = capsys.readouterr().err
    assert "The file can't be written" in said
    assert said.count("\n") == 1


def test_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["demo", str(tmp_path / "demo")]) == 1
    assert "Install git" in capsys.readouterr().err


def test_a_copy_that_was_cut_short_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "demo"
    (target / "notebooks").mkdir(parents=True)
    for name in ("README.md", "notebooks/1_sanitize.ipynb"):
        (target / name).write_bytes((demo.example_folder() / name).read_bytes())
    # As far as git, which isn't there: the rest is the demo from nothing.
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["demo", str(target)]) == 1
    assert "Install git" in capsys.readouterr().err
    assert len(list((target / "notebooks").iterdir())) == 5


def test_the_example_is_the_packages_or_the_checkouts() -> None:
    folder = demo.example_folder()
    names = sorted(path.name for path in (folder / "notebooks").glob("*.ipynb"))
    assert [name[:2] for name in names] == ["1_", "2_", "3_", "4_", "5_"]
    for name in names:
        cells = json.loads((folder / "notebooks" / name).read_text())["cells"]
        assert all(not cell.get("outputs") for cell in cells)
