"""The params of a script: on its command line, and as arguments of its function."""

from __future__ import annotations

import math
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc.naming import function_name

from .corpus.running import convert


def script_of(fields: str, tmp_path: Path, *cells: str) -> Path:
    docstring = '"""' + fields + '"""'
    _, made = convert([docstring, *cells], tmp_path)
    path = tmp_path / "mlvtools_case.py"
    path.write_text(made.text, encoding="utf-8")
    return path


def run(path: Path, *words: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(sys, "argv", [str(path), *words])
    return runpy.run_path(str(path), run_name="__main__")


def same(value: object, expected: object) -> bool:
    if isinstance(expected, float) and math.isnan(expected):
        return isinstance(value, float) and math.isnan(value)
    if isinstance(expected, list):
        return (
            isinstance(value, list)
            and len(value) == len(expected)
            and all(same(a, b) for a, b in zip(value, expected, strict=True))
        )
    return value.__class__ is expected.__class__ and value == expected


@pytest.mark.parametrize(
    ("field", "words", "expected"),
    [
        (":param x: t", ["--x=a"], "a"),
        (":param x: t", ["--x", ""], ""),
        (":param x: t", ["--x=-a --b='c' $(d) ;\n"], "-a --b='c' $(d) ;\n"),
        (":param x: t", ["--x=a=b"], "a=b"),
        (":param str x: t", ["--x", "-5"], "-5"),
        (":param str x: t", ["--x=None"], "None"),
        (":param str? x: t", ["--x=None"], None),
        (":param str? x: t", [], None),
        (":param int x: t", ["--x", "-3"], -3),
        (":param int x: t", ["--x=1", "--x=2"], 2),
        (":param int|None x: t", ["--x", "None"], None),
        (":param int | None x: t", ["--x", "4"], 4),
        (":param Optional[int] x: t", [], None),
        (":param Optional[int] x: t. Defaults to 3.", [], 3),
        (":param float x: t", ["--x", "-1e-5"], -1e-5),
        (":param float x: t", ["--x", "-inf"], -math.inf),
        (":param float x: t", ["--x", "-Infinity"], -math.inf),
        (":param float x: t", ["--x", "-.5"], -0.5),
        (":param float x: t", ["--x", "-1_000."], -1000.0),
        (":param float x: t", ["--x", "-NaN"], math.nan),
        (":param float x: Defaults to 1.", [], 1),
        (":param float x: Defaults to -1e-05.", [], -1e-5),
        (":param Path x: t", ["--x=a b/c"], Path("a b/c")),
        (":param pathlib.Path x: Defaults to 'a'.", [], Path("a")),
        (":param Path? x: t", [], None),
        (":param list x: t", ["--x", "a", "-1", "b"], ["a", "-1", "b"]),
        (":param List[int] x: t", ["--x", "-1", "2"], [-1, 2]),
        (":param list[float] x: t", ["--x", "-1e-5", "-inf", "3"], [-1e-5, -math.inf, 3.0]),
        (":param list[float] x: t", ["--x=-1"], [-1.0]),
        (":param List[Path] x: Defaults to ['a', 'b'].", [], [Path("a"), Path("b")]),
        (":param List[bool] x: t", ["--x", "true", "False"], [True, False]),
        (":param list[int]? x: t", ["--x", "None"], None),
        (":param list[int]? x: t", ["--x", "1", "2"], [1, 2]),
        (":param list[int]? x: t", [], None),
        (":param list x: Defaults to ['a'].", [], ["a"]),
        (":param bool x: t", ["--x"], True),
        (":param bool x: t", ["--no-x"], False),
        (":param bool x: t", ["--x", "true"], True),
        (":param bool x: t", ["--x", "false"], False),
        (":param bool x: t", ["--x=False"], False),
        (":param bool x: t", ["--x", "--no-x"], False),
        (":param bool x: t", ["--no-x", "--x"], True),
        (":param bool x: t", ["--x", "--x=false"], False),
        (":param bool x: Defaults to True.", [], True),
        (":param bool x: Defaults to True.", ["--no-x"], False),
        (":param bool? x: t", ["--x=None"], None),
        (":param Literal['a:b', 'c'] x: t", ["--x=a:b"], "a:b"),
        (":param Literal[1, 2.5, True] x: t", ["--x=2.5"], 2.5),
        (":param Literal[1, 2.5, True] x: t", ["--x=True"], True),
        (":param Literal['50%', '-x'] x: t", ["--x=-x"], "-x"),
        (":param Literal['inf', 2] x: t", ["--x=inf"], "inf"),
        (":param Literal[-1, 'a b'] x: t", ["--x", "-1"], -1),
        (":param Literal['a', None] x: t", [], None),
        (":param str x: Defaults to 'it\\\\'s %s'.", [], "it's %s"),
    ],
)
def test_a_value_on_the_command_line(
    field: str, words: list[str], expected: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run(script_of(field, tmp_path), *words, monkeypatch=monkeypatch)["x"]
    assert same(found, expected), found


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (":param x: t", []),
        (":param x: t", ["--x"]),
        (":param x: t", ["--x", "a", "b"]),
        (":param x: t", ["--x=a", "--y=b"]),
        (":param int x: t", ["--x=a"]),
        (":param int x: t", ["--x=1.5"]),
        (":param int x: t", ["--x=None"]),
        (":param float x: t", ["--x", "-inferno"]),
        (":param bool x: t", ["--x=yes"]),
        (":param bool x: t", ["--x="]),
        (":param bool x: t", []),
        (":param list x: t", ["--x"]),
        (":param list[int] x: t", ["--x", "1", "a"]),
        (":param list[int]? x: t", ["--x", "1", "None"]),
        (":param list[int]? x: t", ["--x", "a"]),
        (":param Literal['a', 'b'] x: t", ["--x=c"]),
        (":param Literal[1] x: t", ["--x=1.0"]),
        ("no params", ["--x"]),
        ("no params", ["word"]),
    ],
)
def test_wrong_words_exit_2_with_usage(
    field: str,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(script_of(field, tmp_path), *words, monkeypatch=monkeypatch)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("usage: mlvtools_case.py")


def test_options_keep_case_and_take_underscores_and_abbreviations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = script_of(":param C_list: c\n:param long_name: l\n:param bool a_b: x", tmp_path)
    words = ["--C_list=a_b", "--long", "_", "--no_a_b"]
    found = run(path, *words, monkeypatch=monkeypatch)
    assert [found["C_list"], found["long_name"], found["a_b"]] == ["a_b", "_", False]
    words = ["--C-list", "c", "--long_name=--x_y", "--a-b"]
    found = run(path, *words, monkeypatch=monkeypatch)
    assert [found["C_list"], found["long_name"], found["a_b"]] == ["c", "--x_y", True]


@pytest.mark.parametrize("words", [["--s=1", "--size=1"], ["--siz=1"]])
def test_an_ambiguous_or_unknown_abbreviation_is_refused(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = script_of(":param size: s\n:param sizes: s", tmp_path)
    with pytest.raises(SystemExit, match="2"):
        run(path, *words, monkeypatch=monkeypatch)


HOSTILE = 'it\'s "quoted", 100% of %(prog)s {x} \\\\ \\"\\"\\" é\n    over lines: here'


def test_help_shows_any_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script_of(
        f"Prose.\n\n:param Literal['a b', '[c'] x: {HOSTILE}\n:param y: short", tmp_path
    )
    with pytest.raises(SystemExit) as stopped:
        run(path, "-h", monkeypatch=monkeypatch)
    assert stopped.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert 'it\'s "quoted", 100% of %(prog)s {x} \\ """ é over lines: here' in told


def test_a_default_keeps_its_own_spelling(tmp_path: Path) -> None:
    fields = {
        "a": ("int", "0x1F"),
        "b": ("float", "1_0.50"),
        "c": ("str", "'a' \"b\""),
        "d": ("list[float]", "[1, .5 , -2e3]"),
        "e": ("str", "r'\\d'"),
    }
    lines = [f":param {kind} {name}: Defaults to {text}." for name, (kind, text) in fields.items()]
    text = script_of("\n".join(lines), tmp_path).read_text(encoding="utf-8")
    signature = ", ".join(f"{name}={given}" for name, (_, given) in fields.items())
    assert f"def mlvtools_case({signature}):" in text.replace("\\\\", "\\")


def function_of(path: Path) -> Any:
    return runpy.run_path(str(path), run_name="imported")[function_name("case")]


def test_the_function_runs_the_file_and_returns_its_names(tmp_path: Path) -> None:
    path = script_of(
        ":param int a: a\n:param list b: b. Defaults to ['x'].\n:param c: c\n:param int? d: d",
        tmp_path,
        "b.append(a)\nresult = [a, b, c, d, __name__]",
    )
    call = function_of(path)
    assert call(1, c=2)["result"] == [1, ["x", 1], 2, None, "__main__"]
    assert call(1, c=2)["b"] == ["x", 1]
    assert call(3, ["y"], c=None, d=4)["result"] == [3, ["y", 3], None, 4, "__main__"]
    with pytest.raises(TypeError):
        call(1, ["y"], 2)
    assert call.__doc__.startswith(":param int a: a")


def test_a_function_without_params_doesnt_read_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = script_of("Nothing.", tmp_path, "x = 1")
    monkeypatch.setattr(sys, "argv", ["pytest", "--unknown"])
    assert function_of(path)()["x"] == 1


def test_params_may_be_named_like_what_the_script_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [
        "argparse",
        "sys",
        "re",
        "given",
        "globals",
        "list",
        "parser",
        "words",
        "vars",
        "runpy",
    ]
    names += ["boolean", "path", "dict", "spelled", "print", "open", "größe"]
    fields = "\n".join(f":param {name}: t" for name in names)
    path = script_of(fields, tmp_path, "seen = [" + ", ".join(names) + "]")
    found = run(path, *(f"--{name}={name}" for name in names), monkeypatch=monkeypatch)
    assert found["seen"] == names
    assert function_of(path)(*names)["seen"] == names


def test_importing_does_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script_of(":param int a: a", tmp_path, "print('ran')\nmade = 1")
    names = runpy.run_path(str(path), run_name="imported")
    assert "made" not in names and capsys.readouterr().out == ""
