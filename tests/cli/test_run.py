"""``jupyterlab-dvc run`` and ``status``, with the real DVC."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from jupyterlab_dvc.cli.main import main
from jupyterlab_dvc.runs.store import Store

from .conftest import Folder

COMMAND = [sys.executable, "-m", "jupyterlab_dvc.cli.main"]

PIPELINE = """\
stages:
  first:
    cmd: echo a; cat in.txt > first.txt
    deps: [in.txt]
    outs: [first.txt]
  second:
    cmd: cat first.txt > second.txt
    deps: [first.txt]
    outs: [second.txt]
    meta: {jupyterlab-dvc: {notebook: nb/two.ipynb, sha256: x}}
  variant:
    cmd: cat first.txt > variant.txt
    deps: [first.txt]
    outs: [variant.txt]
    meta: {jupyterlab-dvc: {notebook: nb/two.ipynb, sha256: x, variant-of: second}}
  broken:
    cmd: exit 3
    frozen: true
"""


@pytest.fixture
def pipeline(project: Folder) -> Folder:
    """Stages of which one comes from a notebook."""
    project.write("dvc.yaml", PIPELINE)
    project.write("in.txt", "1\n")
    project.notebook("nb/two.ipynb")
    return project


def test_runs_and_says_what_ran(pipeline: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "second"]) == 0
    written = capfd.readouterr()
    # The stage's own output passes through.
    assert "a\n" in written.out
    assert written.out.splitlines()[-1] == "Stages: 2 ran: first, second"
    assert [line for line in written.err.splitlines() if line.startswith("running")] == [
        "running first",
        "running second",
    ]
    assert main(["run", "nb/two.ipynb"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "Stages: 2 up to date"
    assert main(["-C", "nb", "run", "--single", "--force", "two.ipynb"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "Stages: 1 ran: second"
    pipeline.write("in.txt", "2\n")
    assert main(["run", "second", "-v"]) == 0
    assert "  > cat first.txt > second.txt\n" in capfd.readouterr().err
    pipeline.write("in.txt", "1\n")
    assert main(["run", "second"]) == 0
    written = capfd.readouterr()
    assert written.out.splitlines()[-1] == "Stages: 2 restored"
    assert "first: restored from DVC's cache, not executed\n" in written.err


def test_as_many_runs_are_kept_as_the_project_says(pipeline: Folder) -> None:
    pipeline.write(".mlvtools", '{"keep_runs": 2}')
    for _ in range(3):
        assert main(["run", "first"]) == 0
    assert [run.number for run in Store(pipeline.root).find()] == [3, 2]


def test_status(pipeline: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "second", "variant"]) == 0
    pipeline.write("in.txt", "2\n")
    capfd.readouterr()
    assert main(["status", "first", "second"]) == 0
    assert capfd.readouterr().out == "stale: first: in.txt was modified\n"
    assert main(["status", "nb/two.ipynb"]) == 0
    assert capfd.readouterr().out == "Up to date.\n"
    for words in (["status", "--json"], ["status", "--json", "first"]):
        assert main(words) == 0
        ours = json.loads(capfd.readouterr().out)
        dvc = [sys.executable, "-m", "dvc", *words]
        assert ours == json.loads(subprocess.check_output(dvc, cwd=pipeline.root))


def test_status_of_a_notebook_with_an_error(
    pipeline: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    pipeline.write("broken.ipynb", "")
    assert main(["status"]) == 1
    written = capfd.readouterr()
    assert written.err.startswith("error: broken.ipynb: The file is empty.")
    assert "stale: " in written.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["run", "frist"], "error: There is no stage 'frist' in the pipeline. The stages are: "),
        (["run", "--", "--force"], "error: There is no stage '--force' in the pipeline."),
        (["run", "none.ipynb"], "error: none.ipynb: There is no such file."),
        (["run", "in.ipynb"], "error: in.ipynb: No stage in dvc.yaml was generated from this"),
        (["status", "frist"], "error: There is no stage 'frist' in the pipeline."),
        (["-C", "/", "run"], "error: /: This is in no DVC project"),
        (["-C", "/", "status"], "error: /: This is in no DVC project"),
    ],
)
def test_errors(
    argv: list[str], said: str, pipeline: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    pipeline.notebook("in.ipynb")
    assert main(argv) == 1
    written = capfd.readouterr()
    assert written.err.startswith(said)
    assert written.err.count("\n") == 1
    assert not (pipeline.root / "first.txt").exists()


def test_a_stage_that_fails(pipeline: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    pipeline.write("dvc.yaml", PIPELINE.replace("    frozen: true\n", ""))
    assert main(["run", "broken"]) == 1
    written = capfd.readouterr()
    assert "error: Stage 'broken' failed: its command ended with exit code 3." in written.err
    assert written.err.count("error: ") == 1
    assert written.out.splitlines()[-1] == "Stages: 1 failed"


SLOW = """\
stages:
  slow:
    cmd: echo begun > begun; sleep 60
    deps: [in.txt]
    outs: [begun]
"""


def test_an_interrupted_run(pipeline: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline.write("dvc.yaml", SLOW)
    with subprocess.Popen(
        [*COMMAND, "run"],
        cwd=pipeline.root,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        end = time.monotonic() + 60
        while not (pipeline.root / "begun").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        assert main(["status", "slow"]) == 0
        os.killpg(program.pid, signal.SIGINT)
        _, said = program.communicate(timeout=30)
    assert program.returncode == 130
    assert "Traceback" not in said
    assert "stopped" in said
    assert capsys.readouterr().out == "running: slow\n"


QUOTE = "it's; touch pwned; '"
HYPER = """\
stages:
  ours:
    cmd: echo --word='${word}' > ours.txt
    params: [word]
    outs: [ours.txt]
    meta: {jupyterlab-dvc: {notebook: a.ipynb, sha256: x}}
  next:
    cmd: cat ours.txt > next.txt
    deps: [ours.txt]
    outs: [next.txt]
  aside:
    cmd: echo > aside.txt
    outs: [aside.txt]
"""


@pytest.mark.parametrize(
    ("words", "value", "refused"),
    [
        ([], QUOTE, True),
        ([], "a\nb", True),
        (["ours"], QUOTE, True),
        (["next"], QUOTE, True),
        (["aside"], QUOTE, False),
        (["-s", "next"], QUOTE, False),
    ],
)
def test_a_value_that_the_shell_would_read_is_refused(
    words: list[str],
    value: str,
    refused: bool,
    project: Folder,
    capfd: pytest.CaptureFixture[str],
) -> None:
    project.write("dvc.yaml", HYPER)
    project.write("params.yaml", json.dumps({"word": value}))
    project.write("ours.txt", "")
    code = main(["run", *words])
    assert not (project.root / "pwned").exists()
    written = capfd.readouterr()
    assert code == int(refused)
    assert ("word" in written.err and "error: dvc.yaml, line " in written.err) == refused
    assert written.out.startswith("Stages: 1 ran") != refused


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("env/bin/python", None),
        ("./env/bin/python", None),
        ("no-such-python", "the Python no-such-python for runs, which can't be found"),
        ("env/bin/none", "which can't be found"),
        ("other/python-only3", "but stages call `python`, which is not in"),
    ],
)
def test_the_interpreter_of_the_settings(
    setting: str, said: str | None, project: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("env/bin/python", "other/python-only3"):
        project.write(name, '#!/bin/sh\necho "ours $*"\n').chmod(0o755)
    project.write(".mlvtools", json.dumps({"python": setting}))
    project.write(
        "dvc.yaml", "stages:\n  a:\n    cmd: python a.py > out.txt\n    outs: [out.txt]\n"
    )
    (project.root / "sub").mkdir()
    code = main(["-C", "sub", "run"])
    assert code == (0 if said is None else 1)
    if said is None:
        assert (project.root / "out.txt").read_text() == "ours a.py\n"
    else:
        written = capfd.readouterr().err
        assert said in written
        assert written.startswith("error: ")
        assert ".mlvtools: " in written
