"""``jupyterlab-dvc sync`` and ``check``."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from jupyterlab_dvc.cli import terminal
from jupyterlab_dvc.cli.main import build_parser, main

from .conftest import CODE, DOCSTRING, Folder

ROOT = Path(__file__).parents[2]
SCRIPT = "pipeline/scripts/mlvtools_loud.py"


@pytest.fixture
def synced(step: Folder) -> Folder:
    """The project with its notebook's script and stage."""
    with redirect_stdout(io.StringIO()):
        assert main(["sync"]) == 0
    return step


def test_the_first_sync_and_the_second(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync"]) == 0
    written = capsys.readouterr()
    assert written.out.splitlines() == [
        f"new: {SCRIPT}",
        "new: dvc.yaml",
        "new: stage mlvtools_loud (loud.ipynb)",
    ]
    assert written.err == ""
    before = step.files()
    assert main(["sync"]) == 0
    assert capsys.readouterr() == ("Nothing to write: all is as it should be.\n", "")
    assert step.files() == before
    assert not [name for name in before if name.endswith("_dvc")]


@pytest.mark.parametrize(
    ("folder", "argv", "scripts"),
    [
        (".", ["sync"], {"loud", "a", "b"}),
        ("sub", ["sync"], {"loud", "a", "b"}),
        (".", ["sync", "sub"], {"a", "b"}),
        (".", ["sync", "sub/a.ipynb"], {"a"}),
        (".", ["sync", "sub", "loud.ipynb"], {"loud", "a", "b"}),
        ("sub", ["sync", "a.ipynb"], {"a"}),
        (".", ["-C", "sub", "sync", "a.ipynb"], {"a"}),
        (".", ["sync", "-C", "sub", "a.ipynb", "deep"], {"a", "b"}),
        (".", ["sync", "plain.ipynb"], {"plain"}),
        (".", ["sync", "sub", "--", "-odd.ipynb"], {"a", "b", "_odd"}),
    ],
)
def test_which_notebooks(
    folder: str,
    argv: list[str],
    scripts: set[str],
    step: Folder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("a", "deep/b"):
        docstring = DOCSTRING.replace("loud.txt", f"{name[-1]}.txt")
        step.notebook(f"sub/{name}.ipynb", [docstring, CODE])
    step.notebook("plain.ipynb", ["print(1)"])
    step.notebook(".hidden/c.ipynb")
    step.notebook("sub/.ipynb_checkpoints/a-checkpoint.ipynb")
    if "-odd.ipynb" in argv:
        step.notebook("-odd.ipynb", [DOCSTRING.replace("loud.txt", "odd.txt"), CODE])
    monkeypatch.chdir(step.root / folder)
    assert main(argv) == 0
    found = (step.root / "pipeline/scripts").glob("*.py")
    assert {path.stem.removeprefix("mlvtools_") for path in found} == scripts


def test_a_name_that_is_no_utf_8(step: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    data = (step.root / "loud.ipynb").read_bytes()
    name = os.fsdecode(b"lo\xffud.ipynb")
    try:
        Path(name).write_bytes(data)
    except OSError:
        pytest.skip("this file system wants UTF-8")
    (step.root / "loud.ipynb").unlink()
    code = main(["sync", name])
    written = capfd.readouterr()
    assert "Traceback" not in written.err
    assert code == 1
    assert written.err == (
        "error: lo\\udcffud.ipynb: The file's name is not in UTF-8. Rename the file.\n"
    )


def test_a_dry_run_is_a_patch(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    before = step.files()
    assert main(["sync", "--dry-run"]) == 0
    first = capsys.readouterr().out
    assert step.files() == before
    subprocess.run(["git", "apply", "-"], input=first, text=True, check=True, cwd=step.root)
    assert main(["sync", "--check"]) == 0
    # And of a change.
    step.notebook("loud.ipynb", [DOCSTRING.replace("loud.txt", "LOUD ä.txt"), CODE + "print('ä')"])
    capsys.readouterr()
    assert main(["sync", "--dry-run"]) == 0
    second = capsys.readouterr().out
    assert "+        print('ä')" in second or "+    print('ä')" in second
    subprocess.run(["git", "apply", "-"], input=second, text=True, check=True, cwd=step.root)
    assert main(["sync", "--check"]) == 0


def test_long_work_tells_how_far_it_is(
    step: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "PROGRESS_AFTER", -1.0)
    step.notebook("sub/plain.ipynb", ["print(1)"])
    for words in (["sync", "--check"], ["check"], ["status"]):
        main(words)
        lines = capsys.readouterr().err.splitlines()
        assert "notebook 1: loud.ipynb" in lines
        assert "notebook 2: sub/plain.ipynb" in lines


def test_check_names_what_would_change(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    before = step.files()
    assert main(["sync", "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"would write: {SCRIPT}",
        "would write: dvc.yaml",
        "would be new: stage mlvtools_loud",
    ]
    assert main(["sync", "--check", "--dry-run"]) == 1
    assert capsys.readouterr().out.startswith("diff --git ")
    assert step.files() == before
    assert main(["sync"]) == 0
    capsys.readouterr()
    for words in (["--check"], ["--dry-run"]):
        assert main(["sync", *words]) == 0
        said = "Nothing would be written: all is as it should be.\n"
        assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize("words", [[], ["--dry-run"], ["--check"]])
def test_a_hand_edit_is_shown_and_kept(
    words: list[str], synced: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    script = synced.root / SCRIPT
    script.write_text(script.read_text() + "# by hand\n")
    before = synced.files()
    assert main(["sync", *words]) == 1
    written = capsys.readouterr()
    assert "was edited by hand" in written.err
    assert words == ["--check"] or "-# by hand" in written.out
    assert synced.files() == before


def test_a_hand_edited_stage(synced: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline = synced.root / "dvc.yaml"
    generated = pipeline.read_text()
    pipeline.write_text(generated.replace("data/loud.txt", "data/by-hand.txt"))
    before = synced.files()
    assert main(["sync"]) == 1
    written = capsys.readouterr()
    assert "error: dvc.yaml: The stage mlvtools_loud was edited by hand" in written.err
    assert "by-hand.txt" in written.out
    assert synced.files() == before
    assert main(["sync", "--force"]) == 0
    assert pipeline.read_text() == generated


def test_errors_of_all_notebooks_come_together(
    step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    step.notebook("a.ipynb", ['"""\n:dvc-out: a\n:param int class: x\n"""', "return"])
    step.write("b.ipynb", "{")
    step.notebook("c.ipynb", ['"""\n:dvc-out: c\n:dvc-inn: d\n:param foo bar: x\n"""'])
    before = step.files()
    assert main(["sync"]) == 1
    written = capsys.readouterr()
    for part in ("a.ipynb, cell 1, line 3: ", "a.ipynb, cell 2, line 1: ", "b.ipynb", "c.ipynb"):
        assert part in written.err
    assert all(line.startswith(("error: ", "warning: ")) for line in written.err.splitlines())
    assert step.files() == before


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["sync", "none.ipynb"], "none.ipynb: There is no such file."),
        (["sync", "data/text.txt"], "data/text.txt"),
        (["sync", "/nowhere/a.ipynb"], "/nowhere/a.ipynb: This is in no DVC project"),
        (["-C", "none", "sync"], "none"),
        (["check", "none.ipynb"], "none.ipynb: There is no such file."),
    ],
)
def test_wrong_paths(
    argv: list[str], said: str, step: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    before = step.files()
    assert main(argv) == 1
    written = capsys.readouterr()
    assert written.err.startswith(f"error: {said}")
    assert written.err.count("\n") == 1
    assert step.files() == before


def test_no_notebooks_here(project: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    project.notebook("plain.ipynb", ["print(1)"])
    project.notebook("r.ipynb")
    project.write("r.ipynb", (project.root / "r.ipynb").read_text().replace("python", "R"))
    for argv in (["sync"], ["sync", "--check"], ["sync", "--dry-run"]):
        assert main(argv) == 0
        written = capsys.readouterr()
        language, nothing = written.err.splitlines()
        assert language.startswith("warning: r.ipynb: The kernel's language is r;")
        assert nothing.startswith("warning: .: There are no notebooks with directives here.")
        assert written.out == ""
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "There is no dvc.yaml yet.\n"
    assert set(project.files()) == {".dvcignore", "plain.ipynb", "r.ipynb"}


def test_a_broken_pipeline_file(step: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    step.write("dvc.yaml", "stages:\n  a: [\n")
    before = step.files()
    for argv in (["sync"], ["check"], ["status"], ["run"], ["export", "a"]):
        assert main(argv) == 1
        assert "dvc.yaml, line " in capsys.readouterr().err
        assert step.files() == before


def test_what_only_looks_different_stays_up_to_date(
    synced: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run"]) == 0
    step = synced.notebook("loud.ipynb", [DOCSTRING, CODE.replace("(source)", "( source )")])
    assert step.exists()
    capfd.readouterr()
    assert main(["sync"]) == 0
    assert "still up to date: stage mlvtools_loud" in capfd.readouterr().out
    assert main(["run"]) == 0
    assert "Stages: 1 up to date\n" in capfd.readouterr().out


def test_check_of_a_sound_project(synced: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    before = synced.files()
    for argv in (
        ["check"],
        ["check", "loud.ipynb"],
        ["check", "--", "loud.ipynb", SCRIPT, "dvc.yaml"],
        ["check", "."],
        ["check", "dvc.yaml", "/etc/hostname"],
    ):
        assert main(argv) == 0, argv
        assert capsys.readouterr() == (f"consistent: {synced.root}\n", "")
    assert synced.files() == before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("loud.ipynb", "upper", "lower", "loud.ipynb"),
        ("loud.ipynb", "data/loud.txt", "data/LOUD.txt", "mlvtools_loud"),
        (SCRIPT, "upper", "lower", "mlvtools_loud.py"),
        ("dvc.yaml", "data/loud.txt", "data/LOUD.txt", "mlvtools_loud"),
        ("dvc.yaml", "mlvtools_loud:", "another:", "mlvtools_loud"),
        ("dvc.yaml", "stages:", "stages: [", "dvc.yaml, line "),
        (
            "dvc.yaml",
            "stages:\n",
            "stages:\n  twice:\n    cmd: echo\n    outs: [data/loud.txt]\n",
            "data/loud.txt",
        ),
    ],
)
@pytest.mark.parametrize("words", [["check"], ["check", "loud.ipynb"], ["check", SCRIPT]])
def test_check_finds_what_differs(
    words: list[str],
    name: str,
    old: str,
    new: str,
    said: str,
    synced: Folder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = synced.root / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    before = synced.files()
    assert main(words) == 1
    written = capsys.readouterr()
    assert said in written.err
    assert written.out == ""
    assert synced.files() == before


def test_check_of_files_of_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text("")
    assert main(["check", str(tmp_path / "a.py")]) == 1
    assert "This is in no DVC project" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("notebooks/a.ipynb", True),
        ("pipeline/scripts/mlvtools_a.py", True),
        ("dvc.yaml", True),
        ("dvc.lock", True),
        ("conf/params.yml", True),
        (".mlvtools", True),
        ("sub/.mlvtools", True),
        ("pyproject.toml", True),
        ("README.md", False),
        ("data.csv", False),
    ],
)
def test_the_hook_for_pre_commit(name: str, concerned: bool) -> None:
    (hook,) = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["id"] == "jupyterlab-dvc-check"
    assert bool(re.search(hook["files"], name)) == concerned
    program, *words = shlex.split(hook["entry"])
    assert program == "jupyterlab-dvc"
    assert build_parser().parse_args([*words, name]).paths == [name]
