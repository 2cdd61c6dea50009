"""A notebook file's script: what its header names, whose name it is, what of the file matters."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc import conversion
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.plan import Plan
from jupyterlab_dvc.project import Project

from .corpus.running import as_notebook

CELLS = ['"""\n:dvc-out: a.txt\n"""', "x = 1"]


def notebook(path: Path, cells: list[str] = CELLS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_notebook(cells))
    return path


def carry_out(plan: Plan) -> None:
    for change in plan.changes:
        change.path.parent.mkdir(parents=True, exist_ok=True)
        change.path.write_bytes(change.new)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ([], "n.ipynb"),
        ([".git/"], "top/sub/n.ipynb"),
        # A worktree's or a submodule's.
        ([".git"], "top/sub/n.ipynb"),
        ([".git/", "top/.dvc/"], "sub/n.ipynb"),
        ([".dvc/", "top/.git/"], "top/sub/n.ipynb"),
        ([".dvc/", "top/.dvc/"], "sub/n.ipynb"),
        ([".git/", "top/.dvc"], "top/sub/n.ipynb"),
    ],
)
def test_what_the_header_names(
    made: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook(tmp_path / "top" / "sub" / "n.ipynb")
    for marker in made:
        if marker.endswith("/"):
            (tmp_path / marker).mkdir()
        else:
            (tmp_path / marker).write_text("")
    assert conversion.source_name(path) == name
    # From whichever folder, and however the path is written.
    monkeypatch.chdir(tmp_path / "top")
    assert conversion.source_name(Path("sub/../sub/n.ipynb")) == name


@pytest.mark.parametrize(
    "other", ["sub/first-step.ipynb", "First_Step.ipynb", "first step.ipynb", "first.step.ipynb"]
)
def test_a_name_belongs_to_the_first_notebook_as_long_as_it_is_there(
    other: str, tmp_path: Path
) -> None:
    (tmp_path / ".dvc").mkdir()
    first = notebook(tmp_path / "first_step.ipynb")
    project = Project.above(tmp_path)
    carry_out(project.plan_script(first))
    second = notebook(tmp_path / other)
    for overwrite in ("nothing", "generated", "all"):
        with pytest.raises(Refused) as refused:
            project.plan_script(second, overwrite=overwrite)
        (problem,) = refused.value.problems
        assert (problem.code, problem.args["other"]) == ("name-taken", "first_step.ipynb")
    with pytest.raises(Refused):
        project.plan_sync([tmp_path])
    first.unlink()
    assert project.plan_script(second, overwrite="all").clashes == ()


def test_two_spellings_of_one_letter_are_one_name(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    project = Project.above(tmp_path)
    names = [unicodedata.normalize(form, "Übung") + ".ipynb" for form in ("NFC", "NFD")]
    targets = {project.plan_script(notebook(tmp_path / name)).changes[0].shown for name in names}
    assert targets == {"pipeline/scripts/mlvtools_übung.py"}


def with_results(content: dict[str, Any]) -> None:
    for number, cell in enumerate(content["cells"]):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x\n"] * number}]
        cell["execution_count"] = 7 + number


def with_ids(content: dict[str, Any]) -> None:
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"id-{number}"


def with_metadata(content: dict[str, Any]) -> None:
    content["metadata"] = {"kernelspec": {"name": "other", "language": "python"}, "widgets": {}}
    for cell in content["cells"]:
        cell["metadata"] = {"collapsed": True, "tags": ["a"], "jupyter": {"source_hidden": True}}


def with_prose_between(content: dict[str, Any]) -> None:
    content["cells"].insert(1, {"cell_type": "markdown", "source": "# Why\n:dvc-in: b"})
    content["cells"].append({"cell_type": "raw", "source": "x = 2", "metadata": {}})


def with_lines(content: dict[str, Any]) -> None:
    for cell in content["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


def of_an_older_format(content: dict[str, Any]) -> None:
    cells = [
        {"cell_type": "code", "input": cell["source"], "language": "python"}
        for cell in content.pop("cells")
    ]
    content.update(nbformat=3, worksheets=[{"cells": cells}])


@pytest.mark.parametrize(
    "change",
    [with_results, with_ids, with_metadata, with_prose_between, with_lines, of_an_older_format],
)
def test_only_code_is_in_the_script(change: Any, tmp_path: Path) -> None:
    path = notebook(tmp_path / "n.ipynb", [*CELLS, "y = '''a\n b'''\n", "def f():\n  return y"])
    project = Project.at(tmp_path)
    before = project.plan_script(path).changes[0].new
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content, indent=1))
    assert project.plan_script(path).changes[0].new == before


@pytest.mark.parametrize(
    "stranger", ["pipeline/scripts/mlvtools_n.py", "pipeline/dvc/mlvtools_n_dvc"]
)
def test_a_strangers_file_in_the_way_stops_all_of_it(stranger: str, tmp_path: Path) -> None:
    path = notebook(tmp_path / "n.ipynb")
    (tmp_path / stranger).parent.mkdir(parents=True)
    (tmp_path / stranger).write_text("mine\n")
    project = Project.at(tmp_path)
    for overwrite in ("nothing", "generated"):
        plan = project.plan_sync([path], overwrite, executables=True)
        assert [clash.problem.place.path for clash in plan.clashes] == [str(tmp_path / stranger)]
        assert "-mine" in plan.clashes[0].diff
    assert project.plan_sync([path], "all", executables=True).clashes == ()
