"""The exported script does what DVC's run does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from jupyterlab_dvc import export
from jupyterlab_dvc.cli.classic import export_pipeline
from jupyterlab_dvc.cli.main import main
from jupyterlab_dvc.dvc.reader import Command

from .conftest import Folder

PIPELINE = """\
vars:
  - words: [{n: 1, x: one}, {n: 2, x: 'two ä'}]
stages:
  each:
    foreach: ${words}
    do:
      cmd: printf '%s\\n' "${item.x}" > each-${item.n}.txt
      outs: ["each-${item.n}.txt"]
  grid:
    matrix:
      row: [1, 2]
      column: [3]
    cmd: echo ${item.row}${item.column} > grid-${item.row}${item.column}.txt
    outs: ["grid-${item.row}${item.column}.txt"]
  inside:
    wdir: sub folder
    cmd:
      - false; cat ../each-*.txt ../grid-*.txt > all.txt
      - set -u; echo $((1 + 1)) it\\'s \\${HOME} $# >> all.txt # no line of its own
    deps: [../each-1.txt, ../each-2.txt, ../grid-13.txt, ../grid-23.txt]
    outs: [all.txt]
  lines:
    cmd: |
      mkdir folder
      cp 'sub folder/all.txt' folder/copy.txt
      echo "$DVC_STAGE" >> folder/copy.txt
    deps: [sub folder/all.txt]
    outs: [folder]
  kept:
    cmd: cat folder/copy.txt >> kept.txt
    deps: [folder]
    outs:
      - kept.txt:
          persist: true
  aside:
    cmd: echo aside > aside.txt
    outs: [aside.txt]
"""


@pytest.fixture
def pipeline(project: Folder) -> Folder:
    """A pipeline with what `foreach`, `matrix`, `wdir`, lists and lines can do."""
    project.write("dvc.yaml", PIPELINE)
    (project.root / "sub folder").mkdir()
    return project


def bash(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script from elsewhere, where no DVC is."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [str(script), "argument"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def results(folder: Folder) -> dict[str, bytes]:
    """What the stages made."""
    return {
        name: data
        for name, data in folder.files().items()
        if name.endswith(".txt") and "out/" not in name
    }


def test_the_script_makes_what_a_run_makes(
    pipeline: Folder, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["run", "kept"]) == 0
    expected = results(pipeline)
    assert expected["kept.txt"].decode().splitlines()[-1] == "lines"
    assert "aside.txt" not in expected
    for name in expected:
        (pipeline.root / name).unlink()
    (pipeline.root / "folder").rmdir()
    output = pipeline.root / "out" / "it's a script.sh"
    assert main(["export", "kept", "-o", str(output)]) == 0
    assert output.stat().st_mode & 0o777 == 0o755
    first = bash(output, tmp_path)
    assert first.returncode == 0, first.stderr
    assert results(pipeline) == expected
    # Again, over its own results: `mkdir folder` works, and what persists grows as in DVC.
    assert bash(output, tmp_path).returncode == 0
    assert results(pipeline)["kept.txt"] == expected["kept.txt"] * 2
    assert results(pipeline)["folder/copy.txt"] == expected["folder/copy.txt"]


def test_results_in_the_cache_are_not_written_through(project: Folder, tmp_path: Path) -> None:
    project.write(
        "dvc.yaml",
        "stages:\n  a:\n    cmd: cat in >> a\n    outs: [a]\n    deps: [in]\n"
        "  b:\n    cmd: cat a >> b\n    deps: [a]\n    outs: [{b: {persist: true}}]\n",
    )
    project.write("in", "1\n")
    with (project.root / ".dvc" / "config").open("a") as config:
        config.write("[cache]\n    type = hardlink,symlink\n")
    assert main(["run"]) == 0
    cache = {
        path: path.read_bytes()
        for path in (project.root / ".dvc/cache").rglob("*")
        if path.is_file()
    }
    assert (project.root / "a").stat().st_nlink > 1
    assert main(["export", "b", "-o", "run.sh"]) == 0
    project.write("in", "2\n")
    assert bash(project.root / "run.sh", tmp_path).returncode == 0
    assert (project.root / "a").read_text() == "2\n"
    assert (project.root / "b").read_text() == "1\n2\n"
    assert {path: path.read_bytes() for path in cache} == cache


def test_from_wherever_it_is_called(pipeline: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "bin").mkdir(parents=True)
    (tmp_path / "link").symlink_to("elsewhere/bin")
    assert main(["export", "aside", "-o", str(tmp_path / "link" / "aside.sh")]) == 0
    (tmp_path / "trap" / "link").mkdir(parents=True)
    for words, folder in (
        (["bash", "link/aside.sh"], tmp_path),
        (["./aside.sh"], tmp_path / "link"),
    ):
        environment = {"PATH": os.environ["PATH"], "CDPATH": str(tmp_path / "trap")}
        subprocess.run(words, cwd=folder, env=environment, check=True)
        (pipeline.root / "aside.txt").unlink()


@pytest.mark.parametrize(
    ("word", "stages"),
    [
        ("inside", ["each@0", "each@1", "grid@1-3", "grid@2-3", "inside"]),
        ("each@0", ["each@0"]),
        ("./meta/aside.dvc", ["aside"]),
    ],
)
def test_a_stage_and_all_that_it_needs_in_order(
    word: str, stages: list[str], pipeline: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export_pipeline(["--dvc", word, "-o", "pipeline.sh"]) == 0
    assert capsys.readouterr().out == "exported: pipeline.sh\n"
    lines = (pipeline.root / "pipeline.sh").read_text().splitlines()
    assert [line[2:] for line in lines[3:] if line.startswith("# ")] == stages


def test_without_a_stage_everything(pipeline: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export"]) == 0
    shown = capsys.readouterr().out
    assert "# aside\n" in shown
    assert "# kept\n" in shown
    assert shown.startswith("#!/usr/bin/env bash\n")


def test_an_existing_file_that_would_change_stays(
    pipeline: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.write("aside.sh", "mine\n")
    assert export_pipeline(["--dvc", "aside", "-o", "aside.sh"]) == 1
    written = capsys.readouterr()
    assert written.err == (
        "error: aside.sh: The file exists and would change; it was left alone. "
        "Overwrite it with -f.\n"
    )
    assert "-mine\n" in written.out
    assert (pipeline.root / "aside.sh").read_text() == "mine\n"
    assert export_pipeline(["--dvc", "aside", "-o", "aside.sh", "-f"]) == 0
    assert export_pipeline(["--dvc", "aside", "-o", "aside.sh"]) == 0
    assert capsys.readouterr().out == "exported: aside.sh\nunchanged: aside.sh\n"
    assert os.access("aside.sh", os.X_OK)


@pytest.mark.parametrize(
    ("stage", "output", "said"),
    [
        ("asid", "a.sh", "error: There is no stage 'asid' in the pipeline. The stages are: aside,"),
        ("--force", "a.sh", "error: There is no stage '--force' in the pipeline."),
        ("", "a.sh", "error: There is no stage '' in the pipeline."),
        ("each@7", "a.sh", "error: There is no stage 'each@7' in the pipeline."),
        ("aside", "sub folder", "error: sub folder: This is a folder or a special file"),
        ("aside", "dvc.yaml/a.sh", "error: dvc.yaml/a.sh: The file can't be written:"),
    ],
)
def test_errors(
    stage: str, output: str, said: str, pipeline: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pipeline.files()
    assert export_pipeline([f"--dvc={stage}", "-o", output]) == 1
    written = capsys.readouterr()
    assert written.err.startswith(said)
    assert written.err.count("\n") == 1
    assert pipeline.files() == before


def test_where_there_is_no_pipeline(project: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert export_pipeline(["--dvc", "a", "-o", "a.sh"]) == 1
    assert capsys.readouterr().err.startswith("error: dvc.yaml: There is no dvc.yaml here.")
    assert main(["export"]) == 1
    assert "There is no dvc.yaml here." in capsys.readouterr().err


def test_where_there_is_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(tmp_path), "export"]) == 1
    written = capsys.readouterr()
    assert "This is in no DVC project" in written.err
    assert "dvc init" in written.err


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("$(touch pwned)", "$(touch pwned).txt"),
        ("a\ntouch pwned", "-rf"),
        ("`touch pwned`", "a; touch pwned"),
        ("'; touch pwned; '", 'it\'s "here"'),
    ],
)
def test_hostile_names_are_literal(name: str, path: str, tmp_path: Path) -> None:
    folder = tmp_path / path
    folder.mkdir()
    script = tmp_path / "script.sh"
    command = Command(name, path, ("pwd > here",), (f"{path}/gone",), (f"{path}/kept",))
    (folder / "gone").write_text("")
    (folder / "kept").write_text("kept")
    script.write_text(export.render([command], name, PurePosixPath(".")))
    script.chmod(0o755)
    done = bash(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(file.name for file in folder.iterdir()) == ["here", "kept"]
    assert not list(tmp_path.rglob("pwned"))
    assert (folder / "kept").read_text() == "kept"


@pytest.mark.parametrize("line", ["exit 3", "false", "true; false", "(exit 7)", "no-such-command"])
def test_a_failing_command_ends_the_script(line: str, tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    commands = [Command("a", ".", (line, "touch after")), Command("b", ".", ("touch after",))]
    script.write_text(export.render(commands, "b", PurePosixPath(".")))
    script.chmod(0o755)
    assert bash(script, tmp_path).returncode != 0
    assert not (tmp_path / "after").exists()
