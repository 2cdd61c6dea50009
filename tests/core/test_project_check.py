"""What a check finds once a project was synced and then something changed, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_dvc.errors import Problem, Refused
from jupyterlab_dvc.project import Project

from .corpus.running import as_notebook

FIRST = '''"""
:param int size: how many
:param str kind: which
:param Path made: where

:dvc-param size: size
:dvc-param kind: model.kind
:dvc-out made: data/made.txt
"""'''
LISTS = '''"""
:param list[int] layers: widths
:param bool bias: with one
:param Path read: what
:dvc-in read: data/made.txt
:dvc-param layers: net.layers
"""'''
PARAMS = "size: 3\nmodel: {kind: a}\nnet: {layers: [1], bias: true}\n"
SCRIPT = "pipeline/scripts/mlvtools_first.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text("")
    (tmp_path / "params.yaml").write_text(PARAMS)
    (tmp_path / "first.ipynb").write_bytes(as_notebook([FIRST, "print(size, kind, made)"]))
    (tmp_path / "lists.ipynb").write_bytes(as_notebook([LISTS, "print(layers, bias, read)"]))
    for change in Project.above(tmp_path).plan_sync([tmp_path]).changes:
        change.path.parent.mkdir(parents=True, exist_ok=True)
        change.path.write_bytes(change.new)
        change.path.chmod(change.mode or 0o644)
    return tmp_path


def found(root: Path) -> list[Problem]:
    return list(Project.above(root).check([root]))


def told(problems: list[Problem], root: Path) -> list[tuple[str, str, int | None, int | None]]:
    return [
        (p.code, (p.place.path or "").removeprefix(f"{root}/"), p.place.cell, p.place.line)
        for p in problems
    ]


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return change


def written(name: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    return change


def removed(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


MADE_DVC = "outs:\n- md5: 68b329da9893e34099c7d8ad5cb9c940\n  size: 1\n  path: {}\n"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (written("notes.txt", ""), []),
        (replaced(SCRIPT, "print(size, kind, made)", "print( size,kind,made )  # so"), []),
        (
            replaced(SCRIPT, "print(size, kind, made)", "print(size)"),
            [("differs-code", SCRIPT, None, 0)],
        ),
        (removed(SCRIPT), [("not-synced", "first.ipynb", None, None)]),
        (
            replaced("first.ipynb", "print(size", "print(1 + size"),
            [("differs-code", SCRIPT, None, 0)],
        ),
        (
            removed("dvc.yaml"),
            [("stage-missing", name, None, None) for name in ("first.ipynb", "lists.ipynb")],
        ),
        (
            replaced("dvc.yaml", "outs:", "metrics:"),
            [("stage-differs", "first.ipynb", None, None)],
        ),
        # The value: of another type, unfit, gone.
        (
            replaced("params.yaml", "size: 3", "size: many"),
            [("hyperparameter-type", "first.ipynb", 1, 6)],
        ),
        (
            replaced("params.yaml", "[1]", "[1, x]"),
            [("hyperparameter-type", "lists.ipynb", 1, 6)],
        ),
        (
            replaced("params.yaml", "kind: a", 'kind: "it\'s"'),
            [("hyperparameter-value", "first.ipynb", 1, 7)],
        ),
        (
            replaced("params.yaml", "size: 3", ""),
            [("hyperparameter-missing", "first.ipynb", 1, 6)],
        ),
        (replaced("params.yaml", "[1]", "[1"), [("yaml-invalid", "params.yaml", None, 0)]),
        (
            replaced(".dvc/config", "boolean_optional", "store_true"),
            [("boolean-optional-missing", "", None, None)],
        ),
        # The pipeline
        (
            written("data/made.txt.dvc", MADE_DVC.format("made.txt")),
            [("graph-output-tracked", "first.ipynb", 1, 8)],
        ),
        (
            written("data.dvc", MADE_DVC.format("data")),
            [("graph-output-tracked", "first.ipynb", 1, 8)],
        ),
        (written("data/made.txt.dvc", MADE_DVC.format("other.txt")), []),
        (written("data/made.txt.dvc", "outs: {"), []),
        (written("data/other.dvc", MADE_DVC.format("other")), []),
        (
            replaced("dvc.yaml", "stages:", "stages:\n  own: {cmd: x, outs: [data]}"),
            [("graph-output-inside", "first.ipynb", 1, 8)],
        ),
        (written("third.ipynb", "{"), [("notebook-not-json", "third.ipynb", None, 1)]),
    ],
)
def test_what_a_check_says(
    change: Callable[[Path], None],
    expected: list[tuple[str, str, int | None, int | None]],
    root: Path,
) -> None:
    assert found(root) == []
    change(root)
    problems = found(root)
    assert [p.code for p in problems] == [code for code, *_ in expected]
    for (_, path, cell, line), wanted in zip(told(problems, root), expected, strict=True):
        assert (path, cell) == wanted[1:3]
        # 0 stands for any line.
        assert wanted[3] in ((0, line) if line else (line,))
    assert all(p.severity == "error" and p.message and p.hint for p in problems)


def test_a_sync_warns_of_a_value_and_still_writes_the_stage(root: Path) -> None:
    replaced("params.yaml", "size: 3", "size: many")(root)
    plan = Project.above(root).plan_sync([root])
    (warned,) = plan.warnings
    assert (warned.code, warned.severity, warned.place.line) == (
        "hyperparameter-type",
        "warning",
        6,
    )
    assert not plan.differing


def test_a_check_mentions_what_only_looks_like_a_default(root: Path) -> None:
    replaced("first.ipynb", ":param int size: how many", ":param int size: Defaults to many.")(root)
    problems = [p for p in found(root) if p.severity == "warning"]
    assert told(problems, root) == [("param-default-not-literal", "first.ipynb", 1, 2)]


def test_a_sync_refuses_an_output_that_dvc_add_tracks(root: Path) -> None:
    written("data/made.txt.dvc", MADE_DVC.format("made.txt"))(root)
    with pytest.raises(Refused) as refused:
        Project.above(root).plan_sync([root])
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.cell, problem.place.line) == ("graph-output-tracked", 1, 8)
