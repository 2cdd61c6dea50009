"""POST edit: fields of a docstring changed, as one splice of the cell's source."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import docstring, fieldview, literal
from jupyterlab_dvc.api_step import CellSource, Edited, EditRequest, FieldChange, FieldText
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.server.edit import edited
from jupyterlab_dvc.server.fieldtext import of_row
from tests.core.strategies import directives, fuzzed
from tests.core.test_docstring_edit import cells
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import Project

CELL = """\
# 🙂 why
'''Title 🙂, kept  as it is

    :param str  data : the 🙂 data
        over two lines
    :dvc-in data: a\\\\b
    :unknown: kept
    '''
data = "🙂"
"""


def spliced(source: str, done: Edited) -> str:
    """What a browser makes of the splice, its strings being UTF-16."""
    data = source.encode("utf-16-le")
    text = done.text.encode("utf-16-le")
    return (data[: 2 * done.start] + text + data[2 * done.stop :]).decode("utf-16-le")


def change(op: str, **fields: Any) -> dict[str, Any]:
    return {"op": op, **fields}


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ([change("remove", line=5)], "    :dvc-in data: a\\\\b\n", ""),
        (
            [change("add", field={"kind": "out", "path": "🙂.csv"})],
            "a\\\\b\n",
            "a\\\\b\n    :dvc-out: 🙂.csv\n",
        ),
        (
            [change("replace", line=5, field={"kind": "in", "path": "c", "param": "data"})],
            "a\\\\b",
            "c",
        ),
        (
            [change("replace", line=3, field={
                "kind": "param", "name": "data", "type": "Path", "text": "it\n\n  is'''  ",
            })],
            ":param str  data : the 🙂 data\n        over two lines\n",
            ":param Path data: it\n        is\\'\\'\\'\n",
        ),
        ([change("move", line=5, before=3)], CELL[CELL.index("    :param"):CELL.index("    :unk")],
         "    :dvc-in data: a\\\\b\n    :param str  data : the 🙂 data\n        over two lines\n"),
        # Each as of after the one before.
        (
            [
                change("remove", line=5),
                change("add", before=5, field={"kind": "frozen"}),
                change("replace", line=5, field={"kind": "always-changed"}),
            ],
            ":dvc-in data: a\\\\b\n",
            ":dvc-always-changed:\n",
        ),
        ([], "", ""),
        ([change("add", field={"kind": "frozen"}), change("remove", line=6)], "", ""),
    ],
)  # fmt: skip
async def test_only_what_changes_is_touched(
    jp_fetch: Fetch, project: Project, changes: list[dict[str, Any]], old: str, new: str
) -> None:
    before = everything_in(project.root)
    cell = {"number": 3, "source": CELL, "tags": ["a"]}
    body = {"path": project.path("new"), "cell": cell, "changes": changes}
    done = msgspec.json.decode((await post(jp_fetch, "edit", body)).body, type=Edited)
    after = spliced(CELL, done)
    assert after == (CELL.replace(old, new) if old else CELL)
    # The smallest: both ends of it differ.
    data = CELL.encode("utf-16-le")
    replaced = data[2 * done.start : 2 * done.stop].decode("utf-16-le")
    if replaced and done.text:
        assert replaced[0] != done.text[0]
        assert replaced[-1] != done.text[-1]
    elif not old:
        assert (replaced, done.text) == ("", "")
    assert everything_in(project.root) == before


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"kind": "param", "name": "n"}, ":param n:"),
        ({"kind": "param", "name": "n", "type": "int", "text": "x"}, ":param int n: x"),
        ({"kind": "in", "path": " a b "}, ":dvc-in: a b"),
        ({"kind": "out-persist", "path": "a", "param": "n"}, ":dvc-out-persist n: a"),
        ({"kind": "metric", "path": "a"}, ":dvc-metric: a"),
        ({"kind": "plot", "path": "a"}, ":dvc-plot: a"),
        ({"kind": "hyperparameter", "key": "a.b", "param": "n"}, ":dvc-param n: a.b"),
        ({"kind": "hyperparameter", "key": "a", "file": "params.yaml"}, ":dvc-param: a"),
        ({"kind": "hyperparameter", "key": "a", "file": "f.yaml"}, ":dvc-param: f.yaml:a"),
        ({"kind": "extra", "text": "--a=1\n --b"}, ":dvc-extra: --a=1 --b"),
        ({"kind": "command", "text": "dvc run a"}, ":dvc-cmd: dvc run a"),
        ({"kind": "stage-name", "text": "s"}, ":dvc-meta-file: s"),
        ({"kind": "desc", "text": "a\nb"}, ":dvc-desc: a\n    b"),
        ({"kind": "frozen", "text": "x", "path": "y"}, ":dvc-frozen:"),
        ({"kind": "always-changed"}, ":dvc-always-changed:"),
    ],
)
async def test_a_new_docstring_of_each_kind(
    jp_fetch: Fetch, project: Project, field: dict[str, Any], text: str
) -> None:
    body = {
        "path": project.path("new"),
        "cell": {"number": 1, "source": "x = 1"},
        "changes": [change("add", field=field)],
    }
    answer = json.loads((await post(jp_fetch, "edit", body)).body)
    assert answer == {"start": 0, "stop": 0, "text": f'"""\n{text}\n"""\n'}


async def test_a_param_keeps_its_key(jp_fetch: Fetch, project: Project) -> None:
    field = {"kind": "param", "name": "n", "type": "int"}
    body = {
        "path": project.path("new"),
        "cell": {"number": 1, "source": '""":arg n:"""'},
        "changes": [change("replace", line=1, field=field)],
    }
    answer = json.loads((await post(jp_fetch, "edit", body)).body)
    assert answer == {"start": 8, "stop": 8, "text": "int "}


@pytest.mark.parametrize(
    ("source", "asked", "code"),
    [
        (CELL, change("remove", line=4), "edit-no-field"),
        (CELL, change("remove"), "request-invalid"),
        (CELL, change("add"), "request-invalid"),
        (CELL, change("replace", line=5), "request-invalid"),
        (CELL, change("replace", field={"kind": "frozen"}), "request-invalid"),
        (CELL, change("explode", line=5), "request-invalid"),
        (CELL, change("add", field={"kind": "x"}), "request-invalid"),
        (CELL, change("add", field={"kind": "in"}), "path-missing"),
        (CELL, change("add", field={"kind": "in", "path": "a\nb"}), "field-one-line"),
        (CELL, change("add", field={"kind": "in", "path": "a", "param": "x y"}),
         "related-too-many"),
        (CELL, change("add", field={"kind": "in", "path": "a\0"}), "field-control"),
        (CELL, change("add", field={"kind": "hyperparameter"}), "key-missing"),
        (CELL, change("add", field={"kind": "extra"}), "text-missing"),
        (CELL, change("add", field={"kind": "param"}), "param-name-invalid"),
        (CELL, change("add", field={"kind": "param", "name": "class"}), "param-name-keyword"),
        (CELL, change("add", field={"kind": "param", "name": "n", "type": "x"}),
         "param-type-unknown"),
        (CELL, change("add", field={"kind": "param", "name": "n", "text": ":dvc-in: a"}),
         None),
        (CELL, change("add", field={"kind": "desc", "text": "a\n:dvc-in: b"}),
         "field-unwritable"),
        ("%%time", change("add", field={"kind": "frozen"}), "edit-magic"),
        ('"""broken', change("add", field={"kind": "frozen"}), "edit-broken"),
    ],
)  # fmt: skip
async def test_what_can_t_be_is_said(
    jp_fetch: Fetch, project: Project, source: str, asked: dict[str, Any], code: str | None
) -> None:
    cell = {"number": 4, "source": source}
    body = {"path": project.path("new"), "cell": cell, "changes": [asked]}
    if code is None:
        done = msgspec.json.decode((await post(jp_fetch, "edit", body)).body, type=Edited)
        assert "n: :dvc-in: a" in spliced(source, done)
        return
    error = await refused(post(jp_fetch, "edit", body))
    assert (error.code, body_of(error)["code"]) == (400, code)
    if code != "request-invalid":
        assert body_of(error)["cell"] == 4


@st.composite
def fields(draw: st.DrawFn) -> FieldText:
    """A field that can be, as the page would send it."""
    rows = fieldview.read(docstring.write(draw(directives()))).rows
    return of_row(draw(st.sampled_from(rows))) if rows else FieldText(kind="frozen")


def text_of(source: str) -> str:
    found = literal.find(source)
    assert found is not None
    return found.text


def said(source: str) -> list[FieldText | str]:
    rows = fieldview.read(text_of(source)).rows
    return [row.key if row.kind == "unknown" else of_row(row) for row in rows]


@fuzzed
@given(cells(), st.data())
def test_text_outside_of_an_edit_stays_and_undo_restores_it(
    source: str, data: st.DataObject
) -> None:
    lines = [row.line for row in fieldview.read(text_of(source)).rows]
    options = [st.builds(FieldChange, op=st.just("add"), field=fields())]
    if lines:
        line = st.sampled_from(lines)
        options += [
            st.builds(FieldChange, op=st.just("add"), before=line, field=fields()),
            st.builds(FieldChange, op=st.just("replace"), line=line, field=fields()),
            st.builds(FieldChange, op=st.just("remove"), line=line),
            st.builds(FieldChange, op=st.just("move"), line=line, before=st.none() | line),
        ]
    asked = data.draw(st.one_of(options))
    request = EditRequest(path="a.ipynb", cell=CellSource(number=1, source=source), changes=[asked])
    received = msgspec.json.decode(msgspec.json.encode(request), type=EditRequest)
    assert received == request
    try:
        done = edited(received.cell, received.changes)
    except Refused as error:
        # A raw literal can't hold each text; any other can.
        assert {problem.code for problem in error.problems} <= {"edit-impossible", "edit-one-line"}
        assert 'r"""' in source or "r'''" in source
        return
    after = spliced(source, done)
    if after == source:
        assert done.start == done.stop
        return
    bounds = literal.find(source)
    assert bounds is not None
    outside = (
        len(source[: bounds.start].encode("utf-16-le")) // 2,
        len(source[: bounds.stop].encode("utf-16-le")) // 2,
    )
    assert outside[0] <= done.start <= done.stop <= outside[1]
    # What the page's undo does.
    replaced = source.encode("utf-16-le")[2 * done.start : 2 * done.stop].decode("utf-16-le")
    length = len(done.text.encode("utf-16-le")) // 2
    undo = Edited(start=done.start, stop=done.start + length, text=replaced)
    assert spliced(after, undo) == source
    old, new = said(source), said(after)
    index = lines.index(asked.line) if asked.line is not None else -1
    if asked.op == "add":
        assert [one for one in new if one != asked.field] == [
            one for one in old if one != asked.field
        ]
        assert new.count(asked.field) == old.count(asked.field) + 1  # type: ignore[arg-type]  # it has one
    elif asked.op == "replace":
        assert new == [*old[:index], asked.field, *old[index + 1 :]]
    elif asked.op == "remove":
        assert new == old[:index] + old[index + 1 :]
    else:
        key = str
        assert sorted(map(key, new)) == sorted(map(key, old))
