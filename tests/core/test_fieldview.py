"""A docstring's fields as rows: nothing is lost, and what wasn't understood has its place."""

from __future__ import annotations

import pytest
from hypothesis import given

from jupyterlab_dvc import docstring, fieldview
from jupyterlab_dvc.fields import read_fields
from jupyterlab_dvc.fieldview import Origin
from jupyterlab_dvc.model import Directives, Docstring
from tests.core.strategies import directives, fuzzed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":param int n: how many", {"kind": "param", "name": "n", "type": "int", "required": True}),
        (":param n:", {"kind": "param", "name": "n", "type": "", "text": ""}),
        (":arg n: x", {"kind": "param", "key": "arg", "name": "n", "text": "x"}),
        (
            ":param int n: how\n  many. Defaults to 3.",
            {"last": 2, "text": "how\nmany. Defaults to 3.", "default": "3", "required": False},
        ),
        (":param int? n: x", {"type": "int?", "default": None, "required": False}),
        (":param integer n: x", {"kind": "param", "name": "n", "type": "integer", "text": "x"}),
        (":param: x", {"kind": "param", "name": "", "text": "x"}),
        (":param class: x", {"kind": "param", "name": "class", "text": "x"}),
        (":dvc-in: a b.csv", {"kind": "in", "path": "a b.csv", "param": None, "text": ""}),
        (":dvc-out-persist x : p", {"kind": "out-persist", "path": "p", "param": "x"}),
        (":dvc-metric:", {"kind": "metric", "path": ""}),
        (":dvc-plot x y: p", {"kind": "plot", "path": "p", "param": "x y"}),
        (
            ":dvc-param n: a.b",
            {"kind": "hyperparameter", "key_path": "a.b", "file": "params.yaml", "param": "n"},
        ),
        (":dvc-param: f.yaml:a", {"key_path": "a", "file": "f.yaml", "param": None}),
        (":dvc-param:", {"key_path": "", "file": "params.yaml"}),
        (":dvc-extra: --a=1\n  --b", {"kind": "extra", "text": "--a=1 --b", "last": 2}),
        (":dvc-cmd: a \\\n  b", {"kind": "command", "text": "a b", "last": 2}),
        (":dvc-meta-file: s", {"kind": "stage-name", "text": "s"}),
        (":dvc-desc: a\n b", {"kind": "desc", "text": "a\nb"}),
        (":dvc-frozen:", {"kind": "frozen", "text": ""}),
        (":dvc-always-changed: x", {"kind": "always-changed", "text": "x"}),
        (":dvc-inn: a", {"kind": "unknown", "key": "dvc-inn"}),
        (":returns: a", {"kind": "unknown", "key": "returns"}),
    ],
)
def test_a_row(text: str, expected: dict[str, object]) -> None:
    (row,) = fieldview.read(text).rows
    assert {name: getattr(row, name) for name in expected} == expected


def test_each_problem_is_at_its_row() -> None:
    text = (
        "Prose.\n\n:dvc-in x: a\n:param integer y: b\n\n:dvc-out: c\nd\n:dvc-inn: a\n:dvc-cmd: a\n"
        ":param n: a\n:param n: b"
    )
    view = fieldview.read(text)
    assert [(row.line, [problem.code for problem in row.problems]) for row in view.rows] == [
        (3, ["related-unknown"]),
        (4, ["param-type-unknown"]),
        (6, ["field-one-line"]),
        (8, ["field-unknown"]),
        (9, ["command-exclusive"]),
        (10, []),
        (11, ["param-duplicate"]),
    ]
    assert view.problems == []
    # The text that doesn't belong to the row's own line is no part of it.
    assert view.rows[2].last == 6


def test_a_problem_of_no_row_is_kept() -> None:
    view = fieldview.read("Prose.\n\n:dvc-in: a")
    found = docstring.parse(Docstring(":dvc-in:", None, (1,))).problems
    fieldview.place(view, (*found, found[0].at(path="dvc.yaml"), *found))
    assert [row.problems for row in view.rows] == [[]]
    assert view.problems == [found[0], found[0].at(path="dvc.yaml")]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (":param n:", "none", ""),
        (":param int n: x. Defaults to 3.", "default", "3"),
        (":param int? n: x", "default", "None"),
        (":param n: x\n:dvc-in n: a.csv", "in", "a.csv"),
        (":param n: x\n:dvc-out-persist n: a.csv", "out", "a.csv"),
        (":param n: x. Defaults to 'a'.\n:dvc-metric n: a.csv", "out", "a.csv"),
        (":param n: x\n:dvc-param n: a.n", "key", "a.n"),
        (":param n: x\n:dvc-param n: f.yaml:n", "key", "f.yaml:n"),
        (":param n: x\n:dvc-in n: a\n:dvc-param n: k", "key", "k"),
        (":param n: x\n:dvc-extra: --n=3 --m 4", "extra", "3"),
        (":param n: x\n:dvc-extra: --n '3 4'", "extra", "3 4"),
        (":param bool n: x\n:dvc-extra: --n --m", "extra", ""),
        (":param n_a: x\n:dvc-extra: --n-a=1", "extra", "1"),
        (":param n_a: x\n:dvc-extra: --n_a=1", "extra", "1"),
        (":param number: x\n:dvc-extra: --num=1", "extra", "1"),
        (":param n: x\n:dvc-extra: --n='", "none", ""),
        (":param n: x\n:dvc-in n: a\n:dvc-extra: --n=3", "in", "a"),
        (":param n: x\n:dvc-cmd: dvc run -d a python s.py --n b", "extra", "b"),
    ],
)
def test_where_a_param_s_value_comes_from(text: str, kind: str, value: str) -> None:
    view = fieldview.read(text)
    name = next(row.name for row in view.rows if row.kind == "param")
    assert fieldview.origins(view.directives)[name or ""] == Origin(kind, value)  # type: ignore[arg-type]  # the table's texts are kinds


@fuzzed
@given(directives())
def test_the_rows_say_what_the_directives_do(said: Directives) -> None:
    text = docstring.write(said)
    view = fieldview.read(text)
    assert view.directives == said
    assert [row.line for row in view.rows] == [field.line for field in read_fields(text)]
    params = [row for row in view.rows if row.kind == "param"]
    assert [(p.name, p.type or None, p.text, p.default) for p in params] == [
        (p.name, p.type.source, p.text, p.default) for p in said.params
    ]
    paths = [row for row in view.rows if row.path is not None]
    assert [(row.kind, row.path, row.param) for row in paths] == [
        (item.kind, item.path, item.param) for item in said.paths
    ]
    keys = [row for row in view.rows if row.key_path is not None]
    assert [(k.key_path, k.file, k.param) for k in keys] == [
        (item.key, item.file or "params.yaml", item.param) for item in said.hyperparameters
    ]
