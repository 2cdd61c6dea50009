"""POST init: a folder becomes a project of DVC; one that is there already stays as it is."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc import git
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, FIRST_CODE, Project


async def init(fetch: Fetch, path: str) -> Any:
    return json.loads((await post(fetch, "init", {"path": path})).body)


def _status(folder: Path) -> list[str]:
    shown = subprocess.run(
        ["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True
    )
    return sorted(shown.stdout.splitlines())


@pytest.mark.parametrize("name", ["-x", "a b/ü $(touch pwned)"])
async def test_a_plain_folder(jp_fetch: Fetch, project: Project, name: str) -> None:
    new = Project(project.root, name)
    new.folder.mkdir(parents=True)
    new.write("first", [FIRST, FIRST_CODE])
    made = await init(jp_fetch, name)
    assert made == {"project": name, "git": True, "done": ["git init", "dvc init"]}
    # Nothing of the user's is committed, nor made ready for it.
    assert _status(new.folder) == [
        "?? first.ipynb",
        "A  .dvc/.gitignore",
        "A  .dvc/config",
        "A  .dvcignore",
    ]
    synced = json.loads((await post(jp_fetch, "sync", new.sync("first"))).body)
    assert synced["stage"] == "mlvtools_first"
    assert not list(project.root.parent.rglob("pwned"))
    found = await jp_fetch("jupyterlab-dvc", "state", params={"path": new.path("first")})
    assert json.loads(found.body)["project"] == name


async def test_a_folder_of_a_repository(jp_fetch: Fetch, project: Project) -> None:
    top = project.root / "repository"
    (top / "inner").mkdir(parents=True)
    git.init(top)
    (top / "own.txt").write_text("the user's")
    made = await init(jp_fetch, "repository/inner")
    assert made == {"project": "repository/inner", "git": True, "done": ["dvc init --subdir"]}
    assert not (top / "inner" / ".git").exists()
    assert "?? own.txt" in _status(top)
    # A project below is another one.
    made = await init(jp_fetch, "repository")
    assert made["done"] == ["dvc init"]


async def test_the_root(jp_fetch: Fetch, project: Project) -> None:
    (project.root.parent / ".dvc").mkdir()
    assert (await init(jp_fetch, ""))["project"] == ""
    assert (project.root / ".dvc" / "config").is_file()


async def test_without_git(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (project.root / "new").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    made = await init(jp_fetch, "new")
    assert made == {"project": "new", "git": False, "done": ["dvc init --no-scm"]}
    assert "no_scm = True" in (project.root / "new" / ".dvc" / "config").read_text()


async def test_there_is_one_already(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "deep" / "er").mkdir(parents=True)
    before = everything_in(project.root)
    for path in ("work", "work/deep/er"):
        error = await refused(init(jp_fetch, path))
        assert (error.code, body_of(error)["code"]) == (409, "project-exists")
        assert body_of(error)["path"] == "work"
    assert everything_in(project.root) == before


async def test_something_else_has_the_name(
    jp_fetch: Fetch, project: Project, outside: Path
) -> None:
    for name in ("file", "dangling", "linked"):
        (project.root / name).mkdir()
    (project.root / "file" / ".dvc").write_text("a file")
    (project.root / "dangling" / ".dvc").symlink_to(outside / "missing")
    (project.root / "linked" / ".dvc").symlink_to(outside / ".dvc")
    before = everything_in(project.root.parent)
    for name in ("file", "dangling", "linked"):
        error = await refused(init(jp_fetch, name))
        assert (error.code, body_of(error)["code"]) == (409, "project-exists")
    assert everything_in(project.root.parent) == before


async def test_two_at_once(jp_fetch: Fetch, project: Project) -> None:
    (project.root / "new").mkdir()
    answers = await asyncio.gather(
        *(init(jp_fetch, "new") for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert (project.root / "new" / ".dvc" / "config").is_file()
    assert "A  .dvc/config" in _status(project.root / "new")


async def test_what_dvc_refuses_leaves_nothing(jp_fetch: Fetch, project: Project) -> None:
    (project.root / "new").mkdir()
    (project.root / "new" / ".gitignore").write_text(".dvc\n")
    before = everything_in(project.root)
    error = await refused(init(jp_fetch, "new"))
    assert (error.code, body_of(error)["code"]) == (502, "dvc-failed")
    assert "ignored by your SCM tool" in body_of(error)["message"]
    assert str(project.root) not in body_of(error)["message"]
    assert everything_in(project.root) == before


async def test_a_folder_that_can_t_be_written_to(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / "new").mkdir()

    # Permissions don't hold for root, as whom tests may run.
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    error = await refused(init(jp_fetch, "new"))
    assert (error.code, body_of(error)["code"]) == (507, "folder-unwritable")
    assert body_of(error)["path"] == "new"
    assert "Permission denied" in body_of(error)["message"]


async def test_what_is_no_folder_of_ours(jp_fetch: Fetch, project: Project, outside: Path) -> None:
    for name in ("new/.git", ".hidden"):
        (project.root / name).mkdir(parents=True)
    before = everything_in(project.root.parent)
    inside = ("work/first.ipynb", "new/.git", ".hidden", "missing")
    for path in (*inside, "folder", "../x", "/tmp"):
        assert (await refused(init(jp_fetch, path))).code == 404, path
    assert everything_in(project.root.parent) == before


@pytest.mark.parametrize("own_config", [{"allow_sync": False}])
async def test_what_the_administrator_forbids(jp_fetch: Fetch, project: Project) -> None:
    (project.root / "new").mkdir()
    error = await refused(init(jp_fetch, "new"))
    assert (error.code, body_of(error)["code"]) == (403, "sync-not-allowed")
    assert not list((project.root / "new").iterdir())
