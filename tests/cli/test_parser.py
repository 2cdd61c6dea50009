"""Wrong command lines, and help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from jupyterlab_dvc.cli import classic
from jupyterlab_dvc.cli.main import COMMANDS, build_parser, main

Command = Callable[[Sequence[str]], int]
CLASSIC: dict[str, Command] = {
    name: getattr(classic, name)
    for name in (
        "ipynb_to_python",
        "gen_dvc",
        "ipynb_to_dvc",
        "export_pipeline",
        "check_script_consistency",
        "check_all_scripts_consistency",
    )
}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "name a command: sync, status, run, check, export, demo, doctor, completion"),
        (["snyc"], "unknown command: snyc; did you mean sync?"),
        (["frobnicate"], "unknown command: frobnicate; one of: sync, status,"),
        (["sy\x1b[2Jnc"], "unknown command: 'sy\\x1b[2Jnc'"),
        (["sync", "--dryrun"], "unknown option: --dryrun; did you mean --dry-run?"),
        (["run", "--froce"], "unknown option: --froce; did you mean --force?"),
        (["--verison"], "unknown option: --verison; did you mean --version?"),
        (["completion", "bsh"], "unknown value: bsh; did you mean bash?"),
        (["completion"], "the following arguments are required: SHELL"),
        (["demo"], "the following arguments are required: DIR"),
        (["demo", "a", "b"], "unexpected argument: b"),
        (["doctor", "here"], "unexpected argument: here"),
        (["-C"], "expected one argument"),
        (["run", "--single"], "--single needs the name of a stage"),
        (["run", "--downstream"], "--downstream needs the name of a stage"),
        (["run", "--single", "--downstream", "a"], "--single and --downstream exclude each other"),
        (["sync", "-1.ipynb"], "unknown option: -1.ipynb; the file is named by ./-1.ipynb"),
    ],
)
def test_a_wrong_line_exits_2_and_says_what_was_meant(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str], step: object
) -> None:
    Path("-1.ipynb").touch()
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    written = capsys.readouterr()
    assert said in written.err
    assert written.err.startswith("usage: jupyterlab-dvc")
    assert "-h'" in written.err.splitlines()[-1]
    assert written.out == ""


@pytest.mark.parametrize(
    ("name", "argv", "said"),
    [
        ("ipynb_to_python", [], "the following arguments are required: -n/--notebook"),
        ("ipynb_to_python", ["-n", "-a.ipynb"], "--option=-value"),
        ("gen_dvc", ["-i", "a.py", "--out-dvc-cdm", "b"], "did you mean --out-dvc-cmd?"),
        ("gen_dvc", [], "-i/--input-script"),
        ("ipynb_to_dvc", ["a.ipynb"], "-n/--notebook"),
        ("export_pipeline", ["--dvc", "a"], "-o/--output"),
        ("check_script_consistency", ["-n", "a.ipynb"], "-s/--script"),
        ("check_all_scripts_consistency", ["notebooks"], "unexpected argument: notebooks"),
    ],
)
def test_wrong_lines_of_the_classic_commands(
    name: str, argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        CLASSIC[name](argv)
    assert ended.value.code == 2
    written = capsys.readouterr()
    assert said in written.err
    assert written.err.startswith(f"usage: {name}")


@pytest.mark.parametrize("name", CLASSIC)
def test_help_of_the_classic_commands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        CLASSIC[name](["-h"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for part in (f"usage: {name}", "examples:", f"  {name} ", "exit codes:", "-w", "-c", "--debug"):
        assert part in shown


@pytest.mark.parametrize("name", [module.NAME for module in COMMANDS])
def test_help_of_the_subcommands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "-h"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for part in (f"usage: jupyterlab-dvc {name}", "examples:", "exit codes:", "-C DIR", "--debug"):
        assert part in shown
    assert f"\n    {name} " in build_parser().format_help()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("jupyterlab-dvc 0.")


@pytest.mark.parametrize(
    ("argv", "verbose", "debug", "folder"),
    [
        (["doctor"], False, False, "."),
        (["-v", "doctor"], True, False, "."),
        (["doctor", "-v"], True, False, "."),
        (["--debug", "doctor"], False, True, "."),
        (["doctor", "--debug"], False, True, "."),
        (["-C", "a", "doctor"], False, False, "a"),
        (["doctor", "-C", "a"], False, False, "a"),
    ],
)
def test_common_options_before_and_behind_the_command(
    argv: list[str], verbose: bool, debug: bool, folder: str
) -> None:
    arguments = build_parser().parse_args(argv)
    assert (arguments.verbose, arguments.debug, arguments.folder) == (verbose, debug, folder)


def test_names_that_begin_with_a_dash_follow_two_dashes() -> None:
    arguments = build_parser().parse_args(["sync", "--check", "--", "-a.ipynb", "--dry-run"])
    assert arguments.paths == ["-a.ipynb", "--dry-run"]
    assert (arguments.check, arguments.dry_run) == (True, False)


@pytest.mark.parametrize("option", ["--working-directory", "--working-dir", "-w"])
def test_abbreviated_options_as_before(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = classic.ipynb_to_python(["-n", "a.ipynb", option, "nowhere"])
    assert code == 1
    assert capsys.readouterr().err == (
        "error: nowhere: There is no such folder. Check the path, or make the folder.\n"
    )
