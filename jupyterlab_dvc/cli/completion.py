"""``jupyterlab-dvc completion``: a shell script that completes the command line."""

from __future__ import annotations

import argparse
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from .parser import EXIT_CODES, add_common

if TYPE_CHECKING:
    from .terminal import Terminal

NAME = "completion"

DESCRIPTION = """\
Print a script that makes the Tab key complete commands, options, files and the names of stages."""

EPILOG = f"""\
examples:
  bash   echo 'eval "$(jupyterlab-dvc completion bash)"' >> ~/.bashrc
  zsh    jupyterlab-dvc completion zsh > ~/.zfunc/_jupyterlab-dvc
         (with `fpath+=~/.zfunc; autoload -Uz compinit; compinit` in ~/.zshrc)
  fish   jupyterlab-dvc completion fish > ~/.config/fish/completions/jupyterlab-dvc.fish

{EXIT_CODES}"""

SHELLS = ("bash", "zsh", "fish")

# The names below `stages:`, where it is laid out the usual way; quick enough for a key press. bash
# expands what it is given here, so that only harmless characters may come through.
STAGES = (
    r"""sed -n '/^stages:/,/^[^ #]/s/^  \([A-Za-z0-9_-][A-Za-z0-9_-]*\):.*/\1/p' """
    """dvc.yaml 2>/dev/null"""
)

# A function: what shtab makes of a command is asked once a session, in whichever folder that is.
ZSH_STAGES = f"""\
_jupyterlab_dvc_stages() {{
  compadd -- $({STAGES})
}}"""


def add_to(commands: Any) -> None:
    """The command's line."""
    parser = commands.add_parser(
        NAME, help="print completion for a shell", description=DESCRIPTION, epilog=EPILOG
    )
    add_common(parser)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    parser.set_defaults(call=call)


def call(arguments: Namespace, terminal: Terminal) -> int:
    """Generate from the parser itself, so that it can't go out of date."""
    import shtab

    from .main import build_parser

    parser = build_parser()
    _describe(parser, shtab)
    text = shtab.complete(parser, shell=arguments.shell)
    if arguments.shell == "zsh":
        # shtab's form for "any number" is one argument to zsh.
        text = text.replace('"(*)::', '"*:')
    terminal.text(text)
    return 0


def _describe(parser: argparse.ArgumentParser, shtab: Any) -> None:
    """Tell what each argument takes, which argparse doesn't know."""
    stages = shtab.cmd(STAGES)
    kinds = {
        # shtab's pattern stands in parentheses, which zsh takes for a glob's qualifiers.
        "notebook": {**shtab.glob("*.ipynb"), "zsh": "_files -g '*.ipynb'"},
        "file": shtab.FILE,
        "folder": shtab.DIRECTORY,
        "stage": {
            **stages,
            "zsh": "_jupyterlab_dvc_stages",
            "preamble": {**stages["preamble"], "zsh": ZSH_STAGES},
        },
    }
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for listed in action._choices_actions:
                # zsh shows the description's first line; the list's one is made for that.
                action.choices[listed.dest].description = listed.help
            for sub in action.choices.values():
                _describe(sub, shtab)
        kind = getattr(action, "kind", "folder" if action.dest == "folder" else None)
        if kind is not None:
            action.complete = kinds[kind]  # type: ignore[attr-defined]  # shtab's own attribute
