"""What the Tab key offers."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import time
from contextlib import redirect_stdout
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
def stages(project: Folder) -> Folder:
    """A project with some stages and files."""
    project.write(
        "dvc.yaml",
        "vars: [a: 1]\nstages:\n  first:\n    cmd: echo\n    outs:\n      - x\n"
        '  "quoted $(touch pwned)":\n    cmd: echo\n  $(touch pwned):\n    cmd: echo\n'
        "  # comment:\n\n  second-2:\n    cmd: echo\nmetrics:\n  third: {}\n",
    )
    project.write("train.ipynb", "{}")
    project.write("notes.txt", "")
    return project


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what each shell loads."""
    folder = tmp_path_factory.mktemp("completion")
    for shell, name in (("bash", "bash"), ("fish", "fish"), ("zsh", "_jupyterlab-dvc")):
        with (folder / name).open("w") as file, redirect_stdout(file):
            assert main(["completion", shell]) == 0
    return folder


def needed(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here to try it")


OFFERED = [
    (["s"], {"sync", "status"}),
    (["-C", "/tmp", "d"], {"demo", "doctor"}),
    (["sync", "--d"], {"--dry-run", "--debug"}),
    (["sync", "t"], {"train.ipynb"}),
    (["sync", "n"], set()),
    (["check", "n"], {"notes.txt"}),
    (["run", ""], {"first", "second-2"}),
    (["run", "first", "se"], {"second-2"}),
    (["export", "se"], {"second-2"}),
    (["completion", ""], {"bash", "zsh", "fish"}),
]


@pytest.mark.parametrize(("words", "offered"), OFFERED)
def test_bash(words: list[str], offered: set[str], stages: Folder, scripts: Path) -> None:
    needed("bash")
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "ask", str(scripts / "bash"), "jupyterlab-dvc", *words],
        cwd=stages.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert set(done.stdout.split("\n")) - {""} == offered
    assert not (stages.root / "pwned").exists()


@pytest.mark.parametrize(("words", "offered"), OFFERED)
def test_fish(words: list[str], offered: set[str], stages: Folder, scripts: Path) -> None:
    needed("fish")
    line = " ".join(["jupyterlab-dvc", *words])
    asked = "source $argv[1]; complete -C $argv[2]"
    done = subprocess.run(
        ["fish", "--no-config", "-c", asked, str(scripts / "fish"), line],
        cwd=stages.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == offered
    assert not (stages.root / "pwned").exists()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("do", "doctor "),
        ("-C /tmp do", "-C /tmp doctor "),
        ("sync --dr", "sync --dry-run "),
        ("sync t", "sync train.ipynb "),
        ("sync train.ipynb dat", "sync train.ipynb data/"),
        ("check no", "check notes.txt "),
        ("run f", "run first "),
        ("run first se", "run first second-2 "),
        ("export se", "export second-2 "),
    ],
)
def test_zsh(typed: str, completed: str, stages: Folder, scripts: Path) -> None:
    needed("zsh")
    (stages.root / "data").mkdir()
    folder, dump = (shlex.quote(str(path)) for path in (scripts, scripts / "dump"))
    setup = (
        f"PS1=; fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -d {dump};"
        " unset zle_bracketed_paste; print REA''DY"
    )
    terminal, end = pty.openpty()
    shell = subprocess.Popen(
        ["zsh", "-f", "-i"],
        cwd=stages.root,
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb"},
    )
    os.close(end)
    try:
        os.write(terminal, f"{setup}\n".encode())
        seen_until(terminal, "READY\r\n")
        os.write(terminal, f"jupyterlab-dvc {typed}\t".encode())
        # The rest of the word, behind what was typed.
        shown = seen_until(terminal, completed.rstrip().removeprefix(typed)[-3:])
        assert f"jupyterlab-dvc {completed.rstrip()}" in shown
    finally:
        shell.kill()
        shell.wait()
        os.close(terminal)
    assert not (stages.root / "pwned").exists()


def seen_until(terminal: int, awaited: str) -> str:
    """What the terminal shows, up to the awaited words; without those, all of twenty seconds."""
    shown = ""
    end = time.monotonic() + 20
    while awaited not in shown and (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            shown += os.read(terminal, 4096).decode("utf-8", "replace")
    return shown


def test_zsh_asks_for_the_stages_each_time(scripts: Path) -> None:
    text = (scripts / "_jupyterlab-dvc").read_text()
    assert text.count("$(sed") == 1
    assert '"(*)' not in text


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
