"""POST split: a step becomes two that make what the one made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, FIRST_CODE, Project
from tests.server.test_parse import parse
from tests.server.test_propose import applied
from tests.server.test_steps import ended

WHOLE = [
    '"""\n:param str source: what is counted 🙂\n:param str out: where it goes\n'
    ":param int least: how long a word is. Defaults to 2.\n:dvc-in source: data/raw.txt\n"
    ':dvc-out out: data/count.txt\n:dvc-param: repeat.times\n"""\n'
    'source = "data/raw.txt"\nout = "data/count.txt"\nleast = 2\n',
    "import json\nfrom collections import Counter\nfrom dataclasses import dataclass\n"
    "from pathlib import Path\n\n@dataclass\nclass Word:\n    text: str\n\n"
    "def long(word):\n    return len(word.text) >= least\n",
    "words = [Word(one) for one in Path(source).read_text().split()]\nüber = {'a': 1}\n",
    "# What counts",
    "counts = Counter(word.text for word in words if long(word))\n",
    "Path(out).write_text(json.dumps([sorted(counts.items()), über]))\n",
]


async def split(fetch: Fetch, path: str, sources: list[str], at: int, name: str) -> Any:
    cells = [
        {"number": number, "source": one}
        for number, one in enumerate(sources, 1)
        if not one.startswith("# ")
    ]
    body = {"path": path, "cells": cells, "at": at, "name": name}
    return json.loads((await post(fetch, "split", body)).body)


async def synced(fetch: Fetch, project: Project, name: str) -> Any:
    return json.loads((await post(fetch, "sync", project.sync(name))).body)


@pytest.mark.parametrize(("at", "folder"), [(4, ""), (6, "nb/")])
async def test_the_two_run_and_make_the_same(
    jp_fetch: Fetch, project: Project, at: int, folder: str
) -> None:
    (project.folder / folder).mkdir(exist_ok=True)
    for name in ("first", "second"):
        (project.folder / f"{name}.ipynb").unlink()
    (project.folder / "data").mkdir()
    (project.folder / "data" / "raw.txt").write_text("a bb ccc bb")
    project.write(f"{folder}whole", WHOLE)
    await synced(jp_fetch, project, f"{folder}whole")
    body = {"path": project.path(f"{folder}whole"), "what": "pipeline"}
    run = await ended(jp_fetch, json.loads((await post(jp_fetch, "runs", body)).body))
    assert run["state"] == "succeeded", run
    result = (project.folder / "data" / "count.txt").read_text()
    before = everything_in(project.root)
    found = await split(jp_fetch, project.path(f"{folder}whole"), WHOLE, at, "Later on")
    assert everything_in(project.root) == before
    assert found["path"] == project.path(f"{folder}Later on")
    assert found["other"]["numbers"] == [number for number in (5, 6) if number >= at]
    own = [*applied({"first": "", "splices": found["own"]["splices"]}, WHOLE)[1:at]]
    project.write(f"{folder}whole", [*own, *found["own"]["append"]])
    other = [found["other"]["first"], *found["other"]["cells"], *WHOLE[at - 1 :]]
    project.write(f"{folder}Later on", other)
    # Nothing is wrong with either, the own one first: an output has moved.
    for name in (f"{folder}whole", f"{folder}Later on"):
        answer = await synced(jp_fetch, project, name)
        assert answer["warnings"] == []
        sources = project.sources(name)
        checked = await parse(jp_fetch, project.path(name), *sources, whole=True)
        problems = [mark for row in checked["fields"] for mark in row["problems"]]
        assert [mark for mark in problems if mark["severity"] == "error"] == []
        assert [use for use in checked["uses"] if not use["declared"]] == []
    (project.folder / "data" / "count.txt").unlink()
    body = {"path": project.path(f"{folder}Later on"), "what": "pipeline"}
    run = await ended(jp_fetch, json.loads((await post(jp_fetch, "runs", body)).body))
    assert (run["state"], len(run["stages"])) == ("succeeded", 2), run
    assert (project.folder / "data" / "count.txt").read_text() == result
    crossing = [one["name"] for one in found["crossing"]]
    assert crossing == (["words", "über"] if at == 4 else ["über", "counts"])
    assert all((project.folder / one["path"]).is_file() for one in found["crossing"])
    # Where the files are is remembered.
    again = await split(
        jp_fetch, project.path(f"{folder}whole"), project.sources(f"{folder}whole"), 3, "third"
    )
    assert not {one["path"] for one in again["crossing"]} & {
        one["path"] for one in found["crossing"]
    }


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("", 400, "notebook-name"),
        (" ", 400, "notebook-name"),
        ("a/b", 400, "notebook-name"),
        ("../x", 400, "notebook-name"),
        ("a\\b", 400, "notebook-name"),
        (".hidden", 400, "notebook-name"),
        ("a\nb", 400, "notebook-name"),
        ("a\0", 400, "notebook-name"),
        ("x" * 300, 400, "notebook-name"),
        ("first", 409, "notebook-exists"),
        ("second.ipynb", 409, "notebook-exists"),
        ("FIRST ", 400, "name-taken"),
        ("Second", 400, "stage-taken"),
    ],
)
async def test_names(jp_fetch: Fetch, project: Project, name: str, status: int, code: str) -> None:
    await synced(jp_fetch, project, "second")
    before = everything_in(project.root)
    path = project.path("first")
    error = await refused(split(jp_fetch, path, [FIRST, FIRST_CODE, "print(1)"], 3, name))
    assert (error.code, body_of(error)["code"]) == (status, code)
    assert everything_in(project.root) == before


async def test_markup_is_text_and_a_notebook_in_no_project(
    jp_fetch: Fetch, project: Project
) -> None:
    (project.root / "plain").mkdir()
    found = await split(jp_fetch, "plain/x.ipynb", ["a = 1", "a"], 2, "b $(touch pwned)")
    assert found["path"] == "plain/b $(touch pwned).ipynb"
    assert [one["path"] for one in found["crossing"]] == ["data/x/a.pkl"]
    (project.root / "plain" / "data" / "x").mkdir(parents=True)
    found = await split(jp_fetch, "plain/x.ipynb", ["a = 1", "a"], 2, "b")
    assert [one["path"] for one in found["crossing"]] == ["x-data/a.pkl"]


async def test_a_refusal_names_cell_and_line(jp_fetch: Fetch, project: Project) -> None:
    sources = ["a = 1", "# prose", "\nf = open('a')", "f.read()"]
    error = await refused(split(jp_fetch, project.path("new"), sources, 4, "b"))
    said = body_of(error)
    assert (error.code, said["code"], said["cell"], said["line"]) == (
        400,
        "split-uncrossable",
        3,
        2,
    )
