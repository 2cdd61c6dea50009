"""Exit codes, streams that go away, and what a terminal sees."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from jupyterlab_dvc.cli import guard, terminal
from jupyterlab_dvc.cli.main import main
from jupyterlab_dvc.cli.terminal import Terminal
from jupyterlab_dvc.errors import Conflict, Place, Problem, Refused, warning

QUIET = Namespace(verbose=False, debug=False)
DEBUG = Namespace(verbose=False, debug=True)


def outcome(error: BaseException, arguments: Namespace = QUIET) -> int:
    def command(_arguments: Namespace, _terminal: Terminal) -> int:
        raise error

    return guard.run(command, arguments)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            Refused.of("folder-missing", Place("a b")),
            1,
            "error: a b: There is no such folder. Check the path, or make the folder.\n",
        ),
        (KeyboardInterrupt(), 130, "error: Interrupted.\n"),
        (
            KeyError("x"),
            1,
            "error: Unexpected: KeyError: 'x'. Run the same with --debug for details.\n",
        ),
        (
            PermissionError(13, "Permission denied", "f\nile"),
            1,
            "error: f\\nile: Permission denied. Run the same with --debug for details.\n",
        ),
        (MemoryError(), 1, "error: There is not enough memory for this.\n"),
    ],
)
def test_each_error_is_one_line(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(error) == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize("words", [["status"], ["sync"], ["check"], ["run"], ["doctor"]])
def test_the_current_folder_is_gone(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(words) == 1
    said = "error: The current folder is no longer there. Change to one that is.\n"
    assert capsys.readouterr() == ("", said)


def test_several_problems_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("folder-missing", {}, Place(f"{name}\x1b[31m")) for name in "ab"]
    assert outcome(Refused([*problems, warning("stage-unknown", name="s", known="t")])) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line[:20] for line in lines] == [
        "error: a\\x1b[31m: Th",
        "error: b\\x1b[31m: Th",
        "warning: There is no",
    ]


def test_a_conflict_shows_its_difference(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("would-overwrite", {}, Place("a"))
    assert outcome(Conflict(problem, "--- a\n+++ b\n")) == 1
    written = capsys.readouterr()
    assert written.out == "--- a\n+++ b\n"
    assert written.err.startswith("error: a: The file exists")


def test_debug_shows_where_it_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(KeyError("x"), DEBUG) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "--debug" not in shown


def said_to(
    monkeypatch: pytest.MonkeyPatch, encoding: str, errors: str = "strict"
) -> tuple[Terminal, io.BytesIO]:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding=encoding, errors=errors, newline="\n")
    monkeypatch.setattr(sys, "stdout", stream)
    return Terminal(), buffer


@pytest.mark.parametrize(
    ("encoding", "line", "expected"),
    [
        ("utf-8", "ä \udcff \x07", b"\xc3\xa4 \\udcff \\x07\n"),
        ("ascii", "ä \u2192", b"\\xe4 \\u2192\n"),
        ("latin-1", "ä \u2192", b"\xe4 \\u2192\n"),
    ],
)
def test_what_an_encoding_lacks_is_escaped(
    encoding: str, line: str, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, buffer = said_to(monkeypatch, encoding)
    shown.out(line)
    assert shown.close() == 0
    assert buffer.getvalue() == expected


def test_progress_is_said_only_of_long_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Terminal().progress("soon done")
    monkeypatch.setattr(terminal, "PROGRESS_AFTER", -1.0)
    Terminal().progress("long")
    assert capsys.readouterr() == ("", "long\n")


PROGRAM = """
import sys
from jupyterlab_dvc.cli import terminal
terminal.PROGRESS_AFTER = -1.0
shown = terminal.Terminal()
shown.progress("a")
shown.progress("b" * 200)
shown.error("c")
shown.diff("+d\\x07\\n")
sys.exit(shown.close())
"""


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"TERM": "xterm"},
            "\r\x1b[Ka\r\x1b[K" + "b" * 79 + "\r\x1b[K\x1b[1m\x1b[31merror:\x1b[0m c\r\n"
            "\x1b[32m+d\\x07\x1b[0m\r\n",
        ),
        (
            {"TERM": "xterm", "NO_COLOR": "1"},
            "\r\x1b[Ka\r\x1b[K" + "b" * 79 + "\r\x1b[Kerror: c\r\n+d\\x07\r\n",
        ),
        ({"TERM": "dumb"}, "a\r\n" + "b" * 200 + "\r\nerror: c\r\n+d\\x07\r\n"),
    ],
)
def test_on_a_terminal(variables: dict[str, str], expected: str) -> None:
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **variables},
        close_fds=True,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # Linux: the other side is closed
            break
        if not data:
            break
        shown += data
    os.close(ours)
    assert program.wait() == 0
    assert shown.decode() == expected


COMMAND = [sys.executable, "-m", "jupyterlab_dvc.cli.main"]


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    line = " ".join(["trap '' PIPE;", *COMMAND, "completion", "bash", "| head -c 1"])
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout) == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_error(closed: str, project: object) -> None:
    line = " ".join([*COMMAND, "completion", "fish", closed])
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_an_error() -> None:
    line = " ".join([*COMMAND, "completion", "zsh", "> /dev/full"])
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "error: The output can't be written: No space left on device.\n"
