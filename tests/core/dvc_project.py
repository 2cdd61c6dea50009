"""A project with the real DVC, for tests that let it read and run what was generated."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from jupyterlab_dvc import stage
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.model import Directives, Docstring, Stage

DOCSTRING = Docstring("", 1, tuple(range(1, 100)))

# Copies its input behind a record of its arguments, as the shell handed them over.
_ECHO = """\
import json, pathlib, sys
pathlib.Path("arguments.json").write_text(json.dumps(sys.argv[1:]))
for line in pathlib.Path("outs.txt").read_text(encoding="utf-8").split("\\0"):
    if line:
        pathlib.Path(line).write_text("made")
"""


class DvcProject:
    """Stages come from directives, go to ``dvc.yaml``, and DVC runs them in this process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        from dvc.repo import Repo

        Repo.init(str(root)).close()
        (root / "script.py").write_text(_ECHO)

    def stage(self, directives: Directives, script: str = "script.py", **context: object) -> Stage:
        given = stage.StageContext(self.root, PurePosixPath(script), "step", "step.ipynb")
        for name, value in context.items():
            object.__setattr__(given, name, value)
        return stage.build(DOCSTRING, directives, given)

    def write(self, built: Stage) -> str:
        path = self.root / "dvc.yaml"
        text = DvcYaml.read(path).with_stage(built, force=True).text
        path.write_bytes(text.encode())
        return text

    @contextmanager
    def repo(self) -> Iterator[Any]:
        """DVC's own view of the project; it looks for ``dvc.yaml`` in the current folder."""
        from dvc.repo import Repo

        before = Path.cwd()
        os.chdir(self.root)
        try:
            with Repo(str(self.root)) as repo:
                yield repo
        finally:
            os.chdir(before)

    def run(self, outs: list[str]) -> list[str]:
        """Runs everything; gives the arguments that the script saw."""
        (self.root / "outs.txt").write_text("\0".join(outs), encoding="utf-8")
        with self.repo() as repo:
            repo.reproduce()
            status = repo.status()
        assert status == {}, status
        arguments: list[str] = json.loads((self.root / "arguments.json").read_text())
        return arguments


def names_that_only_quoting_saves() -> list[str]:
    """File names that a shell, YAML, DVC's templates or git would take for something else."""
    return [
        "a b",
        "it's",
        'a"b',
        "$(touch pwned)",
        "`touch pwned`",
        ";touch pwned;",
        "a&&touch pwned",
        "a|b",
        ">x",
        "-x",
        "--help",
        "ümläut",
        "😀",
        "${x}",
        "\\${x}",
        "\\\\${x}",
        "a${x",
        "$HOME",
        "#c",
        "a #b",
        "*",
        "?",
        "[x]",
        "{a,b}",
        "~",
        "~root",
        "%",
        "%(x)s",
        "!x",
        "@x",
        "back\\slash",
        "a\nb",
        "a\ntouch pwned\nb",
        "tab\tx",
        "a\x0bb",
        "a\u2028b",
        " leading",
        "trailing ",
        "a:b",
        "a: b",
        "a,b",
        "- x",
        "? x",
        "1e-5",
        "yes",
        "010",
        "12:30:45",
        "2020-01-01",
        "null",
        "=",
        "two  and   three",
        "<<",
        "'",
        '"',
        "a=b",
        os.fsdecode(b"\xc3\xa9"),
    ]
