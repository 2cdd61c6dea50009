"""What the pages tell a reader to do works, and prints what they show."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_dvc import docstring
from tests.docs.pages import (
    PAGES,
    ROOT,
    Block,
    Run,
    agrees,
    blocks,
    commands,
    environment,
    refreshed,
    steps,
)

WITH_COMMANDS = [page for page in PAGES if list(steps(page.read_text("utf-8")))]


needs_bash = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None,
    reason="the pages' commands are for bash, and stages don't run on Windows",
)


@needs_bash
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_the_commands_of_a_page(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    run = Run(folder, environment(tmp_path))
    for step in steps(page.read_text("utf-8")):
        if isinstance(step, Block):
            run.write(step)
            continue
        done = run.execute(step)
        where = f"{page.name}, line {step.start}: $ {step.text}\n{done.stdout}"
        assert done.returncode == step.exits, where
        assert step.shown is None or agrees(done.stdout, step.shown), where


def test_pages_that_have_to_be_run_are() -> None:
    assert {"README", "getting-started", "hyperparameters"} <= {page.stem for page in WITH_COMMANDS}


DOCSTRINGS = [
    pytest.param(block, id=f"{page.stem}-{block.start}")
    for page in PAGES
    for block in blocks(page.read_text("utf-8"))
    if block.lines and block.lines[0] == '"""' and not (block.file or "").startswith("wrong")
]


@pytest.mark.parametrize("block", DOCSTRINGS)
def test_the_docstrings_shown_have_no_problem(block: Block) -> None:
    found = docstring.locate("\n".join(block.lines), 1)
    assert found is not None
    assert docstring.parse(found).problems == ()


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="the site's tools are not installed")
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "-b",
            "html",
            ROOT / "docs",
            tmp_path / "site",
        ],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "directives.html").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


# The reader of pages is itself tried: a check that can't fail checks nothing.


@pytest.mark.parametrize(
    ("printed", "shown", "expected"),
    [
        ("a\nb\n", "a\nb", True),
        ("a \nb\n\n", "a\nb", True),
        ("a\nb\nc", "a\n...\nc", True),
        ("took 3 s", "took ... s", True),
        ("done (0.1 s)", "done (12.0 s)", True),
        ("done (0.1 s)", "gone (0.1 s)", False),
        ("a\nb", "a", False),
        ("axb", "a.b", False),
        ("", "a", False),
    ],
)
def test_agrees(printed: str, shown: str, expected: bool) -> None:
    assert agrees(printed, shown) is expected


PAGE = """\
```sh
never run
```
<!-- file: a.txt -->

```text
of a
```

```{code-block} python
:caption: n.ipynb, cell 1

x = 1
```

```console
$ cat a.txt
old
$ cd ..
$ pwd; false  # exits 1
$ echo a \\
> b
a b
```
"""


def test_blocks_and_commands_are_found() -> None:
    found = list(blocks(PAGE))
    assert [(block.language, block.file, block.lines[0]) for block in found] == [
        ("sh", None, "never run"),
        ("text", "a.txt", "of a"),
        ("python", "n.ipynb, cell 1", "x = 1"),
        ("console", None, "$ cat a.txt"),
    ]
    read = [(command.text, command.exits, command.shown) for command in commands(found[3])]
    assert read == [
        ("cat a.txt", 0, "old"),
        ("cd ..", 0, None),
        ("pwd; false  # exits 1", 1, None),
        ("echo a \\\nb", 0, "a b"),
    ]


@needs_bash
def test_a_page_is_refreshed_where_it_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    run = Run(folder, environment(tmp_path))
    assert refreshed(PAGE, run) == PAGE.replace("old", "of a")
    assert run.execute(next(commands(Block("console", None, ["$ pwd"], 0)))).stdout.rstrip() == str(
        tmp_path
    )
