"""POST parse: a docstring as rows, with what the project says of each."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import FIRST, SECOND, Project

Parsed = dict[str, Any]


async def parse(
    fetch: Fetch, path: str, *sources: str, whole: bool = False, tags: tuple[str, ...] = ()
) -> Parsed:
    """The answer for a notebook of these code cells, the tags being the first one's."""
    cells = [
        {"number": number, "source": source, "tags": list(tags) if number == 1 else []}
        for number, source in enumerate(sources, 1)
    ]
    answer = await post(fetch, "parse", {"path": path, "cells": cells, "whole": whole})
    found: Parsed = json.loads(answer.body)
    return found


def units(source: str, start: int, stop: int) -> str:
    """What stands between two offsets as a browser counts them."""
    return source.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le")


def codes(marks: list[dict[str, Any]]) -> list[str]:
    return [mark["code"] for mark in marks]


def row_of(found: Parsed, kind: str) -> dict[str, Any]:
    row: dict[str, Any]
    (row,) = [field for field in found["fields"] if field["kind"] == kind]
    return row


async def test_a_step_in_its_project(jp_fetch: Fetch, project: Project) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    before = everything_in(project.root)
    source = "# 🙂\n" + SECOND + "times, end = 3, '?'\ntimes = 3\n"
    found = await parse(jp_fetch, project.path("second"), "# prose", source)
    assert found["cell"] == 2
    text = units(source, found["start"], found["stop"])
    assert text == SECOND.strip().strip('"')
    assert found["step"] == {
        "name": "second",
        "stage": "mlvtools_second",
        "script": "work/pipeline/scripts/mlvtools_second.py",
    }
    assert found["locked"] is None
    assert found["problems"] == [] == [p for row in found["fields"] for p in row["problems"]]
    lines = [units(source, row["start"], row["stop"]) for row in found["fields"]]
    assert lines == SECOND.split("\n")[1:-2]
    source_row = row_of(found, "in")
    assert (source_row["exists"], source_row["maker"]) == ("made", "mlvtools_first")
    assert row_of(found, "hyperparameter")["value"] == "2"
    params = {row["name"]: row for row in found["fields"] if row["kind"] == "param"}
    assert params["times"]["notebook_value"] == "3"
    assert params["times"]["origin"] == {"kind": "key", "text": "repeat.times"}
    assert params["end"]["origin"] == {"kind": "default", "text": '"!"'}
    assert params["source"]["origin"] == {"kind": "in", "text": "data/text.txt"}
    assert [role["role"] for role in found["roles"]] == ["empty", "metadata"]
    assert everything_in(project.root) == before


@pytest.mark.parametrize(
    ("make", "exists", "maker"),
    [
        (lambda folder: None, "missing", None),
        (lambda folder: (folder / "in.csv").write_text("x"), "file", None),
        (lambda folder: (folder / "in.csv").mkdir(), "folder", None),
        (lambda folder: (folder / "in.csv.dvc").write_text("outs: []"), "tracked", None),
        (
            lambda folder: (folder / "dvc.yaml").write_text(
                "stages:\n  a:\n    cmd: x\n    outs: [in.csv]\n"
            ),
            "made",
            "a",
        ),
        (
            lambda folder: (folder / "dvc.yaml").write_text(
                "stages:\n  a:\n    foreach: [in]\n    do:\n      cmd: x\n"
                "      outs: ['${item}.csv']\n"
            ),
            "made",
            "a@in",
        ),
        # A stage's own output is no input of another.
        (
            lambda folder: (folder / "dvc.yaml").write_text(
                "stages:\n  mlvtools_new:\n    cmd: x\n    outs: [in.csv]\n"
            ),
            "missing",
            None,
        ),
    ],
)
async def test_what_is_at_a_path(
    jp_fetch: Fetch,
    project: Project,
    make: Callable[[Path], object],
    exists: str,
    maker: str | None,
) -> None:
    make(project.folder)
    found = await parse(jp_fetch, project.path("new"), '""":dvc-in: ./in.csv"""')
    row = row_of(found, "in")
    assert (row["exists"], row["maker"]) == (exists, maker)
    assert codes(row["problems"]) == (["path-unmade"] if exists == "missing" else [])


async def test_a_path_in_a_tracked_folder(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "data.dvc").write_text("outs: []")
    found = await parse(jp_fetch, project.path("new"), '""":dvc-in: data/in.csv"""')
    assert row_of(found, "in")["exists"] == "tracked"


@pytest.mark.parametrize(
    ("docstring", "at"),
    [
        # (line of the row, code, severity, the words that are marked)
        (":dvc-out: data/text.txt", (1, "graph-output-twice", "data/text.txt")),
        (":dvc-out: data", (1, "graph-output-inside", ":dvc-out: data")),
        (":dvc-out: data/text.txt/x", (1, "graph-output-inside", "data/text.txt/x")),
        (":dvc-in: a\n:dvc-out: a", (2, "path-in-and-out", "a")),
        (":dvc-out: a\n:dvc-out: ./a", (2, "path-twice", "./a")),
        (":dvc-out: ../a", (1, "path-outside", "../a")),
        (":dvc-in: nowhere.csv", (1, "path-unmade", "nowhere.csv")),
        (":dvc-in x: data/text.txt", (1, "related-unknown", "x")),
        (":param integer n: how", (1, "param-type-unknown", "integer")),
        (":dvc-inn: a", (1, "field-unknown", "dvc-inn")),
        (":dvc-param: repeat.many", (1, "ok", "")),
        (
            ":param int n: x\n:dvc-param n: repeat.many",
            (2, "hyperparameter-missing", "repeat.many"),
        ),
        (":param int n: x", (1, "param-unfed", "n")),
        (":dvc-cmd: dvc run -o", (1, None, None)),
        (":dvc-extra: a && b", (1, "shell-operator", "&&")),
        (":dvc-in: {{ conf.x }}", (1, "template-unconfigured", ":dvc-in: {{ conf.x }}")),
        (":dvc-in", (1, "field-unclosed", ":dvc-in")),
        (":dvc-in: ", (1, "path-missing", ":dvc-in:")),
    ],
)
async def test_what_is_wrong_is_shown_at_its_row(
    jp_fetch: Fetch, project: Project, docstring: str, at: tuple[int, str | None, str | None]
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    source = f'"""\n{docstring}\n"""\n'
    found = await parse(jp_fetch, project.path("new"), source)
    line, code, words = at
    row = found["fields"][line - 1]
    assert row["line"] == line + 1
    assert found["problems"] == []
    if code == "ok":
        assert row["problems"] == []
        return
    mark = row["problems"][0]
    assert code in (None, mark["code"])
    assert (mark["cell"], mark["line"]) == (1, line + 1)
    assert row["start"] <= mark["start"] <= mark["stop"] <= row["stop"]
    if words is not None:
        assert units(source, mark["start"], mark["stop"]) == words


async def test_a_circle_and_a_claim_go_when_the_other_stage_does(
    jp_fetch: Fetch, project: Project
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    await post(jp_fetch, "sync", project.sync("second"))
    circle = '""":dvc-in: data/repeated.txt\n:dvc-out: data/text.txt"""'
    # As the first step itself it would need what the second makes of its output.
    found = await parse(jp_fetch, project.path("first"), circle)
    assert codes(row_of(found, "in")["problems"]) == ["graph-cycle"]
    assert row_of(found, "in")["maker"] == "mlvtools_second"
    found = await parse(jp_fetch, project.path("new"), circle)
    assert codes(row_of(found, "out")["problems"]) == ["graph-output-twice"]
    assert row_of(found, "out")["maker"] == "mlvtools_first"
    (project.folder / "dvc.yaml").write_text("stages: {}\n")
    found = await parse(jp_fetch, project.path("new"), circle)
    assert codes(row_of(found, "out")["problems"]) == []


async def test_a_step_that_is_renamed_claims_what_is_its_own(
    jp_fetch: Fetch, project: Project
) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    await post(jp_fetch, "sync", project.sync("second"))
    head, end = SECOND.rsplit("\n", 2)[0], "\n:dvc-meta-file: other\n" + '"' * 3 + "\n"
    found = await parse(jp_fetch, project.path("second"), head + end)
    assert found["step"]["stage"] == "other"
    assert row_of(found, "out")["maker"] is None
    assert [p for row in found["fields"] for p in row["problems"]] == [] == found["problems"]


async def test_a_broken_docstring_is_shown_as_far_as_it_goes(
    jp_fetch: Fetch, project: Project
) -> None:
    source = '"""Prose.\n\n:dvc-in: \n:param int n: how\n:wrong\n:dvc-out o: a\n"""\nx = ('
    found = await parse(jp_fetch, project.path("new"), source)
    assert [(row["line"], row["kind"]) for row in found["fields"]] == [
        (3, "in"),
        (4, "param"),
        (6, "out"),
    ]
    assert codes(found["problems"]) == ["cell-syntax"]
    mark = found["problems"][0]
    assert units(source, mark["start"], mark["stop"]) == "x = ("
    assert found["locked"] is None


@pytest.mark.parametrize(
    ("source", "locked", "problem"),
    [
        ("", None, None),
        ("x = 1", None, None),
        ("(a, b) = 1, 2", None, None),
        ('"""never closed', "edit-broken", "edit-broken"),
        ('f""":dvc-in: {x}"""', "edit-broken", "edit-broken"),
        ("%%time\nx = 1", "edit-magic", None),
        ("r':dvc-in: a'", "edit-one-line", None),
    ],
)
async def test_a_cell_that_can_t_get_a_field(
    jp_fetch: Fetch, project: Project, source: str, locked: str | None, problem: str | None
) -> None:
    found = await parse(jp_fetch, project.path("new"), source)
    assert (found["locked"] or {"code": None})["code"] == locked
    assert codes(found["problems"]) == ([problem] if problem else [])
    assert found["cell"] == 1


async def test_a_string_that_can_t_be_read_has_its_place(jp_fetch: Fetch, project: Project) -> None:
    source = '# head\n\n"""\n:dvc-in: a'
    found = await parse(jp_fetch, project.path("new"), source)
    (mark,) = found["problems"]
    assert (mark["cell"], mark["line"]) == (1, 3)
    assert units(source, mark["start"], mark["stop"]) == '"""'
    assert found["start"] is None


async def test_no_cell_at_all(jp_fetch: Fetch, project: Project) -> None:
    found = await parse(jp_fetch, project.path("new"))
    assert (found["cell"], found["step"], found["fields"]) == (None, None, [])
    assert found["problems"] == found["roles"] == []


async def test_outside_of_a_project(jp_fetch: Fetch, project: Project) -> None:
    found = await parse(jp_fetch, "new.ipynb", FIRST + "out = 'a'")
    assert found["step"] == {"name": "new", "stage": "mlvtools_new", "script": None}
    assert [row["exists"] for row in found["fields"]] == [None, None]
    assert found["problems"] == []


async def test_two_notebooks_of_one_name(jp_fetch: Fetch, project: Project) -> None:
    await post(jp_fetch, "sync", project.sync("first"))
    (project.folder / "sub").mkdir()
    found = await parse(jp_fetch, f"{project.name}/sub/first.ipynb", '""":dvc-out: a"""')
    assert codes(found["problems"]) == ["stage-taken"]
    found = await parse(
        jp_fetch, f"{project.name}/sub/first.ipynb", '""":dvc-out: a\n:dvc-meta-file: other"""'
    )
    assert codes(found["problems"]) == ["name-taken"]
    assert found["step"]["stage"] == "other"
    assert row_of(found, "out")["maker"] is None
    # As soon as the other one is gone, the name is free.
    (project.folder / "first.ipynb").unlink()
    found = await parse(jp_fetch, f"{project.name}/sub/first.ipynb", '""":dvc-out: a"""')
    assert found["problems"] == []


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("dvc.yaml", "stages: ["),
        ("dvc.yaml", "<<<<<<< ours\n"),
        ("params.yaml", "a: ["),
        (".mlvtools", "{"),
        ("pyproject.toml", "[tool.jupyterlab-dvc]\nx = 1"),
    ],
)
async def test_a_broken_file_of_the_project_hides_no_row(
    jp_fetch: Fetch, project: Project, file: str, content: str
) -> None:
    (project.folder / file).write_text(content)
    found = await parse(jp_fetch, project.path("second"), SECOND)
    assert len(found["fields"]) == 7
    (problem,) = found["problems"]
    assert problem["path"] == f"{project.name}/{file}"
    # Mended, it is read again.
    (project.folder / file).unlink()
    found = await parse(jp_fetch, project.path("second"), SECOND)
    assert found["problems"] == []


async def test_templates(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "conf.yaml").write_text("data: data.csv\n")
    (project.folder / ".mlvtools").write_text('{"docstring_conf": "conf.yaml"}')
    (project.folder / "data.csv").write_text("x")
    source = '""":dvc-in: {{ conf.data }}\n:dvc-in: {{ conf.other }}"""'
    found = await parse(jp_fetch, project.path("new"), source)
    assert [codes(row["problems"]) for row in found["fields"]] == [[], ["template-broken"]]
    source = '""":dvc-in: {{ conf.data }}\n:dvc-in: {{ conf.data }}2"""'
    found = await parse(jp_fetch, project.path("new"), source)
    assert [row["exists"] for row in found["fields"]] == ["file", "missing"]


async def test_settings_and_params_that_change(jp_fetch: Fetch, project: Project) -> None:
    path = project.path("second")
    assert (await parse(jp_fetch, path, "x # SKIP"))["roles"][0]["role"] == "step"
    (project.folder / ".mlvtools").write_text('{"ignore_keys": ["SKIP"]}')
    found = await parse(jp_fetch, path, "🙂 # SKIP")
    assert found["ignore_keys"] == ["SKIP"]
    expected = {"cell": 1, "role": "no-effect", "by": "comment", "comments": [[2, 9]]}
    assert found["roles"] == [expected]
    (project.folder / "params.yaml").write_text("repeat: {times: 17}")
    found = await parse(jp_fetch, path, SECOND)
    assert row_of(found, "hyperparameter")["value"] == "17"


@pytest.mark.parametrize(
    "path", ["secret.txt", ".env", "../../outside.txt", "/etc/passwd", "link/secret.csv", "a\\x00b"]
)
async def test_nothing_is_said_of_what_isn_t_shown(
    jp_fetch: Fetch, project: Project, outside: Path, path: str
) -> None:
    (project.folder / ".env").write_text("x")
    (project.folder / "secret.txt").symlink_to(outside / "secret.ipynb")
    (project.folder / "link").symlink_to(outside)
    (outside / "secret.csv").write_text("x")
    found = await parse(jp_fetch, project.path("new"), f'""":dvc-in: {path}"""')
    assert row_of(found, "in")["exists"] is None


async def test_quick_fixes_mend(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "a b").write_text("x")
    wrong = (
        ":dvc-inn: a b",
        ":dvc-in a: a b",
        ":param integer n: how. Defaults to 3.",
        ":param str s: x. Defaults to yes",
        ":param int m: x. default: 3",
        ":param int class: x. Defaults to 3.",
        ":dvc-frozen: yes",
        ":dvc-desc: a",
        ":dvc-desc: b",
        ":dvc-meta-file x: name",
        ":dvc-out a-b",
    )
    source = '"""\n' + "\n".join(wrong) + '\n"""\n'
    for _ in range(2 * len(wrong)):
        found = await parse(jp_fetch, project.path("new"), source)
        marks = [mark for row in found["fields"] for mark in row["problems"]]
        fix = next((mark["fix"] for mark in marks if mark["fix"] is not None), None)
        if fix is None:
            break
        cell = {"number": 1, "source": source}
        body = {"path": project.path("new"), "cell": cell, "changes": fix["changes"]}
        done = json.loads((await post(jp_fetch, "edit", body)).body)
        source = source[: done["start"]] + done["text"] + source[done["stop"] :]
    assert codes(marks) == []
    assert source == (
        '"""\n:dvc-in: a b\n:dvc-in a: a b\n:param int n: how. Defaults to 3.\n'
        ":param str s: x. Defaults to 'yes'.\n:param int m: x. Defaults to 3.\n"
        ":param int class_: x. Defaults to 3.\n:param str a:\n:dvc-frozen:\n:dvc-desc: a\n"
        ':dvc-meta-file: name\n:dvc-out: a-b\n"""\n'
    )


@pytest.mark.parametrize(
    "cells",
    [
        [{"number": 0, "source": ""}],
        [{"number": 2, "source": ""}, {"number": 2, "source": ""}],
        [{"number": 2, "source": ""}, {"number": 1, "source": ""}],
        [{"number": "1", "source": ""}],
        [{"number": 1}],
        [{"number": 1, "source": "", "x": 1}],
        {"number": 1, "source": ""},
    ],
)
async def test_cells_that_are_none(jp_fetch: Fetch, project: Project, cells: object) -> None:
    body = {"path": project.path("first"), "cells": cells}
    error = await refused(post(jp_fetch, "parse", body))
    assert (error.code, body_of(error)["code"]) == (400, "request-invalid")


async def test_a_key_in_a_large_notebook_of_a_large_project(
    jp_fetch: Fetch, project: Project
) -> None:
    """Each file is read once, however long the pipeline is; nothing is read again for a key."""
    stages = "".join(
        f"  s{n}:\n    cmd: echo {n}\n    deps: [d/{n}]\n    outs: [d/{n + 1}]\n"
        for n in range(1_000)
    )
    (project.folder / "dvc.yaml").write_text(f"stages:\n{stages}")
    params = "".join(f":param int p{n}: how. Defaults to {n}.\n" for n in range(500))
    source = f'"""\n{params}:dvc-in: d/1000\n:dvc-out: x\n"""\n'
    sources = [source, *(f"x{n} = {n}\nprint(x{n})\n" for n in range(1_000))]
    path = project.path("new")
    await parse(jp_fetch, path, *sources[:1])
    os.utime(project.folder / "params.yaml")
    taken = []
    for key in "abcde":
        begin = time.process_time()
        found = await parse(jp_fetch, path, source.replace("x\n", f"x{key}\n"))
        taken.append(time.process_time() - begin)
    assert row_of(found, "in")["maker"] == "s999"
    assert len(found["fields"]) == 502
    # Far above what it takes, and far below what reading the pipeline again would.
    assert sorted(taken)[0] < 0.25, taken
