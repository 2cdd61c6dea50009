"""POST params: the values of a step's hyperparameters, shown and set."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import Project

STEP = '''\
"""
:param int n: how many
:param float rate: how fast
:param str name: who
:param bool flag: whether
:param list[int] sizes: how large
:param int? some: or none
:param str free: no hyperparameter
:dvc-param n: model.n
:dvc-param rate: model.rate
:dvc-param name: name
:dvc-param flag: flag
:dvc-param sizes: lists.sizes
:dvc-param some: other.yaml:some
:dvc-param: only.tracked
"""
'''
PARAMS = """\
# Of the model
model:
  n: 3  # many
  rate: 1e-5
name: "a b"
flag: true
lists: {sizes: [1, 2]}
only:
  tracked: it's
"""


@pytest.fixture
def step(project: Project) -> Project:
    (project.folder / "params.yaml").write_text(PARAMS)
    (project.folder / "other.yaml").write_text("some: 1\n")
    project.write("step", [STEP, "print(n)"])
    return project


async def set_values(
    fetch: Fetch, project: Project, values: Mapping[str, str | None], **rest: Any
) -> dict[str, Any]:
    body = {"path": project.path("step"), "values": values, **rest}
    found: dict[str, Any] = json.loads((await post(fetch, "params", body)).body)
    return found


@pytest.mark.parametrize(
    ("values", "file", "old", "new", "undo"),
    [
        ({"model.n": "7"}, "params.yaml", "n: 3  #", "n: 7  #", {"model.n": "3"}),
        ({"model.rate": "0.5"}, "params.yaml", "1e-5", "0.5", {"model.rate": "1e-5"}),
        ({"model.rate": "3"}, "params.yaml", "1e-5", "3", {"model.rate": "1e-5"}),
        ({"name": "5"}, "params.yaml", '"a b"', '"5"', {"name": "a b"}),
        ({"flag": "false"}, "params.yaml", "true", "false", {"flag": "true"}),
        ({"lists.sizes": "[3]"}, "params.yaml", "[1, 2]", "[3]", {"lists.sizes": "[1, 2]"}),
        ({"params.yaml:model.n": "7"}, "params.yaml", "n: 3", "n: 7",
         {"params.yaml:model.n": "3"}),
        ({"other.yaml:some": "null"}, "other.yaml", "1", "null", {"other.yaml:some": "1"}),
        ({"some": "5"}, "other.yaml", "1", "5", {"some": "1"}),
        ({"only.tracked": "it isn't"}, "params.yaml", "it's", "it isn't",
         {"only.tracked": "it's"}),
        ({"model.n": None}, "params.yaml", "  n: 3  # many\n", "", {"model.n": "3"}),
        ({"model.n": "4", "model.rate": "2e-3"}, "params.yaml", "3  # many\n  rate: 1e-5",
         "4  # many\n  rate: 2e-3", {"model.n": "3", "model.rate": "1e-5"}),
    ],
)  # fmt: skip
async def test_a_value_is_set_and_taken_back(
    jp_fetch: Fetch,
    step: Project,
    values: dict[str, str | None],
    file: str,
    old: str,
    new: str,
    undo: dict[str, str],
) -> None:
    path = step.folder / file
    before = path.read_text()
    found = await set_values(jp_fetch, step, values)
    assert path.read_text() == before.replace(old, new)
    assert found["undo"] == undo
    back = await set_values(jp_fetch, step, found["undo"])
    if None not in values.values():
        assert path.read_text() == before
    assert back["undo"].keys() == values.keys()


async def test_the_form_has_the_new_values(jp_fetch: Fetch, step: Project) -> None:
    found = await set_values(jp_fetch, step, {"model.n": "8"})
    rows = {row["name"]: row for row in found["rows"]}
    assert rows["n"]["value"] == "8"
    assert rows["rate"]["value"] == "1e-05"
    assert (rows["free"]["hyperparameter"], rows["free"]["value"]) == (False, None)
    again = await set_values(jp_fetch, step, {})
    assert again == {**found, "undo": {}}


async def test_a_key_that_isn_t_there_is_added(jp_fetch: Fetch, step: Project) -> None:
    (step.folder / "params.yaml").unlink()
    found = await set_values(jp_fetch, step, {"model.n": "1", "name": "x"})
    assert (step.folder / "params.yaml").read_text() == "model:\n  'n': 1\nname: x\n"
    assert found["undo"] == {"model.n": None, "name": None}
    await set_values(jp_fetch, step, found["undo"])
    assert (step.folder / "params.yaml").read_text() == ""


async def test_a_docstring_that_isn_t_saved_yet(jp_fetch: Fetch, step: Project) -> None:
    source = '""":param int new: x\n:dvc-param new: model.new\n:param wrong type: y"""'
    body = {
        "path": step.path("unsaved"),
        "cell": {"number": 1, "source": source},
        "values": {"model.new": "5"},
    }
    found = json.loads((await post(jp_fetch, "params", body)).body)
    assert found["stage"] == "mlvtools_unsaved"
    assert [(row["name"], row["value"]) for row in found["rows"]] == [("new", "5")]
    assert "  rate: 1e-5\n  new: 5\n" in (step.folder / "params.yaml").read_text()
    body["values"] = {"model.new": "many"}
    error = await refused(post(jp_fetch, "params", body))
    assert body_of(error)["code"] == "run-value-type"


@pytest.mark.parametrize(
    ("values", "rest", "status", "code"),
    [
        ({"model.n": "x"}, {}, 400, "run-value-type"),
        ({"model.n": "1.5"}, {}, 400, "run-value-type"),
        ({"model.n": ""}, {}, 400, "run-value-type"),
        ({"flag": "yes"}, {}, 400, "run-value-type"),
        ({"lists.sizes": "[a]"}, {}, 400, "run-value-type"),
        ({"lists.sizes": "[]"}, {}, 400, "run-value"),
        ({"name": "it's"}, {}, 400, "run-value"),
        ({"name": "a\nb"}, {}, 400, "run-value"),
        ({"model": "x"}, {}, 400, "run-key-unknown"),
        ({"free": "x"}, {}, 400, "run-key-unknown"),
        ({"../secret.yaml:a": "x"}, {}, 400, "run-key-unknown"),
        ({"x" * 10_000: "x"}, {}, 400, "run-key-unknown"),
        ({"model.n": "7", "name": "it's"}, {}, 400, "run-value"),
        ({"model.n": "7"}, {"expected": {"model.n": "4"}}, 409, "params-changed"),
        ({"model.n": "7"}, {"expected": {"model.n": None}}, 409, "params-changed"),
        ({"model.n": 7}, {}, 400, "request-invalid"),
    ],
)
async def test_nothing_is_written_where_one_is_wrong(
    jp_fetch: Fetch,
    step: Project,
    values: dict[str, str | None],
    rest: dict[str, Any],
    status: int,
    code: str,
) -> None:
    before = everything_in(step.root)
    error = await refused(set_values(jp_fetch, step, values, **rest))
    assert (error.code, body_of(error)["code"]) == (status, code)
    assert len(json.dumps(body_of(error))) < 2_000
    assert everything_in(step.root) == before


async def test_what_the_page_showed_is_still_there(jp_fetch: Fetch, step: Project) -> None:
    shown = {"model.n": "3", "model.rate": "1e-05", "lists.sizes": "[1, 2]", "some": "1"}
    values = {"model.n": "4", "model.rate": "1", "lists.sizes": "[4]", "some": "2"}
    await set_values(jp_fetch, step, values, expected=shown)
    assert "n: 4" in (step.folder / "params.yaml").read_text()
    assert (step.folder / "other.yaml").read_text() == "some: 2\n"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("../outside.yaml", "target-refused"),
        (".dvc/x.yaml", "target-refused"),
        ("link.yaml", "target-refused"),
        ("dvc.yaml", "params-format"),
        ("step.ipynb", "params-format"),
        ("code.py", "params-format"),
    ],
)
async def test_files_that_nobody_sets_values_in(
    jp_fetch: Fetch, step: Project, outside: Path, file: str, code: str
) -> None:
    (outside / "x.yaml").write_text("a: 1\n")
    (step.folder / "link.yaml").symlink_to(outside / "x.yaml")
    (step.folder / "code.py").write_text("a = 1\n")
    before = everything_in(step.root.parent)
    cell = {"number": 1, "source": f'""":param n: x\n:dvc-param n: {file}:a"""'}
    body = {"path": step.path("step"), "cell": cell, "values": {"a": "5"}}
    error = await refused(post(jp_fetch, "params", body))
    assert (error.code, body_of(error)["code"]) == (400, code)
    assert everything_in(step.root.parent) == before


async def test_a_run_that_reads_the_file_is_waited_for(jp_fetch: Fetch, step: Project) -> None:

    (step.folder / ".dvc" / "tmp").mkdir()
    holder = {"pid": os.getppid(), "cmd": "dvc repro"}
    lock = {"read": {str(step.folder / "params.yaml"): [holder]}, "write": {}}
    (step.folder / ".dvc" / "tmp" / "rwlock").write_text(json.dumps(lock))
    error = await refused(set_values(jp_fetch, step, {"model.n": "7"}))
    assert error.code == 423
    assert (step.folder / "params.yaml").read_text() == PARAMS


@pytest.mark.parametrize("own_config", [{"allow_sync": False}])
async def test_where_writing_is_not_allowed(jp_fetch: Fetch, step: Project) -> None:
    error = await refused(set_values(jp_fetch, step, {"model.n": "7"}))
    assert (error.code, body_of(error)["code"]) == (403, "sync-not-allowed")
    assert (await set_values(jp_fetch, step, {}))["rows"]
    assert (step.folder / "params.yaml").read_text() == PARAMS
