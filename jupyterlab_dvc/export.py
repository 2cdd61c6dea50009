"""A pipeline as a bash script that runs without DVC."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .dvc.reader import Command

HEAD = """\
#!/usr/bin/env bash
# Exported by jupyterlab-dvc from {origin}: {what}.
# Runs the commands as they stood then, in order, without DVC.
set -euo pipefail
unset CDPATH
cd -P -- "$(dirname -- "${{BASH_SOURCE[0]}}")"{to_root}
"""

# DVC removes the outputs before it runs a stage: they may be links into its cache, which writing
# through them would change. A persisted output stays, but as a file of its own.
DETACH = """
detach() {
  if [ -L "$1" ] || [ -e "$1" ]; then
    cp -RpL -- "$1" "$1.detached"
    rm -rf -- "$1"
    mv -- "$1.detached" "$1"
    chmod -R u+w -- "$1"
  fi
}
"""


def render(commands: Sequence[Command], target: str | None, to_root: PurePosixPath) -> str:
    """The script that runs ``commands``; ``to_root`` leads from its folder to that of ``dvc.yaml``.

    Each line of a command runs in a shell of its own, as DVC does it.
    """
    what = "all stages" if target is None else f"stage {_comment(target)} and all that it needs"
    steps = "" if str(to_root) == "." else "/" + shlex.quote(str(to_root))
    parts = [HEAD.format(origin="dvc.yaml", what=what, to_root=steps)]
    if any(command.kept for command in commands):
        parts.append(DETACH)
    parts += [_stage(command) for command in commands]
    return "".join(parts)


def _stage(command: Command) -> str:
    lines = [f"\n# {_comment(command.stage)}"]
    if command.removed:
        lines.append(f"rm -rf -- {_words(command.removed)}")
    lines += [f"detach {_words((path,))}" for path in command.kept]
    lines += [_subshell(line, command) for line in command.commands]
    return "\n".join(lines) + "\n"


def _subshell(line: str, command: Command) -> str:
    # As in DVC's own shell, only the last command's exit code counts, and no setting of ours holds.
    enter = "" if str(command.folder) == "." else f"cd -- {shlex.quote(str(command.folder))}; "
    known = "".join(
        f"export {name}={value}; "
        for name, value in (("DVC_ROOT", '"$PWD"'), ("DVC_STAGE", shlex.quote(command.stage)))
        if name in line
    )
    return f"({known}{enter}set +eu +o pipefail; set --\n{line}\n)"


def _words(paths: Sequence[str]) -> str:
    return " ".join(shlex.quote(path if path.startswith("/") else f"./{path}") for path in paths)


def _comment(text: str) -> str:
    return text if text.isprintable() else ascii(text)
