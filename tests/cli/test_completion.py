"""What the Tab key offers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from jupyterlab_dvc.cli.main import main

from .conftest import Folder

ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_jupyterlab_dvc "$1" "${!#}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(project: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The script for bash, in a project with some stages."""
    project.write(
        "dvc.yaml",
        "vars: [a: 1]\nstages:\n  first:\n    cmd: echo\n    outs:\n      - x\n"
        '  "quoted $(touch pwned)":\n    cmd: echo\n  $(touch pwned):\n    cmd: echo\n'
        "  # comment:\n\n  second-2:\n    cmd: echo\nmetrics:\n  third: {}\n",
    )
    project.write("train.ipynb", "{}")
    project.write("notes.txt", "")
    assert main(["completion", "bash"]) == 0
    path = tmp_path / "completion.bash"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["s"], {"sync", "status"}),
        (["-C", "/tmp", "d"], {"demo", "doctor"}),
        (["sync", "--d"], {"--dry-run", "--debug"}),
        (["sync", "t"], {"train.ipynb"}),
        (["sync", "n"], set()),
        (["check", "n"], {"notes.txt"}),
        (["run", ""], {"first", "second-2"}),
        (["export", "se"], {"second-2"}),
        (["completion", ""], {"bash", "zsh", "fish"}),
    ],
)
def test_bash(words: list[str], offered: set[str], script: Path, project: Folder) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "ask", str(script), "jupyterlab-dvc", *words],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert set(done.stdout.split("\n")) - {""} == offered
    assert not (project.root / "pwned").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_is_one_of_its_shell(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    for name in ("sync", "doctor", "--dry-run", "--downstream"):
        assert name.lstrip("-") in text
    if shell == "zsh":
        assert "sync:'write scripts and stages of notebooks'" in text
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here to parse it")
    path = tmp_path / "script"
    path.write_text(text)
    subprocess.run([shell, "-n", str(path)], check=True)
