"""What DVC says about a project, and how its refusals reach the user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_dvc.dvc import contract, reader, runner
from jupyterlab_dvc.dvc.reader import Command, Node
from jupyterlab_dvc.errors import JupyterLabDVCError

from .conftest import Dvc


def refusal(project: Path, *targets: str) -> tuple[str, str | None, int | None]:
    with pytest.raises(JupyterLabDVCError) as caught:
        reader.status(project, targets)
    problem = caught.value.problems[0]
    return problem.code, problem.place.path, problem.place.line


def test_status_is_dvcs_own(project_that_ran: Path, dvc: Dvc) -> None:
    assert reader.status(project_that_ran) == {}
    text = (project_that_ran / "dvc.yaml").read_text()
    changed = text.replace("cp out.txt copy.txt", "cp out.txt  copy.txt")
    added = "  always:\n    cmd: echo\n  new:\n    cmd: echo\n    deps: [nowhere]\n"
    (project_that_ran / "dvc.yaml").write_text(changed + added)
    (project_that_ran / "params.yaml").write_text("factor: 2\n")
    (project_that_ran / "copy.txt").unlink()
    theirs = json.loads(dvc(project_that_ran, "status", "--json").stdout)
    assert reader.status(project_that_ran) == theirs
    assert theirs.keys() == {"first", "second", "always", "new"}
    assert reader.status(project_that_ran, ["first"]) == {"first": theirs["first"]}


def reasons(project: Path, stage: str = "first") -> list[str]:
    return [reason.message for reason in contract.reasons(reader.status(project).get(stage, []))]


def test_the_reasons_in_words(project_that_ran: Path) -> None:
    """Each is a sentence of ours; what DVC says of a stage is the real one's."""
    project = project_that_ran
    (project / "in.txt").write_text("b")
    assert reasons(project) == ["in.txt was modified"]
    (project / "in.txt").unlink()
    assert reasons(project) == ["in.txt is missing"]
    (project / "in.txt").write_text("a")

    (project / "out.txt").write_text("by hand")
    assert reasons(project) == ["Its output out.txt was modified"]
    assert reasons(project, "second") == ["out.txt was modified"]
    (project / "out.txt").unlink()
    assert reasons(project) == ["Its output out.txt is missing"]
    (project / "out.txt").write_text("a1")
    assert reasons(project) == []
    shutil.move(project / ".dvc" / "cache", project / ".dvc" / "away")
    assert reasons(project) == ["Its output out.txt isn't in DVC's cache"]
    shutil.move(project / ".dvc" / "away", project / ".dvc" / "cache")

    (project / "params.yaml").write_text("factor: 2\n")
    assert reasons(project) == ["factor in params.yaml was modified"]
    (project / "params.yaml").write_text("other: 1\n")
    assert reasons(project) == ["factor is missing in params.yaml"]
    (project / "params.yaml").write_text("factor: 1\nsize: 1\n")

    yaml = project / "dvc.yaml"
    text = yaml.read_text()
    yaml.write_text(text.replace("[factor]", "[factor, size]"))
    assert reasons(project) == ["size in params.yaml is new"]
    yaml.write_text(text.replace("cp out.txt", "cp  out.txt"))
    assert reasons(project, "second") == ["Its command changed"]
    yaml.write_text(text + "  always:\n    cmd: echo\n")
    assert "It runs each time" in reasons(project, "always")


def test_a_path_that_is_new_in_words() -> None:
    """DVC has a word for it, and calls those modified that it never recorded."""
    entries = [{"changed deps": {"a.csv": "new"}}, {"changed outs": {"b.csv": "new"}}]
    said = [reason.message for reason in contract.reasons(entries)]
    assert said == ["a.csv is new", "Its output b.csv is new"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (["changed checksum"], "changed checksum"),
        (
            [{"changed deps": {"data.csv": "update available"}}],
            "changed deps: data.csv update available",
        ),
        ([{"changed deps": {"p.yaml": {"a": "odd"}}}], "changed deps: p.yaml:a odd"),
        ([{"of tomorrow": None}], "of tomorrow: None"),
        ("of tomorrow", "of tomorrow"),
    ],
)
def test_what_is_not_known_stays_in_dvcs_words(entries: object, said: str) -> None:
    assert [(one.code, one.message) for one in contract.reasons(entries)] == [("as-said", said)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stages:\n  a: [\n", ("dvc-yaml-syntax", "dvc.yaml", 3)),
        ("stages:\n  a:\n   cmd: x\n  cmd: [}\n", ("dvc-yaml-syntax", "dvc.yaml", 4)),
        ("stages:\n  a:\n    cmd: x\n    dps: [y]\n", ("dvc-yaml-invalid", "dvc.yaml", 4)),
        ("stages:\n  a:\n    cmd: x\n    frozen: 7\n", ("dvc-yaml-invalid", "dvc.yaml", 4)),
        (
            "stages:\n<<<<<<< HEAD\n  a:\n=======\n  b:\n>>>>>>> other\n    cmd: x\n",
            ("dvc-yaml-conflict", "dvc.yaml", 2),
        ),
        ("stages:\n  a:\n    cmd: ${nowhere}\n", ("dvc-key-missing", "dvc.yaml", None)),
        ("stages:\n  a:\n    cmd: ${}\n", ("dvc-yaml-invalid", "dvc.yaml", None)),
    ],
    ids=["cut off", "bracket", "field", "value", "conflict", "missing key", "template"],
)
def test_a_broken_pipeline(
    project: Path, text: str, expected: tuple[str, str | None, int | None]
) -> None:
    (project / "dvc.yaml").write_text(text)
    assert refusal(project) == expected
    assert (project / "dvc.yaml").read_text() == text


@pytest.mark.parametrize(
    "stages",
    [
        "  a: {cmd: x, outs: [o]}\n  b: {cmd: x, outs: [o]}\n",
        "  a: {cmd: x, outs: [o]}\n  b: {cmd: x, outs: [o/p]}\n",
        "  a: {cmd: x, deps: [p], outs: [o]}\n  b: {cmd: x, deps: [o], outs: [p]}\n",
    ],
    ids=["same output", "inside", "cycle"],
)
def test_a_pipeline_that_does_not_fit_together(project: Path, stages: str) -> None:
    (project / "dvc.yaml").write_text("stages:\n" + stages)
    with pytest.raises(JupyterLabDVCError) as caught:
        reader.graph(project)
    assert [problem.code for problem in caught.value.problems] == ["dvc-graph"]
    assert "'a'" in str(caught.value) and "'b'" in str(caught.value)


def test_broken_files_beside_it(project_that_ran: Path) -> None:
    (project_that_ran / "dvc.lock").write_text("stages: {first: [")
    assert refusal(project_that_ran)[:2] == ("dvc-yaml-syntax", "dvc.lock")
    (project_that_ran / "dvc.lock").unlink()
    (project_that_ran / "params.yaml").write_text("a: [")
    assert refusal(project_that_ran) == ("dvc-yaml-syntax", "params.yaml", 1)
    (project_that_ran / "params.yaml").write_text("a: 1\n<<<<<<< HEAD\nb: 1\n")
    assert refusal(project_that_ran) == ("dvc-yaml-conflict", "params.yaml", 2)


def test_no_project_no_git_no_pipeline(project: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty") == ("dvc-no-project", str(tmp_path / "empty"), None)
    (project / "dvc.yaml").unlink()
    assert reader.status(project) == {}
    with pytest.raises(JupyterLabDVCError) as caught:
        reader.resolved_commands(project)
    assert caught.value.problems[0].code == "dvc-no-pipeline"
    shutil.rmtree(project / ".git")
    assert refusal(project)[0] == "dvc-no-git"
    (project / ".dvc" / "config").write_text("[core]\n    no_scm = true\n")
    assert reader.status(project) == {}


def test_a_project_below_the_top_of_git_and_a_folder_below_the_project(tmp_path: Path) -> None:
    project = tmp_path / "sub"
    (project / "deep").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run([sys.executable, "-m", "dvc", "init", "--subdir", "-q"], cwd=project, check=True)
    (project / "deep" / "dvc.yaml").write_text("stages: {a: {cmd: echo, deps: [x]}}")
    (project / "deep" / "x").touch()
    assert reader.status(project).keys() == {"deep/dvc.yaml:a"}
    assert reader.status(project / "deep", ["a"]).keys() == {"a"}
    (command,) = reader.resolved_commands(project / "deep")
    assert (command.stage, command.folder) == ("a", ".")


def test_modules_of_the_project_are_not_imported(project: Path) -> None:
    for name in ("json", "logging", "platform", "dvc", "psutil"):
        (project / f"{name}.py").write_text("open('pwned', 'w')")
    reader.status(project)
    assert not (project / "pwned").exists()


def test_a_stale_or_broken_list_of_files_in_use(project_that_ran: Path) -> None:
    """DVC waits for ever for whoever got the pid of a dead one, and chokes on a torn list."""
    path = project_that_ran / ".dvc" / "tmp" / "rwlock"
    with subprocess.Popen(["sleep", "600"]) as stranger:
        info = {"pid": stranger.pid, "cmd": "dvc repro"}
        path.write_text(json.dumps({"write": {str(project_that_ran / "out.txt"): info}}))
        assert reader.status(project_that_ran) == {"first": ["busy"], "second": ["busy"]}
        os.utime(path, (0, 0))
        assert reader.status(project_that_ran) == {}
        stranger.kill()
    path.write_text("")
    assert refusal(project_that_ran) == ("rwlock-broken", ".dvc/tmp/rwlock", None)
    with pytest.raises(JupyterLabDVCError) as caught:
        runner.run(project_that_ran)
    assert [problem.code for problem in caught.value.problems] == ["rwlock-broken"]


PIPELINE = """\
vars:
- sizes: [1, 2]
stages:
  make:
    cmd: |
      echo one
      echo two
    wdir: w
    outs: [o]
    frozen: true
  use:
    foreach: ${sizes}
    do:
      cmd: cat w/o ${item}
      deps: [w/o]
      outs:
      - u${item}:
          persist: true
  list:
    matrix:
      size: [a b, "$(x)"]
    cmd: [echo 1, "echo '${item.size}'"]
    deps: [u1]
  other:
    cmd: echo
"""


def test_commands_and_graph(project: Path) -> None:
    (project / "w").mkdir()
    (project / "dvc.yaml").write_text(PIPELINE)
    make = Command("make", "w", ("echo one", "echo two"), ("w/o",), ())
    use = Command("use@1", ".", ("cat w/o 1",), (), ("u1",))
    found = reader.resolved_commands(project, "list")
    assert found == [
        make,
        use,
        Command("list@a b", ".", ("echo 1", "echo 'a b'")),
        Command("list@$(x)", ".", ("echo 1", "echo '$(x)'")),
    ]
    assert reader.resolved_commands(project, "use@1") == [make, use]
    graph = reader.graph(project)
    assert graph["make"] == Node((), (), ("w/o",), True)
    assert graph["list@a b"].needs == ("use@1",)
    assert graph["use@2"] == Node(("make",), ("w/o",), ("u2",), False)
    assert graph.keys() == {"make", "use@1", "use@2", "list@a b", "list@$(x)", "other"}


def test_a_thousand_stages_read_params_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC parses ``params.yaml`` anew for each stage."""
    from dvc.dependency import param
    from dvc.fs import localfs

    from jupyterlab_dvc.dvc.worker import project as worker

    original = param.load_path
    calls: list[str] = []

    def load_path(path: str, *_: object, **__: object) -> dict[str, int]:
        calls.append(path)
        return {"n": len(calls)}

    monkeypatch.setattr(param, "load_path", load_path)
    try:
        worker._read_params_once()
        path = str(project / "params.yaml")
        first = param.load_path(path, localfs)
        first["n"] = "written to"
        assert [param.load_path(path, localfs) for _ in range(3)] == [{"n": 1}] * 3
        (project / "params.yaml").write_text("factor: 22\n")
        assert param.load_path(path, localfs) == {"n": 2}
    finally:
        param.load_path = original
