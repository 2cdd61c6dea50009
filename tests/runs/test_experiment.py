"""Runs with other values of hyperparameters: experiments of DVC's, beside the workspace."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.runs import queue
from jupyterlab_dvc.runs.record import Run

from .conftest import Project, gone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")

LITERAL = 'x=$(touch pwned), {a: 1} ${code} "b" \\ !!python/object:os.system ü # '

DUMP = """\
import json
import sys

from ruamel.yaml import YAML

values = YAML(typ="safe", pure=True).load(open("params.yaml"))
json.dump(values, open("first.out", "w"))
print(json.dumps(values))
sys.exit(values["code"])
"""


@pytest.fixture
def parameters(project: Project) -> Project:
    """A committed stage that prints its params."""
    (project.root / "dump.py").write_text(DUMP)
    (project.root / "params.yaml").write_text("code: 0\nword: a\nnested: {depth: 1}\nmany: [1]\n")
    (project.root / "dvc.yaml").write_text(
        "stages:\n  first:\n    cmd: python dump.py\n    deps: [dump.py]\n"
        "    params: [code, word, nested.depth, many]\n    outs: [first.out]\n"
        "  second:\n    cmd: cp first.out second.out\n    deps: [first.out]\n"
        "    outs: [second.out]\n"
    )
    commit(project)
    return project


def commit(project: Project) -> None:
    for command in (
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=project.root, check=True)


def ran_with(project: Project, values: dict[str, str], targets: Sequence[str] = ("first",)) -> Run:
    return project.wait(queue.start(project.root, targets, what="step", set_values=values).id)


def test_the_workspace_stays(parameters: Project) -> None:
    before = {path.name: path.read_bytes() for path in parameters.root.iterdir() if path.is_file()}
    run = ran_with(parameters, {"word": LITERAL, "nested.depth": "7", "many": "[2,3]"}, ())
    assert (run.state, run.problems) == ("succeeded", ())
    assert [(s.name, s.state) for s in run.stages] == [("first", "ran"), ("second", "ran")]
    assert run.experiment
    printed = json.loads(next(x for x in parameters.log(run).splitlines() if x.startswith("{")))
    assert printed == {"code": 0, "word": LITERAL, "nested": {"depth": 7}, "many": [2, 3]}
    after = {path.name: path.read_bytes() for path in parameters.root.iterdir() if path.is_file()}
    assert after == before
    assert list(parameters.root.rglob("pwned")) == []
    names = subprocess.run(
        ["dvc", "exp", "list", "--names-only"], cwd=parameters.root, capture_output=True, text=True
    )
    assert names.stdout.split() == [run.experiment]
    assert gone(run.id)


def test_a_failing_one(parameters: Project) -> None:
    run = ran_with(parameters, {"code": "3"})
    assert (run.state, run.experiment) == ("failed", None)
    assert [(p.code, p.args.get("status")) for p in run.problems] == [("stage-exit-line", 3)]
    assert [(s.name, s.state) for s in run.stages] == [("first", "failed")]
    assert not (parameters.root / "first.out").exists()
    assert "Traceback" not in parameters.log(run)


def test_an_unknown_key_is_said(parameters: Project) -> None:
    run = ran_with(parameters, {"no.such": "1"})
    assert run.state == "failed"
    assert len(run.problems) == 1


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("word", "it's", "run-value"),
        ("word", "a\nb", "run-value"),
        ("word", "\\${x}", "run-value"),
        ("+word", "1", "run-key"),
        ("~word", "1", "run-key"),
        ("--queue", "1", "run-key"),
        ("../x.yaml:word", "1", "run-key"),
        ("/etc/x.yaml:word", "1", "run-key"),
        (".dvc/config:word", "1", "run-key"),
        ("a=b", "1", "run-key"),
        ("a,b", "1", "run-key"),
        ("", "1", "run-key"),
    ],
)
def test_what_cannot_be_set(parameters: Project, key: str, value: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        queue.start(parameters.root, ["first"], what="step", set_values={key: value})
    assert [problem.code for problem in caught.value.problems] == [code]
    assert parameters.store.find() == []
