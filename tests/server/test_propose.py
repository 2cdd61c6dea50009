"""POST propose: plain notebooks become steps, and the steps a pipeline that runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, FIRST_CODE, Project
from tests.server.test_parse import parse, units
from tests.server.test_steps import ended

HARD_WIRED = {
    "clean": [
        'rows = open("data/raw.txt").read().split()\n',
        'with open("data/clean.txt", "w") as f:\n    f.write("\\n".join(sorted(rows)))\n',
    ],
    "count": [
        "from pathlib import Path\n",
        'words = Path("data/clean.txt").read_text().split("\\n")\n'
        'Path("data/count.txt").write_text(str(len(words)))\n',
    ],
    "report": [
        'with open("data/count.txt") as f:\n    count = int(f.read())\n',
        'print(f"there are {count}", file=open("report.txt", "w"))\n',
    ],
}
NAMED = {
    "clean": [
        'from pathlib import Path\nRAW = "data/raw.txt"  # 🙂 as they come\n'
        'CLEAN = Path("data/clean.txt")\nLIMIT = 2  # how many are kept\n',
        "rows = open(RAW).read().split()\n",
        'CLEAN.write_text("\\n".join(sorted(rows)[:LIMIT]))\n',
    ],
    "count": [
        'SOURCE = "data/clean.txt"',
        'target = "data/count.txt"\nfactor = 1.5\nshout = True\n',
        "words = open(SOURCE).read().split()\n"
        'with open(target, "w") as f:\n    f.write(str(len(words) * factor))\n',
        'print("done!" if shout else "done")',
    ],
    "report": [
        'IN, SUFFIX = "data/count.txt", "!"\n',
        'text = open(f"{FOLDER}/count.txt").read()\n',
        'FOLDER = "data"\nLINES = ["there are", "it says"]\n',
        'print(LINES[0], text, file=open("report.txt", "w"))\n',
    ],
}


async def propose(fetch: Fetch, path: str, sources: list[str]) -> Any:
    cells = [{"number": number, "source": one} for number, one in enumerate(sources, 1)]
    body = {"path": path, "cells": cells, "what": "step"}
    return json.loads((await post(fetch, "propose", body)).body)


def applied(found: Any, sources: list[str]) -> list[str]:
    """The notebook's code cells as the page makes them, its strings being UTF-16."""
    texts = list(sources)
    for splice in sorted(found["splices"], key=lambda one: -int(one["start"])):
        data = texts[splice["cell"] - 1].encode("utf-16-le")
        before, after = data[: 2 * splice["start"]], data[2 * splice["stop"] :]
        text = splice["text"].encode("utf-16-le")
        texts[splice["cell"] - 1] = (before + text + after).decode("utf-16-le")
    return [found["first"], *texts]


@pytest.mark.parametrize(
    ("notebooks", "report"),
    [(HARD_WIRED, "there are 3\n"), (NAMED, "there are 3.0\n")],
    ids=["hard-wired", "named"],
)
async def test_three_plain_notebooks_become_a_pipeline(
    jp_fetch: Fetch, project: Project, notebooks: dict[str, list[str]], report: str
) -> None:
    for name in ("first", "second"):
        (project.folder / f"{name}.ipynb").unlink()
    (project.folder / "data").mkdir()
    (project.folder / "data" / "raw.txt").write_text("b a c")
    if notebooks is NAMED:
        # They had been run before.
        (project.folder / "data" / "clean.txt").write_text("old")
        # A notebook that binds after it reads doesn't run from top to bottom.
        cells = notebooks["report"]
        notebooks = {**notebooks, "report": [cells[0], cells[2], cells[1], cells[3]]}
    before = everything_in(project.root)
    made = {}
    for name, sources in notebooks.items():
        found = await propose(jp_fetch, project.path(name), sources)
        made[name] = applied(found, sources)
        checked = await parse(jp_fetch, project.path(name), *made[name], whole=True)
        problems = [mark for row in checked["fields"] for mark in row["problems"]]
        assert [mark["code"] for mark in problems if mark["severity"] == "error"] == []
        assert [use for use in checked["uses"] if not use["declared"]] == []
    assert everything_in(project.root) == before
    for name, sources in made.items():
        project.write(name, sources)
        answer = json.loads((await post(jp_fetch, "sync", project.sync(name))).body)
        assert answer["stage"] == f"mlvtools_{name}"
    body = {"path": project.path("report"), "what": "pipeline"}
    run = await ended(jp_fetch, json.loads((await post(jp_fetch, "runs", body)).body))
    assert (run["state"], len(run["stages"])) == ("succeeded", 3), run
    assert (project.folder / "report.txt").read_text() == report
    # The chain that they are is known: what changes first makes all of them run.
    (project.folder / "data" / "raw.txt").write_text("z y x v")
    run = await ended(jp_fetch, json.loads((await post(jp_fetch, "runs", body)).body))
    assert [stage["state"] for stage in run["stages"]][:2] == ["ran", "ran"]


async def test_what_is_proposed(jp_fetch: Fetch, project: Project) -> None:
    found = await propose(jp_fetch, project.path("clean"), NAMED["clean"])
    assert [(field["kind"], field["name"] or field["path"]) for field in found["fields"]] == [
        ("param", "RAW"),
        ("param", "CLEAN"),
        ("param", "LIMIT"),
        ("in", "data/raw.txt"),
        ("out", "data/clean.txt"),
    ]
    assert [
        units(NAMED["clean"][s["cell"] - 1], s["start"], s["stop"]) for s in found["splices"]
    ] == [
        'RAW = "data/raw.txt"  # 🙂 as they come\nCLEAN = Path("data/clean.txt")\n'
        "LIMIT = 2  # how many are kept\n"
    ]
    assert found["first"].startswith('"""\n:param str RAW: 🙂 as they come\n')
    assert found["notes"] == []


async def test_what_is_uncertain_says_where(jp_fetch: Fetch, project: Project) -> None:
    sources = ["x = 1", "open(f'data/{x}.csv')\nopen('a' + '.csv')"]
    found = await propose(jp_fetch, project.path("new"), sources)
    assert [(note["code"], note["cell"], note["line"]) for note in found["notes"]] == [
        ("proposed-open", 2, 1),
        ("proposed-uncertain", 2, 2),
    ]


async def test_a_step_and_an_empty_notebook(jp_fetch: Fetch, project: Project) -> None:
    error = await refused(propose(jp_fetch, project.path("first"), [FIRST, FIRST_CODE]))
    assert (error.code, body_of(error)["code"]) == (400, "already-step")
    for sources in ([], [""], ["# prose"]):
        found = await propose(jp_fetch, project.path("empty one"), sources)
        assert found["first"] == '"""\n:dvc-desc: empty one\n"""'
        assert found["splices"] == found["notes"] == []


async def test_cells_that_leave_the_script_say_nothing(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / ".mlvtools").write_text('{"ignore_keys": ["SKIP"]}')
    sources = ["open('a.csv')  # SKIP", "open('b.csv')", "N = 3  # SKIP", "print(N)"]
    found = await propose(jp_fetch, project.path("new"), sources)
    assert [field["path"] for field in found["fields"]] == ["b.csv"]
