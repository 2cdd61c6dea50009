"""git asked about folders, and nothing of a repository run by asking."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jupyterlab_dvc import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "a b\n"
    (folder / "sub").mkdir(parents=True)
    git.init(folder)
    return folder


def test_a_repository_and_none(repository: Path, tmp_path: Path) -> None:
    assert git.toplevel(repository / "sub") == repository
    assert git.is_repo(repository)
    assert not git.is_repo(tmp_path)
    assert not git.is_repo(repository / "nowhere")
    git.init(repository)
    assert git.version()[0].isdigit()


def test_ignored(repository: Path) -> None:
    names = ["out", "-x", "with space", "line\nbreak", "ümlaut", "sub/out"]
    (repository / ".gitignore").write_text("/out\n-x\nü*\nsub/\n")
    assert git.ignored(repository, names) == {"out", "-x", "ümlaut", "sub/out"}
    assert git.ignored(repository, ["with space"]) == set()
    assert git.ignored(repository, []) == set()


def test_asking_runs_nothing_of_the_repository(repository: Path) -> None:
    program = repository / "program"
    program.write_text("#!/bin/sh\ntouch pwned\n")
    program.chmod(0o755)
    for name in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "core.pager"):
        subprocess.run(["git", "config", name, str(program)], cwd=repository, check=True)
    (repository / ".gitattributes").write_text("* filter=x\n")
    git.toplevel(repository)
    git.ignored(repository, ["program"])
    git.init(repository)
    assert not list(repository.rglob("pwned"))


def test_a_hooks_environment_is_not_taken_over(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git.init(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert git.toplevel(repository) == repository


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(git.GitError) as caught:
        git.is_repo(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["git-missing"]
    assert os.fspath(tmp_path) not in str(caught.value)
