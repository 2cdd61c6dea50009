"""The page on the commands and the commands themselves have the same options."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from jupyterlab_dvc.cli import classic
from jupyterlab_dvc.cli.main import COMMANDS, main
from tests.docs.pages import ROOT

CLASSIC = (
    "ipynb_to_python",
    "gen_dvc",
    "ipynb_to_dvc",
    "export_pipeline",
    "check_script_consistency",
    "check_all_scripts_consistency",
)


def sections() -> dict[str, str]:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    parts = re.split(r"^##+ (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def options_shown(section: str) -> set[str]:
    """The options in the first column of the section's tables."""
    cells = re.findall(r"^\| (`-.*?) \|", section, re.MULTILINE)
    return {option for cell in cells for option in re.findall(r"(?<![\w-])--?[\w-]+", cell)}


def options_helped(help_text: str) -> set[str]:
    """The options that ``-h`` explains."""
    lines = [line for line in help_text.splitlines() if re.match(r"  -", line)]
    heads = [re.split(r"\s{2,}", line.strip())[0] for line in lines]
    return {option for head in heads for option in re.findall(r"(?<![\w-])--?[\w-]+", head)}


def test_every_command_has_its_section() -> None:
    names = {module.NAME for module in COMMANDS}
    assert set(sections()) == {"jupyterlab-dvc", *names, "The classic commands", *CLASSIC}


@pytest.mark.parametrize(
    ("section", "general", "command", "words"),
    [pytest.param(m.NAME, "jupyterlab-dvc", main, [m.NAME, "-h"], id=m.NAME) for m in COMMANDS]
    + [
        pytest.param(name, "The classic commands", getattr(classic, name), ["-h"], id=name)
        for name in CLASSIC
    ],
)
def test_the_options_are_those_of_the_command(
    section: str,
    general: str,
    command: Callable[[Sequence[str]], int],
    words: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        command(words)
    assert ended.value.code == 0
    found = sections()
    shown = options_shown(found[section]) | options_shown(found[general])
    assert options_helped(capsys.readouterr().out) == shown - {"--version"}
