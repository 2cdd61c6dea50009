"""GET complete: what a path or a key that is begun could be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.application import Fetch, body_of, everything_in, refused
from tests.server.project import Project

PIPELINE = """\
stages:
  make:
    cmd: x
    outs: [data/made.csv, models/final/weights.bin, there.csv, .hidden/x, ../above.csv]
"""
PARAMS = """\
train:
  rate: 0.1
  layers: [1, 2]
  deep: {seed: 42}
trained: yes
1: number
a.b: dotted
"*": pattern
"""


@pytest.fixture
def full(project: Project) -> Project:
    folder = project.folder
    (folder / "data").mkdir()
    (folder / "data" / "raw.csv").write_text("x")
    (folder / "data" / "raw ä🙂.csv").write_text("x")
    (folder / "data" / "big.bin.dvc").write_text("outs: []")
    (folder / "data" / ".secret").write_text("x")
    (folder / "data" / "a\nb").write_text("x")
    (folder / "there.csv").write_text("x")
    (folder / "dvc.yaml").write_text(PIPELINE)
    (folder / "params.yaml").write_text(PARAMS)
    (folder / "other.json").write_text('{"x": {"y": 1}}')
    return project


async def complete(fetch: Fetch, project: Project, kind: str, prefix: str) -> dict[str, Any]:
    query = {"path": project.path("new"), "kind": kind, "prefix": prefix}
    found: dict[str, Any] = json.loads((await fetch(NAMESPACE, "complete", params=query)).body)
    return found


@pytest.mark.parametrize(
    ("kind", "prefix", "expected"),
    [
        ("in", "d", ["data/ folder"]),
        (
            "in",
            "data/",
            [
                "data/big.bin tracked",
                "data/made.csv output make",
                "data/raw ä🙂.csv file",
                "data/raw.csv file",
            ],
        ),
        ("in", "data/raw ", ["data/raw ä🙂.csv file"]),
        ("in", "./data/m", ["./data/made.csv output make"]),
        ("in", "./mod", ["./models/ folder"]),
        ("in", "./models/final/", ["./models/final/weights.bin output make"]),
        ("in", "data//m", ["data//made.csv output make"]),
        ("in", "./th", ["./there.csv output make"]),
        ("in", "./data/b", ["./data/big.bin tracked"]),
        ("in", "mod", ["models/ folder"]),
        ("in", "models/", ["models/final/ folder"]),
        ("in", "models/final/", ["models/final/weights.bin output make"]),
        ("in", "th", ["there.csv output make"]),
        ("in", "dvc", []),
        ("in", "x", []),
        ("out", "mod", []),
        ("out", "data/raw.", ["data/raw.csv file"]),
        ("out", "th", ["there.csv file make"]),
        ("param-file", "", ["data/ folder", "other.json file", "params.yaml file"]),
        (
            "key",
            "tr",
            [
                "train key None",
                "train.deep key None",
                "train.deep.seed key 42",
                "train.layers key [1, 2]",
                "train.rate key 0.1",
                "trained key yes",
            ],
        ),
        ("key", "train.l", ["train.layers key [1, 2]"]),
        ("key", "other.json:", ["other.json:x key None", "other.json:x.y key 1"]),
        ("key", "none.yaml:", []),
        ("key", ":", []),
        ("key", "a", []),
    ],
)
async def test_what_could_stand_there(
    jp_fetch: Fetch, full: Project, kind: str, prefix: str, expected: list[str]
) -> None:
    found = await complete(jp_fetch, full, kind, prefix)
    said = []
    for item in found["items"]:
        more = [item["value"]] if kind == "key" else [item["maker"]] if item["maker"] else []
        said.append(" ".join([item["text"], item["kind"], *map(str, more)]))
    assert (said, found["more"]) == (expected, False)


@pytest.mark.parametrize(
    "prefix",
    ["../", "/", "/etc/", "data/../../", "../secret", ".", ".dvc/", ".h", "data/.", "link/",
     "file", "data/\0", "x" * 5_000, "../above", "~/"],
)  # fmt: skip
async def test_13_nothing_outside_and_nothing_hidden(
    jp_fetch: Fetch, full: Project, outside: Path, prefix: str
) -> None:
    (full.folder / "link").symlink_to(outside)
    (outside / "secret.csv").write_text("x")
    for kind in ("in", "out", "param-file", "key"):
        found = await complete(jp_fetch, full, kind, prefix)
        assert found == {"items": [], "more": False}, kind


@pytest.mark.parametrize(
    "file", ["../other/params.yaml", "/etc/x.yaml", ".dvc/config", "link.yaml"]
)
async def test_13_no_keys_of_files_outside(
    jp_fetch: Fetch, full: Project, outside: Path, file: str
) -> None:
    (outside / "params.yaml").write_text("secret: 1")
    (full.folder / "link.yaml").symlink_to(outside / "params.yaml")
    assert (await complete(jp_fetch, full, "key", f"{file}:"))["items"] == []


async def test_many(jp_fetch: Fetch, full: Project) -> None:
    for number in range(250):
        (full.folder / f"many{number:03}.csv").write_text("")
    found = await complete(jp_fetch, full, "in", "many")
    assert [item["text"] for item in found["items"]] == [f"many{n:03}.csv" for n in range(200)]
    assert found["more"] is True


@pytest.mark.parametrize(
    "content", ["a: [", "a: &a [x]\n" + "b: *a\n", "[" * 500, "a: " + "{a: " * 90 + "1" + "}" * 90]
)
async def test_a_params_file_with_errors_or_traps(
    jp_fetch: Fetch, full: Project, content: str
) -> None:
    (full.folder / "params.yaml").write_text(content)
    (full.folder / "deep.json").write_text('{"a": ' * 900 + "1" + "}" * 900)
    before = everything_in(full.root)
    await complete(jp_fetch, full, "key", "")
    assert len((await complete(jp_fetch, full, "key", "deep.json:"))["items"]) > 20
    assert everything_in(full.root) == before


@pytest.mark.parametrize(
    ("kind", "prefix", "texts"),
    [
        ("in", "", ["inner/", "params.yaml", "speech.txt"]),
        ("in", "sp", ["speech.txt"]),
        ("in", "inner/", ["inner/b.csv"]),
        ("in", "../", []),
        ("out", "", ["inner/", "params.yaml", "speech.txt"]),
        ("key", "", ["n"]),
    ],
)
async def test_outside_of_a_project(
    jp_fetch: Fetch, full: Project, kind: str, prefix: str, texts: list[str]
) -> None:
    folder = full.root / "fresh"
    (folder / "inner").mkdir(parents=True)
    for name, text in [("speech.txt", ""), ("inner/b.csv", ""), ("params.yaml", "n: 1")]:
        (folder / name).write_text(text)
    query = {"path": "fresh/alone.ipynb", "kind": kind, "prefix": prefix}
    found = json.loads((await jp_fetch(NAMESPACE, "complete", params=query)).body)
    assert [item["text"] for item in found["items"]] == texts


@pytest.mark.parametrize("query", [{"kind": "x", "prefix": ""}, {"kind": "in"}, {"prefix": ""}])
async def test_what_is_no_question(jp_fetch: Fetch, full: Project, query: dict[str, str]) -> None:
    asked = jp_fetch(NAMESPACE, "complete", params={"path": full.path("new"), **query})
    error = await refused(asked)
    assert (error.code, body_of(error)["code"]) == (400, "request-invalid")
