"""The pages as programs: their files are written and their commands run, all in order.

- A block ``console`` holds commands after ``$ `` (continued after ``> ``). Output that the page
  shows has to come, ``...`` standing for anything; a command without any is only run.
  ``# exits N`` behind a command is its exit code, else 0.
- A block whose caption (or the comment ``<!-- file: … -->`` before it) is a name is that file;
  ``NAME.ipynb, cell N`` is a code cell of that notebook. Other blocks are for reading only.

``python -m tests.docs.pages PAGE…`` puts what the commands print into the pages, where they show
output.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


class Block(NamedTuple):
    """A fenced block; ``start`` is the index of its first line of text in the page."""

    language: str
    file: str | None
    lines: list[str]
    start: int


class Command(NamedTuple):
    """A command and what the page says about it; ``shown`` is None where it shows no output.

    ``start`` and ``end`` are the indexes of the lines of output in the page.
    """

    text: str
    exits: int
    shown: str | None
    start: int
    end: int


@dataclass
class Run:
    """A page that is carried out, in ``folder``."""

    folder: Path
    environment: Mapping[str, str]
    notebooks: dict[str, dict[int, str]] = field(default_factory=dict)

    @property
    def current(self) -> Path:
        """The folder to which the commands so far went."""
        if not self._after.exists():
            return self.folder
        return Path(self._after.read_text("utf-8").removesuffix("\n"))

    @property
    def _after(self) -> Path:
        return self.folder.parent / "after"

    def write(self, block: Block) -> None:
        """The file, or the notebook's cell, that the block is."""
        assert block.file is not None
        text = "\n".join(block.lines)
        cell = re.fullmatch(r"(.+\.ipynb), cell (\d+)", block.file)
        path = self.current / (cell[1] if cell else block.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        if cell is None:
            path.write_text(text + "\n", encoding="utf-8")
            return
        cells = self.notebooks.setdefault(cell[1], {})
        cells[int(cell[2])] = text
        path.write_text(_notebook([cells[number] for number in sorted(cells)]), encoding="utf-8")

    def execute(self, command: Command) -> subprocess.CompletedProcess[str]:
        """The command in bash, in the folder to which the commands before it went."""
        return subprocess.run(
            ["bash", "-c", f"trap 'pwd > \"$AFTER\"' EXIT\n{command.text}"],
            cwd=self.current,
            env={**self.environment, "AFTER": str(self._after)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )


def environment(home: Path) -> dict[str, str]:
    """A new user's: this Python's commands, no settings of whoever runs the tests, plain output."""
    keep = ("PATH", "TMPDIR", "SYSTEMROOT")
    return {
        **{name: os.environ[name] for name in keep if name in os.environ},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "DVC_SITE_CACHE_DIR": str(home / "dvc-site"),
        "DVC_NO_ANALYTICS": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
        # As on a terminal, where lines come when they are written.
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = page.splitlines()
    index, file = 0, None
    while index < len(lines):
        line = lines[index]
        index += 1
        if comment := re.fullmatch(r"<!-- file: (.+) -->", line):
            file = comment[1]
        elif opening := re.fullmatch(r"(`{3,})(?:\{code-block\} ?)?([\w{}-]*)", line):
            start = index
            while lines[index] != opening[1]:
                index += 1
            body = lines[start:index]
            index += 1
            if line.startswith("```{"):
                while body and (option := re.fullmatch(r":caption: (.+)|:\w+:.*", body[0])):
                    file = option[1] or file
                    body, start = body[1:], start + 1
                while body and not body[0]:
                    body, start = body[1:], start + 1
            yield Block(opening[2], file, body, start)
            file = None
        elif line:
            file = None


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    index = 0
    while index < len(block.lines):
        assert block.lines[index].startswith("$ "), (
            f"output without a command: {block.lines[index]}"
        )
        text = block.lines[index][2:]
        index += 1
        while index < len(block.lines) and block.lines[index].startswith("> "):
            text += "\n" + block.lines[index][2:]
            index += 1
        start = index
        while index < len(block.lines) and not block.lines[index].startswith("$ "):
            index += 1
        shown = "\n".join(block.lines[start:index]) if index > start else None
        exits = re.search(r"# exits (\d+)$", text)
        code = int(exits[1]) if exits else 0
        yield Command(text, code, shown, block.start + start, block.start + index)


def agrees(printed: str, shown: str) -> bool:
    """Whether the output is what the page shows; ``...`` stands for any text, lines among it.

    How long something took, ``(0.1 s)``, is not compared.
    """
    pattern = re.escape(_timeless(shown.strip())).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, _timeless(_trimmed(printed)), re.DOTALL) is not None


def steps(page: str) -> Iterator[Block | Command]:
    """What is to be done for a page: files to be written, commands to be run."""
    for block in blocks(page):
        if block.file is not None:
            yield block
        elif block.language == "console":
            yield from commands(block)


def refreshed(page: str, run: Run) -> str:
    """The page with the output that came, where it shows some that doesn't agree."""
    lines = page.splitlines()
    moved = 0
    for step in steps(page):
        if isinstance(step, Block):
            run.write(step)
            continue
        printed = run.execute(step).stdout
        if step.shown is not None and not agrees(printed, step.shown):
            new = _trimmed(printed).splitlines()
            lines[step.start + moved : step.end + moved] = new
            moved += len(new) - (step.end - step.start)
    return "\n".join(lines) + "\n"


def _timeless(text: str) -> str:
    return re.sub(r"\(\d+\.\d s\)", "(0.0 s)", text)


def _trimmed(printed: str) -> str:
    return "\n".join(line.rstrip() for line in printed.splitlines()).strip()


def _notebook(sources: list[str]) -> str:
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources, 1)
    ]
    language = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5})


def main(names: list[str]) -> None:
    """Refresh the pages named."""
    for path in map(Path, names):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "work")
            folder.mkdir()
            run = Run(folder, environment(Path(temporary)))
            path.write_text(refreshed(path.read_text("utf-8"), run), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
