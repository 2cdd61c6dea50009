"""The six commands as MLV-tools' users type them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from jupyterlab_dvc.cli.classic import (
    check_all_scripts_consistency,
    check_script_consistency,
    gen_dvc,
    ipynb_to_dvc,
    ipynb_to_python,
)

from .conftest import CODE, DOCSTRING, Folder

SCRIPT = "pipeline/scripts/mlvtools_loud.py"


def stages(folder: Folder) -> list[str]:
    """The names in ``dvc.yaml``."""
    return list(YAML(typ="safe").load((folder.root / "dvc.yaml").read_text())["stages"])


def is_executable(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) == 0o755


def test_a_script_runs(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 0
    assert capsys.readouterr() == (f"new: {SCRIPT}\n", "")
    assert is_executable(step.root / SCRIPT)
    assert not (step.root / "dvc.yaml").exists()
    command = [f"./{SCRIPT}", "--source=data/text.txt", "--result=out.txt"]
    subprocess.run(command, cwd=step.root, check=True)
    assert (step.root / "out.txt").read_text() == "QUIET\n"


@pytest.mark.parametrize(
    ("argv", "written"),
    [
        (["-n", "loud.ipynb", "-o", "a b/c.py"], "a b/c.py"),
        (["--notebook", "loud.ipynb", "--output", "c.py", "--verbose"], "c.py"),
        (["-n", "./loud.ipynb", "-w", "work"], "work/pipeline/scripts/mlvtools_loud.py"),
        (["-n", "loud.ipynb", "-w", "work", "-o", "c.py"], "c.py"),
        (["-n", "loud.ipynb", "-c", "conf/a.json"], "from/conf/mlvtools_loud.py"),
        (
            ["-n", "loud.ipynb", "-w", "work", "-c", "conf/a.json"],
            "work/from/conf/mlvtools_loud.py",
        ),
        (["--notebook=-odd.ipynb"], "pipeline/scripts/mlvtools__odd.py"),
    ],
)
def test_paths_of_the_line_and_of_the_configuration(
    argv: list[str], written: str, step: Folder
) -> None:
    (step.root / "work").mkdir()
    step.notebook("-odd.ipynb")
    step.write("conf/a.json", json.dumps({"path": {"python_script_root_dir": "./from/conf"}}))
    before = set(step.files())
    assert ipynb_to_python(argv) == 0
    assert set(step.files()) - before == {written}


def test_an_existing_script_that_would_change_stays(
    step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    script = step.write(SCRIPT, "mine\n")
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 1
    written = capsys.readouterr()
    assert written.err.startswith(f"error: {SCRIPT}: The file exists and would change")
    assert script.read_text() == "mine\n"
    assert ipynb_to_python(["-n", "loud.ipynb", "-f"]) == 0
    assert "mine" not in script.read_text()
    assert is_executable(script)
    capsys.readouterr()
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 0
    assert capsys.readouterr() == ("Nothing to write: all is as it should be.\n", "")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-n", "none.ipynb"], "error: none.ipynb: There is no such file."),
        (["-n", "data"], "error: data: This is a folder or a special file, not a file."),
        (["-n", "data/text.txt"], "error: data/text.txt"),
        (["-n", "loud.ipynb", "-c", "none"], "error: none: "),
        (["-n", "loud.ipynb", "-c", "data/text.txt"], "error: data/text.txt, line 1: "),
        (["-n", "loud.ipynb", "-w", "none"], "error: none: There is no such folder."),
        (["-n", "loud.ipynb", "-o", "data"], "error: data: This is a folder"),
        (["-n", "loud.ipynb", "-o", "loud.ipynb/x.py"], "error: loud.ipynb/x.py: "),
        (["-n", "bad.ipynb"], "error: bad.ipynb, cell 2, line 3: "),
        (["-n", "bad.ipynb", "-f", "-o", "kept.py"], "error: bad.ipynb, cell 2, line 3: "),
        (["-n", "wrong.ipynb"], "error: wrong.ipynb, cell 1, line 2: "),
    ],
)
def test_an_error_is_one_line_and_nothing_is_written(
    argv: list[str], said: str, step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    step.notebook("bad.ipynb", [DOCSTRING, "a = 1\n\nreturn a"])
    step.notebook("wrong.ipynb", ['"""\n:param int class: which\n"""', CODE])
    step.write("kept.py", "kept\n")
    before = step.files()
    assert ipynb_to_python(argv) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith(said)
    assert written.err.count("\n") == 1
    assert "Traceback" not in written.err
    assert step.files() == before


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder = step.root / "locked"
    folder.mkdir(0o500)
    assert ipynb_to_python(["-n", "loud.ipynb", "-o", "locked/a.py"]) == 1
    assert "can't be written" in capsys.readouterr().err


def test_two_notebooks_of_one_name(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    step.notebook("other/Loud.ipynb")
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 0
    before = step.files()
    for argv in (["-n", "other/Loud.ipynb"], ["-n", "other/Loud.ipynb", "-f"]):
        capsys.readouterr()
        assert ipynb_to_python(argv) == 1
        said = capsys.readouterr().err
        assert said.startswith("error: other/Loud.ipynb: The name mlvtools_loud belongs to another")
        assert "loud.ipynb" in said
        assert step.files() == before


@pytest.mark.parametrize("options", [[], ["-f"]])
def test_two_notebooks_of_one_stage(
    options: list[str], step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    step.notebook("quiet.ipynb", ['""":dvc-meta-file: mlvtools_loud.dvc"""', "1"])
    before = step.files()
    capsys.readouterr()
    assert ipynb_to_dvc(["-n", "quiet.ipynb", *options]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: quiet.ipynb: The stage mlvtools_loud belongs to another")
    assert "loud.ipynb. Give one of the two another stage: `:dvc-meta-file: NAME`." in said
    assert step.files() == before


def test_a_script_and_a_stage(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    executable = step.root / "pipeline/dvc/mlvtools_loud_dvc"
    assert is_executable(step.root / SCRIPT)
    assert is_executable(executable)
    assert stages(step) == ["mlvtools_loud"]
    written = capsys.readouterr()
    assert written.err == ""
    assert f"new: {SCRIPT}\n" in written.out
    assert "new: stage mlvtools_loud (loud.ipynb)\n" in written.out
    # The executable reproduces the stage alone; a second time only with --no-cache.
    for words, ran in (([], True), ([], False), (["--no-cache"], True)):
        done = subprocess.run(
            [str(executable), *words], cwd="/", capture_output=True, text=True, check=True
        )
        assert ("Running stage 'mlvtools_loud'" in done.stdout) == ran
    assert (step.root / "data/loud.txt").read_text() == "QUIET\n"
    before = step.files()
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    assert step.files() == before


def test_executables_only_where_they_are_wanted(step: Folder) -> None:
    step.write(".mlvtools", json.dumps({"path": {"python_script_root_dir": "scripts"}}))
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    assert gen_dvc(["-i", "scripts/mlvtools_loud.py"]) == 0
    assert not [name for name in step.files() if name.endswith("_dvc")]
    assert gen_dvc(["-i", "scripts/mlvtools_loud.py", "-o", "bin/loud"]) == 0
    assert is_executable(step.root / "bin/loud")
    path = {"python_script_root_dir": "scripts", "dvc_cmd_root_dir": "commands"}
    step.write(".mlvtools", json.dumps({"path": path}))
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    assert is_executable(step.root / "commands/mlvtools_loud_dvc")


def test_the_stage_of_a_script(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 0
    assert gen_dvc(["-i", SCRIPT, "--out-dvc-cmd", "loud"]) == 0
    assert stages(step) == ["mlvtools_loud"]
    assert "new: stage mlvtools_loud" in capsys.readouterr().out
    subprocess.run(["./loud"], cwd=step.root, check=True, capture_output=True)
    assert (step.root / "data/loud.txt").read_text() == "QUIET\n"
    from_script = (step.root / "dvc.yaml").read_bytes()
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    assert (step.root / "dvc.yaml").read_bytes() == from_script


def test_a_stage_that_would_change_stays(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 0
    step.notebook("loud.ipynb", [DOCSTRING.replace("data/loud.txt", "data/LOUD.txt"), CODE])
    before = step.files()
    capsys.readouterr()
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 1
    written = capsys.readouterr()
    assert "error: dvc.yaml: The stage mlvtools_loud would change" in written.err
    assert "+    - data/LOUD.txt" in written.out.replace("./", "")
    assert step.files() == before
    assert ipynb_to_dvc(["-n", "loud.ipynb", "--force"]) == 0
    assert b"data/LOUD.txt" in step.files()["dvc.yaml"]


def test_all_is_checked_before_anything_is_written(
    step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    step.write(
        "dvc.yaml", "stages:\n  mlvtools_loud:\n    foreach: [1]\n    do:\n      cmd: echo\n"
    )
    before = step.files()
    for words in ([], ["-f"]):
        assert ipynb_to_dvc(["-n", "loud.ipynb", *words]) == 1
        assert "foreach" in capsys.readouterr().err
        assert step.files() == before


def test_templates(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    step.notebook("loud.ipynb", [DOCSTRING.replace("./data/loud.txt", "{{ conf.out }}"), CODE])
    assert ipynb_to_dvc(["-n", "loud.ipynb"]) == 1
    assert "loud.ipynb, cell 1, line 8: " in capsys.readouterr().err
    step.write("conf.yml", "out: result/loud.txt\n")
    assert ipynb_to_dvc(["-n", "loud.ipynb", "--docstring-conf", "conf.yml"]) == 0
    assert b"result/loud.txt" in step.files()["dvc.yaml"]
    assert gen_dvc(["-i", SCRIPT, "--docstring-conf", "none.yml"]) == 1
    assert capsys.readouterr().err.startswith("error: none.yml: ")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-i", "none.py"], "error: none.py: There is no such file."),
        (["-i", "data"], "error: data: This is a folder"),
        (["-i", "loud.ipynb"], "error: loud.ipynb: This is a notebook, not its script."),
    ],
)
def test_errors_of_gen_dvc(
    argv: list[str], said: str, step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    before = step.files()
    assert gen_dvc(argv) == 1
    written = capsys.readouterr()
    assert written.err.startswith(said)
    assert step.files() == before


def test_a_folder_is_no_notebook(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert ipynb_to_dvc(["-n", "."]) == 1
    assert capsys.readouterr().err.startswith("error: .: This is a folder")


@pytest.mark.parametrize(
    ("cells", "same"),
    [
        ([DOCSTRING, CODE], True),
        ([DOCSTRING, f"# said\n\n{CODE}\n"], True),
        ([DOCSTRING, CODE.replace("(source)", "( source )")], True),
        ([DOCSTRING, CODE, "# No effect\nprint(1)"], True),
        ([DOCSTRING, CODE.replace("upper", "lower")], False),
        ([DOCSTRING, CODE, "print(1)"], False),
        ([DOCSTRING.replace(":param str result", ":param Path result"), CODE], False),
    ],
)
def test_consistency(
    cells: list[str], same: bool, step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 0
    step.notebook("loud.ipynb", cells)
    capsys.readouterr()
    assert check_script_consistency(["-n", "loud.ipynb", "-s", SCRIPT]) == int(not same)
    written = capsys.readouterr()
    if same:
        assert written == (f"consistent: loud.ipynb, {SCRIPT}\n", "")
    else:
        assert written.out == ""
        assert "loud.ipynb" in written.err
        assert written.err.startswith("error: ")


@pytest.mark.parametrize(
    ("notebook", "script", "said"),
    [
        ("none.ipynb", SCRIPT, "error: none.ipynb: There is no such file."),
        ("none.ipynb", "none.py", "error: none.ipynb: There is no such file."),
        ("data", "none.py", "error: data: This is a folder"),
        ("data/text.txt", "none.py", "error: data/text.txt: This is no notebook"),
        ("loud.ipynb", "none.py", "error: loud.ipynb: The notebook has no script at none.py."),
        ("loud.ipynb", "data", "error: data: This is a folder"),
        ("loud.ipynb", "data/text.txt", "error: "),
    ],
)
def test_errors_of_consistency(
    notebook: str, script: str, said: str, step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    step.write("data/text.txt", "no Python (")
    assert ipynb_to_python(["-n", "loud.ipynb"]) == 0
    capsys.readouterr()
    assert check_script_consistency(["-n", notebook, "-s", script]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith(said)


def test_all_consistencies(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c", "sub/d"):
        step.notebook(f"notebooks/{name}.ipynb")
        assert ipynb_to_python(["-n", f"notebooks/{name}.ipynb"]) == 0
    assert check_all_scripts_consistency(["-n", "notebooks"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("consistent: ") == 3
    # It goes on after each kind of trouble, and names each.
    step.notebook("notebooks/a.ipynb", [DOCSTRING, "print(1)"])
    (step.root / "pipeline/scripts/mlvtools_b.py").unlink()
    step.write("notebooks/broken.ipynb", "{")
    assert check_all_scripts_consistency(["-n", "notebooks"]) == 1
    written = capsys.readouterr()
    for name in ("a.ipynb", "mlvtools_b.py", "broken.ipynb"):
        assert name in written.err
    assert "consistent: notebooks/c.ipynb" in written.out
    ignored = ["-i", "a.ipynb", "-i", "b.ipynb", "--ignore", "broken.ipynb"]
    assert check_all_scripts_consistency(["-n", "notebooks", *ignored]) == 0
    assert capsys.readouterr().err == ""


def test_all_consistencies_of_the_working_directory(
    step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    step.notebook("sub/d.ipynb")
    assert check_all_scripts_consistency([]) == 1
    said = capsys.readouterr().err
    assert "mlvtools_loud.py" in said
    assert "mlvtools_d.py" in said
    assert check_all_scripts_consistency(["-n", "none"]) == 1
    assert capsys.readouterr().err.startswith("error: none: There is no such folder.")
    (step.root / "empty").mkdir()
    assert check_all_scripts_consistency(["-n", "empty"]) == 0
    assert "no notebooks" in capsys.readouterr().err
