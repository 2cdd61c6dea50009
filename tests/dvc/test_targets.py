"""What a target may be; in this process, since starting DVC takes longer than all of these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc.dvc.worker.read import collected, granular
from jupyterlab_dvc.errors import NotFound

MORE = """\
  odd-ümlaut_1:
    cmd: echo
  each:
    foreach: [x, y z]
    do:
      cmd: echo ${item}
  grid:
    matrix:
      size: [1, 2]
    cmd: echo ${item.size}
"""


@pytest.fixture(scope="module")
def repo(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import shutil

    from dvc.repo import Repo

    folder = tmp_path_factory.mktemp("targets") / "project"
    shutil.copytree(template, folder, symlinks=True)
    with open(folder / "dvc.yaml", "a", encoding="utf-8") as file:
        file.write(MORE)
    with Repo(str(folder)) as found:
        yield found


@pytest.mark.parametrize(
    ("targets", "names"),
    [
        (["first"], ["first"]),
        (["first", "first"], ["first"]),
        (["dvc.yaml:second", "first"], ["second", "first"]),
        (["odd-ümlaut_1"], ["odd-ümlaut_1"]),
        (["each"], ["each@x", "each@y z"]),
        (["each@y z"], ["each@y z"]),
        (["grid@2"], ["grid@2"]),
    ],
)
def test_stages(
    repo: Any, targets: list[str], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.root_dir)
    assert [stage.addressing for stage in collected(repo, targets)] == names


@pytest.mark.parametrize(
    "target",
    [
        "--force",
        "-C",
        "",
        "*",
        "f*",
        "fir",
        "..",
        "$(touch pwned)",
        "a\nb",
        "each@z",
        "first@",
        ":x",
    ],
)
def test_no_stages(repo: Any, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.root_dir)
    with pytest.raises(NotFound) as for_a_run:
        collected(repo, ["first", target])
    with pytest.raises(NotFound) as for_a_question:
        granular(repo, target)
    for caught in (for_a_run, for_a_question):
        assert [problem.code for problem in caught.value.problems] == ["stage-unknown"]
        assert caught.value.problems[0].args["name"] == target


def test_an_unknown_stage_shows_the_known_ones(repo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.root_dir)
    with pytest.raises(NotFound) as caught:
        collected(repo, ["frist"])
    assert "first" in str(caught.value)
