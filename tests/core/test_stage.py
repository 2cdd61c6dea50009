"""Directives as a stage: the fields, the order and quoting of arguments, and what is refused."""

from __future__ import annotations

import shlex
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import docstring, stage
from jupyterlab_dvc.errors import JupyterLabDVCError, Problem
from jupyterlab_dvc.model import Directives, Hyperparameter, Parameter, PathDirective, Stage
from jupyterlab_dvc.stage import StageContext, build, escape, stage_name, unescape

from .strategies import fuzzed

SCRIPT = PurePosixPath("pipeline/scripts/mlvtools_x.py")
RUN = f"python {SCRIPT}"


def of(text: str, **context: Any) -> Stage:
    """The stage of a docstring whose first line is line 3 of cell 5."""
    located = docstring.locate('# a\n\nr"""\n' + text + '\n"""\n', 5)
    assert located is not None
    parsed = docstring.parse(located)
    assert parsed.errors == ()
    context.setdefault("read_params", {}.get)
    return build(located, parsed.directives, StageContext(Path(), SCRIPT, "mlvtools_x", **context))


def problems_of(text: str, **context: Any) -> tuple[Problem, ...]:
    with pytest.raises(JupyterLabDVCError) as raised:
        of(text, **context)
    return raised.value.problems


FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("", {"cmd": RUN}),
    (":dvc-in: a", {"deps": [str(SCRIPT), "a"]}),
    (":param p: t\n:dvc-in p: a", {"cmd": f"{RUN} --p=a", "deps": [str(SCRIPT), "a"]}),
    (":dvc-in: a\n:dvc-in: b\n:dvc-in: a", {"deps": [str(SCRIPT), "a", "b"]}),
    (":dvc-in: ./a\n:dvc-in: a", {"deps": [str(SCRIPT), "./a"]}),
    (f":dvc-in: ./{SCRIPT}", {"deps": [str(SCRIPT)]}),
    (":dvc-out: a", {"outs": ["a"]}),
    (":param p: t\n:dvc-out p: a", {"cmd": f"{RUN} --p=a", "outs": ["a"]}),
    (":dvc-out-persist: a", {"outs": [{"a": {"persist": True}}]}),
    (":dvc-metric: a", {"metrics": [{"a": {"cache": False}}]}),
    (
        ":param p: t\n:dvc-metric p: a",
        {"cmd": f"{RUN} --p=a", "metrics": [{"a": {"cache": False}}]},
    ),
    (":dvc-plot: a", {"plots": ["a"]}),
    (":param p: t\n:dvc-plot p: a", {"cmd": f"{RUN} --p=a", "plots": ["a"]}),
    (":dvc-desc: it's ${x}", {"desc": "it's \\${x}"}),
    (":dvc-frozen:", {"frozen": True}),
    (":dvc-always-changed:", {"always_changed": True}),
    (":dvc-extra: --x 1 $HOME *.txt", {"cmd": f"{RUN} --x 1 $HOME *.txt"}),
    (":dvc-extra: --x ${x} \\${y}", {"cmd": f"{RUN} --x ${{x}} \\${{y}}"}),
    (":dvc-extra: --x\n  1\n:dvc-extra: --y", {"cmd": f"{RUN} --x 1 --y"}),
    (":dvc-extra: --x   1    '2  3'", {"cmd": f"{RUN} --x 1 '2 '' 3'"}),
    (":param A_b: t\n:dvc-in A_b: a", {"cmd": f"{RUN} --A-b=a", "deps": [str(SCRIPT), "a"]}),
    (":param p: t\n:dvc-in p: a b", {"cmd": f"{RUN} --p='a b'", "deps": [str(SCRIPT), "a b"]}),
    (":param p: t\n:dvc-in p: -a", {"cmd": f"{RUN} --p=-a", "deps": [str(SCRIPT), "-a"]}),
    (
        ":param p: t\n:dvc-in p: ${x}",
        {"cmd": f"{RUN} --p='\\${{x}}'", "deps": [str(SCRIPT), "\\${x}"]},
    ),
    (
        ":param p: t\n:dvc-in p: \\${x}",
        {"cmd": f"{RUN} --p='\\\\${{x}}'", "deps": [str(SCRIPT), "\\\\${x}"]},
    ),
    (":dvc-param: a.b\n:dvc-param: c", {"params": ["a.b", "c"]}),
    (
        ":dvc-param: f.yaml:a\n:dvc-param: b\n:dvc-param: f.yaml:c",
        {"params": [{"f.yaml": ["a", "c"]}, "b"]},
    ),
    (":dvc-param: a\n:dvc-param: a", {"params": ["a"]}),
    (
        ":dvc-cmd: dvc run -d a -o b $MLV_PY_CMD_PATH",
        {"cmd": RUN, "deps": [str(SCRIPT), "a"], "outs": ["b"]},
    ),
    (":dvc-cmd: dvc run -d $MLV_PY_CMD_PATH -d ./a x", {"cmd": "x", "deps": [str(SCRIPT), "./a"]}),
    (":dvc-cmd: dvc run -w d -d a x", {"cmd": "x", "wdir": "d", "deps": [f"../{SCRIPT}", "a"]}),
    (
        ":dvc-cmd: dvc run -p a -p f.json:b x\n:dvc-param: c",
        {"cmd": "x", "params": ["a", {"f.json": ["b"]}, "c"]},
    ),
    (
        ":dvc-cmd: dvc run -M m x\n:dvc-metric: n\n:dvc-desc: d",
        {"cmd": "x", "metrics": [{"m": {"cache": False}}, {"n": {"cache": False}}], "desc": "d"},
    ),
    (
        ':dvc-cmd: dvc run \\\n   -d a\\ b \\\n   "x\n   && y"',
        {"cmd": "x && y", "deps": [str(SCRIPT), "a b"]},
    ),
]


@pytest.mark.parametrize(("text", "expected"), FIELDS, ids=[t for t, _ in FIELDS])
def test_each_directive_in_the_stage(text: str, expected: dict[str, Any]) -> None:
    built = of(text)
    fields = {key: value for key, value in built.fields.items() if key != "meta"}
    assert fields == {"cmd": RUN, "deps": [str(SCRIPT)], **expected}
    assert [problem for problem in built.problems if problem.code != "param-unfed"] == []


def test_arguments_stand_in_one_order_whatever_the_docstring_s() -> None:
    built = of(
        ":param a: t\n:param b: t\n:param c: t\n:param d: t\n:param e: t\n:param f: t\n"
        ":dvc-param f: k\n:dvc-plot e: pl\n:dvc-metric d: me\n:dvc-out-persist c: pe\n"
        ":dvc-out b: ou\n:dvc-in a: in\n:dvc-extra: --more",
        read_params={"params.yaml": {"k": 1}}.get,
    )
    assert built.fields["cmd"] == (f"{RUN} --more --a=in --b=ou --c=pe --d=me --e=pl --f='${{k}}'")


def test_the_script_the_modules_and_the_notebook_are_in_the_stage() -> None:
    built = of(
        ":dvc-in: a",
        notebook="n ${b}.ipynb",
        modules=(PurePosixPath("lib/m ${x}.py"), PurePosixPath("a")),
    )
    assert built.fields["deps"] == [str(SCRIPT), "a", "lib/m \\${x}.py"]
    assert built.fields["meta"] == {
        "jupyterlab-dvc": {
            "notebook": "n \\${b}.ipynb",
            "sha256": stage.fingerprint(built.fields),
        }
    }
    assert list(built.fields) == ["cmd", "deps", "meta"]


def test_a_line_break_is_no_second_command() -> None:
    directives = Directives(paths=(PathDirective("in", "a\ntouch pwned\nb"),))
    named = Directives((Parameter("p"),), (PathDirective("in", "a\nb", "p"),))
    context = StageContext(Path(), SCRIPT, "x")
    located = docstring.locate('""', 1)
    assert located is not None
    assert build(located, directives, context).fields["cmd"] == RUN
    assert build(located, named, context).fields["cmd"] == [f"{RUN} --p='a\nb'"]


NAMES = [
    ("train", "train"),
    ("train.dvc", "train"),
    ("a.b.dvc", "a_b"),
    ("sub/train.dvc", "sub_train"),
    ("a@b", "a_b"),
    ("a b", "a b"),
    ("ünï-c_d", "ünï-c_d"),
    ("-x", "_x"),
    ("$(touch pwned)", "__touch pwned_"),
]


@pytest.mark.parametrize(("text", "name"), NAMES, ids=[t for t, _ in NAMES])
def test_a_meta_file_names_the_stage(text: str, name: str) -> None:
    assert stage_name(text) == name
    assert of(f":dvc-meta-file: {text}").name == name


def test_where_the_name_comes_from() -> None:
    assert of("").name == "mlvtools_x"
    assert of(":dvc-cmd: dvc run -f own.dvc x").name == "own"
    assert of(":dvc-cmd: dvc run -f $MLV_DVC_META_FILENAME x\n:dvc-meta-file: m.dvc").name == "m"
    assert of(":dvc-cmd: dvc run -f $MLV_DVC_META_FILENAME x").name == "mlvtools_x"


REFUSED = [
    (":dvc-out: a\n:dvc-out: ./a", [("path-twice", 5)]),
    (":dvc-out: a\n:dvc-metric: a", [("path-twice", 5)]),
    (":dvc-out: a\n:dvc-out: a/b", [("path-twice", 5)]),
    (":dvc-in: a\n:dvc-out: a", [("path-in-and-out", 5)]),
    (":dvc-in: a/b\n:dvc-out: a", [("path-in-and-out", 4)]),
    (":dvc-in: a\n:dvc-out: a/b", [("path-in-and-out", 4)]),
    (f":dvc-out: {SCRIPT}", [("path-in-and-out", 4)]),
    (":dvc-out: pipeline", [("path-in-and-out", 4)]),
    (":dvc-out: ../a", [("path-outside", 4)]),
    (":dvc-out: x.dvc", [("path-dvc-file", 4)]),
    (":dvc-out: d/dvc.yaml", [("path-dvc-file", 4)]),
    (f":dvc-out: {60 * 'x'}  y", [("path-spaces", 4)]),
    (f":dvc-in: {60 * 'x'}  y", [("path-spaces", 4)]),
    (":dvc-meta-file: .dvc", [("stage-name", 4)]),
    (":dvc-meta-file: @", [("stage-name", 4)]),
    (":dvc-extra: 'a", [("shell-quote", 4)]),
    (":dvc-extra: a # b", [("shell-comment", 4)]),
    (":dvc-extra: a && b", [("shell-operator", 4)]),
    (":dvc-extra: a > b", [("shell-operator", 4)]),
    (":dvc-extra: a \\", [("shell-backslash", 4)]),
    (":dvc-extra: $(b", [("shell-quote", 4)]),
    (":dvc-cmd: cd x && dvc run y", [("command-first", 4)]),
    (":dvc-cmd: dvc run -o a -o a x", [("path-twice", 4)]),
    (":dvc-cmd: dvc run -d a -o a x", [("path-in-and-out", 4)]),
    (":dvc-cmd: dvc run -o a x\n:dvc-plot: a", [("path-twice", 5)]),
    (":dvc-param: a*b", [("hyperparameter-key", 4)]),
    (":param p: t\n:dvc-param p: x", [("hyperparameter-missing", 5)]),
    (
        ":dvc-out: a\n:dvc-out: a\n:dvc-extra: '\n:dvc-out: x.dvc",
        [("shell-quote", 6), ("path-twice", 5), ("path-dvc-file", 7)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED, ids=[t for t, _ in REFUSED])
def test_what_is_refused_names_its_line(text: str, expected: list[tuple[str, int]]) -> None:
    found = problems_of(text)
    assert [(p.code, p.place.line) for p in found] == expected
    assert all(p.place.cell == 5 and p.message and p.hint for p in found)


UNFED = [
    (":param p: t", ["p"]),
    (":param p: t\n:param q: u", ["p", "q"]),
    (":param p: t\n:dvc-in p: a", []),
    (":param p: t Defaults to 'a'.", []),
    (":param str? p: t", []),
    (":param p: t\n:dvc-extra: --p 1", []),
    (":param p_q: t\n:dvc-extra: --p-q=1", []),
    (":param pqr: t\n:dvc-extra: --pq=1", []),
    (":param p: t\n:dvc-extra: --q 1", ["p"]),
    (":param p: t\n:dvc-extra: ${model}", []),
    (":param p: t\n:dvc-extra: --q=${model}", ["p"]),
    (":param p: t\n:dvc-cmd: dvc run $MLV_PY_CMD_PATH --p 1", []),
    (":param p: t\n:dvc-cmd: dvc run '$MLV_PY_CMD_PATH --p 1'", []),
    (":param p: t\n:dvc-cmd: dvc run $MLV_PY_CMD_PATH", ["p"]),
    (":param p: t\n:dvc-param p: k", []),
    (":param p: t\n:dvc-param: k", ["p"]),
]


@pytest.mark.parametrize(("text", "names"), UNFED, ids=[t for t, _ in UNFED])
def test_a_required_param_that_nothing_feeds_is_said(text: str, names: list[str]) -> None:
    built = of(text, read_params={"params.yaml": {"k": 1}}.get)
    unfed = [problem for problem in built.problems if problem.code == "param-unfed"]
    assert [problem.args["name"] for problem in unfed] == names
    for number, problem in enumerate(unfed):
        assert (problem.severity, problem.place.cell) == ("warning", 5)
        assert problem.place.line == 4 + number


def test_an_unquoted_rest_is_said() -> None:
    (problem,) = of(":dvc-cmd: dvc run x && y").problems
    assert (problem.code, problem.place.line) == ("command-joined", 4)


@given(text=st.text("${}\\a'\" \n;x", max_size=12))
@fuzzed
def test_what_is_escaped_comes_back_from_dvc_and_the_shell(text: str) -> None:
    from dvc.parsing.context import Context

    assert Context({"x": "WRONG", "a": "WRONG"}).resolve_str(escape(text)) == text
    word = stage.option("p", text)
    resolved = Context({"x": "WRONG", "a": "WRONG"}).resolve_str(word)
    assert shlex.split(str(resolved)) == [f"--p={text}"]
    assert unescape(escape(text)) == text


def test_a_broken_params_file_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("a: 1\nb: {\n")
    from jupyterlab_dvc import params

    (problem,) = problems_of(":param p: t\n:dvc-param p: a", read_params=params.reader(tmp_path))
    assert (problem.code, problem.place.path, problem.place.cell) == (
        "yaml-invalid",
        "params.yaml",
        None,
    )


def test_a_notebook_whose_name_is_no_utf8_is_still_named() -> None:
    meta: Any = of("", notebook="a\udcff.ipynb").fields["meta"]
    assert meta["jupyterlab-dvc"]["notebook"] == "a\\udcff.ipynb"


@pytest.mark.parametrize(
    "directives",
    [
        Directives(paths=(PathDirective("in", "a", "{{;touch pwned;}}", 1),)),
        Directives(hyperparameters=(Hyperparameter("k", None, "$(touch pwned)", 1),)),
    ],
)
def test_what_a_template_left_is_no_name_for_an_option(directives: Directives) -> None:
    located = docstring.locate('"""x"""', 5)
    assert located is not None
    with pytest.raises(JupyterLabDVCError) as raised:
        build(located, directives, StageContext(Path(), SCRIPT, "x", read_params={"k": 1}.get))
    assert ("related-unknown", 1) in [(p.code, p.place.line) for p in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (":param unfed: t", 4),
        ("A step.\n:dvc-cmd: dvc run cmd && more", 5),
        (":param p: t\n\n:dvc-param p: missing", 6),
        (":dvc-in: a\n:dvc-out: a", 5),
        ('prose\n:dvc-extra: "a', 5),
    ],
)
def test_a_problem_of_a_script_has_its_line(text: str, line: int) -> None:
    """The docstring of a script has lines, but no cell."""
    located = docstring.locate('# a\n\nr"""\n' + text + '\n"""\n', None)
    assert located is not None
    directives = docstring.parse(located).directives
    context = StageContext(Path(), SCRIPT, "mlvtools_x", read_params=dict[str, object]().get)
    try:
        found = build(located, directives, context).problems
    except JupyterLabDVCError as error:
        found = error.problems
    assert [(problem.place.cell, problem.place.line) for problem in found] == [(None, line)]
