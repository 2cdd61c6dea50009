"""The grammar of the docstring: each rule with the text that it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import docstring
from jupyterlab_dvc.errors import Place, Refused
from jupyterlab_dvc.model import (
    Directives,
    Docstring,
    Hyperparameter,
    Parameter,
    ParamType,
    PathDirective,
    Text,
)
from tests.core.strategies import directives as any_directives
from tests.core.strategies import fuzzed

STR = ParamType(source="str")


def doc(text: str) -> Docstring:
    return Docstring(text, 3, tuple(range(1, text.count("\n") + 2)))


def understood(text: str) -> Directives:
    parsed = docstring.parse(doc(text))
    assert parsed.problems == ()
    return parsed.directives


def said(text: str) -> list[tuple[str, int | None]]:
    """The problems as (code, line of the cell)."""
    return [(found.code, found.place.line) for found in docstring.parse(doc(text)).problems]


def param(
    name: str, type: ParamType = STR, text: str = "", default: str | None = None
) -> Directives:
    return Directives(params=(Parameter(name, type, text, default),))


def path(kind: str, path: str, name: str | None = None) -> Directives:
    directive = PathDirective(kind, path, name)  # type: ignore[arg-type]  # rows of a table
    if name is None:
        return Directives(paths=(directive,))
    return Directives(params=(Parameter(name),), paths=(directive,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":param str a: the text", param("a", text="the text")),
        (":param a: the text", param("a", ParamType(), "the text")),
        (":param str a:", param("a")),
        (":param str a :x", param("a", text="x")),
        (":param\tstr\ta\t:\tx", param("a", text="x")),
        (": param str a: x", param("a", text="x")),
        (":param str a: b: c", param("a", text="b: c")),
        (":param str a: b\n    c\n  d\n\nprose", param("a", text="b\nc\nd")),
        (":param str a:\n    b", param("a", text="b")),
        (":param str a: see\n    :class:`Foo`, :x", param("a", text="see\n:class:`Foo`, :x")),
        (":param str a: b\n:returns: nothing\n  more", param("a", text="b")),
        (':param str a: it\'s\n   "quoted" 100 %', param("a", text='it\'s\n"quoted" 100 %')),
        (":param str str: x", param("str", text="x")),
        (":arg str a: x", param("a", text="x")),
        (":keyword str a: x", param("a", text="x")),
        (
            ":param Literal['a:b'] mode: x",
            param("mode", ParamType("Literal", choices=("a:b",), source="Literal['a:b']"), "x"),
        ),
        (
            ":param Literal['a b', \"c]\"] mode: x",
            param(
                "mode",
                ParamType("Literal", None, False, ("a b", "c]"), "Literal['a b', \"c]\"]"),
                "x",
            ),
        ),
        (
            ":param Literal['it\\'s:'] mode: x",
            param(
                "mode", ParamType("Literal", choices=("it's:",), source="Literal['it\\'s:']"), "x"
            ),
        ),
        (
            ":param int | None depth: x",
            param("depth", ParamType("int", optional=True, source="int | None"), "x"),
        ),
        (":param int? depth:", param("depth", ParamType("int", optional=True, source="int?"))),
        (
            ':param str a: b.\n  Defaults to "c: d".',
            param("a", STR, 'b.\nDefaults to "c: d".', '"c: d"'),
        ),
        (":dvc-in: ./a b/c", path("in", "./a b/c")),
        (":dvc-in:./a", path("in", "./a")),
        (":dvc-out result : path\n:param result:", path("out", "path", "result")),
        (":dvc-in a: x\n:param a:", path("in", "x", "a")),
        (":dvc-out: C:\\x", path("out", "C:\\x")),
        (":dvc-out-persist: x", path("out-persist", "x")),
        (":dvc-metric: x", path("metric", "x")),
        (":dvc-plot: x", path("plot", "x")),
        (":dvc-in: $(touch pwned); '\"`# ü 🙂", path("in", "$(touch pwned); '\"`# ü 🙂")),
        (":dvc-in: -x", path("in", "-x")),
        (":dvc-in: a\n\nprose", path("in", "a")),
        (":dvc-in: a  ", path("in", "a")),
        (":dvc-extra: --a 1\n    --b 2", Directives(extras=(Text("--a 1 --b 2"),))),
        (":dvc-extra: --a\n:dvc-extra: -b", Directives(extras=(Text("--a"), Text("-b")))),
        (":dvc-extra: --x ${a.b} \\${y}", Directives(extras=(Text("--x ${a.b} \\${y}"),))),
        (":dvc-cmd:dvc run -o a\n b", Directives(command=Text("dvc run -o a b"))),
        (":dvc-cmd: dvc run \\\n  -o a \\\n  b", Directives(command=Text("dvc run -o a b"))),
        (":dvc-cmd:\n   dvc run b", Directives(command=Text("dvc run b"))),
        (":dvc-cmd: echo a\\\\\n  b", Directives(command=Text("echo a\\\\ b"))),
        (":dvc-cmd: x\n\n  y", Directives(command=Text("x"))),
        (":dvc-meta-file: name.dvc", Directives(stage_name=Text("name.dvc"))),
        (":dvc-param: train.lr", Directives(hyperparameters=(Hyperparameter("train.lr"),))),
        (":dvc-param: params.yaml:lr", Directives(hyperparameters=(Hyperparameter("lr"),))),
        (
            ":dvc-param: a/b.json:lr",
            Directives(hyperparameters=(Hyperparameter("lr", "a/b.json"),)),
        ),
        (
            ":param float lr:\n:dvc-param lr: x:lr",
            Directives(
                params=(Parameter("lr", ParamType("float", source="float")),),
                hyperparameters=(Hyperparameter("lr", "x", "lr"),),
            ),
        ),
        (":dvc-desc: What it\n  does.", Directives(desc=Text("What it\ndoes."))),
        (":dvc-frozen:", Directives(frozen=True)),
        (":dvc-always-changed:\n:dvc-frozen :", Directives(frozen=True, always_changed=True)),
        ("Prose: of any kind\n:author: me\n:key: value\n:: x\n:", Directives()),
        ("", Directives()),
        # Indented deeper than the field above it: still a field.
        ("  :param a:\n      :dvc-in a: x", path("in", "x", "a")),
    ],
)
def test_a_field_is_read(text: str, expected: Directives) -> None:
    assert understood(text) == expected


def test_mlv_tools_metadata_reads_as_its_users_wrote_it() -> None:
    found = understood(
        """
        Step: split

         :param str input_csv_file: Path to input file
         :param out: Path
         :param List[int] sizes: Sizes
         :param float learning_rate: Learning rate

         :dvc-in input_csv_file: ./data/in.csv
         :dvc-in: {{ conf.filter }}
         :dvc-out out: ./data/out.bin
         :dvc-out-persist: ./data/out.vec
         :dvc-extra: --learning-rate 0.7
             --sizes 1 2
         :dvc-meta-file: split.dvc
        """
    )
    assert [item.name for item in found.params] == [
        "input_csv_file",
        "out",
        "sizes",
        "learning_rate",
    ]
    assert [(item.kind, item.path, item.param) for item in found.paths] == [
        ("in", "./data/in.csv", "input_csv_file"),
        ("in", "{{ conf.filter }}", None),
        ("out", "./data/out.bin", "out"),
        ("out-persist", "./data/out.vec", None),
    ]
    assert found.extras == (Text("--learning-rate 0.7 --sizes 1 2"),)
    assert found.stage_name == Text("split.dvc")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (":param", [("field-unclosed", 1)]),
        (":param str a", [("field-unclosed", 1)]),
        ("\n:dvc-in x", [("field-unclosed", 2)]),
        (":param:", [("param-name-missing", 1)]),
        (":param : x", [("param-name-missing", 1)]),
        (":param str 1a:", [("param-name-invalid", 1)]),
        (":param str a-b:", [("param-name-invalid", 1)]),
        (":param str it's: x", [("param-name-invalid", 1)]),
        (":param Literal['a', 'b']: x", [("param-name-invalid", 1)]),
        (":param str class:", [("param-name-keyword", 1)]),
        (":param None:", [("param-name-keyword", 1)]),
        (":param bool help:", [("param-name-help", 1)]),
        (":param str __name__:", [("param-name-dunder", 1)]),
        (":param dict a:", [("param-type-unknown", 1)]),
        (":param str int a:", [("param-type-unknown", 1)]),
        (":param List[int a: x", [("param-type-unknown", 1)]),
        (":param a:\n:param int a:", [("param-duplicate", 2)]),
        # Python reads both as the same name.
        (":param ﬁ:\n:param fi:", [("param-duplicate", 2)]),
        (":param bool x:\n:param no_x:", [("param-negation", 2)]),
        (":param no_x:\n:param bool? x:", [("param-negation", 1)]),
        (":param no_x:\n:param x:", []),
        (":dvc-in:", [("path-missing", 1)]),
        (":dvc-out:   ", [("path-missing", 1)]),
        (":dvc-in a: x", [("related-unknown", 1)]),
        (":dvc-param a: x", [("related-unknown", 1)]),
        (":dvc-in a b: x", [("related-too-many", 1)]),
        (":param int a:\n:dvc-in a: x", [("related-type", 2)]),
        (":param List[str] a:\n:dvc-in a: x", [("related-type", 2)]),
        (":param Path a:\n:dvc-in a: x", []),
        (":param file a:\n:dvc-in a: x", [("param-type-unknown", 1)]),
        (":param pathlib.Path a:\n:dvc-in a: x", []),
        (":param str? a:\n:dvc-in a: x", []),
        (":param a:\n:dvc-in a: x\n:dvc-out a: y", [("related-twice", 3)]),
        (":dvc-in: a\n  b", [("field-one-line", 2)]),
        (":dvc-in:\n  b", [("field-one-line", 2), ("path-missing", 1)]),
        (":dvc-meta-file: a\nb", [("field-one-line", 2)]),
        (":dvc-param: a\nb", [("field-one-line", 2)]),
        (":dvc-frozen:\nb", [("field-one-line", 2)]),
        (":dvc-in: a\\tb".replace("\\t", "\t"), [("field-control", 1)]),
        (":dvc-in: a\x00", [("field-control", 1)]),
        (":dvc-cmd: a\x07", [("field-control", 1)]),
        (":dvc-out: \ud800", [("field-control", 1)]),
        (":dvc-extra:", [("text-missing", 1)]),
        (":dvc-extra a: x", [("field-takes-no-name", 1)]),
        (":dvc-cmd:", [("text-missing", 1)]),
        (":dvc-cmd a: x", [("field-takes-no-name", 1)]),
        (":dvc-meta-file:", [("text-missing", 1)]),
        (":dvc-desc:", [("text-missing", 1)]),
        (":dvc-param:", [("key-missing", 1)]),
        (":dvc-param: a.yaml:", [("key-missing", 1)]),
        (":dvc-param: :a", [("key-missing", 1)]),
        (":dvc-param: ./:a", []),
        (":dvc-frozen: false", [("flag-with-text", 1)]),
        (":dvc-always-changed x:", [("flag-with-text", 1)]),
        (":dvc-cmd: a\n:dvc-cmd: b", [("field-twice", 2)]),
        (":dvc-meta-file: a\n:dvc-meta-file: b", [("field-twice", 2)]),
        (":dvc-desc: a\n:dvc-desc: b", [("field-twice", 2)]),
        (":dvc-cmd: a\n:dvc-in: b", [("command-exclusive", 1)]),
        (":dvc-out: b\n:dvc-cmd: a", [("command-exclusive", 2)]),
        (":dvc-cmd: a\n:dvc-out-persist: b", [("command-exclusive", 1)]),
        (":dvc-cmd: a\n:dvc-extra: b", [("command-exclusive", 1)]),
        (":dvc-cmd: a\n:dvc-desc: b\n:dvc-meta-file: c\n:dvc-frozen:", []),
        (":dvc-ins: a", [("field-unknown", 1)]),
        (":dvc_out: a", [("field-unknown", 1)]),
        (":Param str a: b", [("field-unknown", 1)]),
        (":returns: a\n:dvc: x\n:parent: y", []),
        # Each of them is said, in the order of their lines.
        (
            ":dvc-in:\n:param dict a:\n:param help:\n\n:dvc-frozen: x",
            [
                ("path-missing", 1),
                ("param-type-unknown", 2),
                ("param-name-help", 3),
                ("flag-with-text", 5),
            ],
        ),
        # Only one branch will be there.
        ("{% if a %}\n:dvc-in: x\n{% else %}\n:dvc-cmd: y\n{% endif %}", []),
        (":dvc-in: a\n{% if conf.b %}:dvc-in: b{% endif %}\n:dvc-out: c", []),
        (":dvc-in: a\n{{ conf.fields }}", []),
        ("{% for f in conf.files %}\n:dvc-in: {{ f }}\n{% endfor %}\n\nprose", []),
        (":dvc-in {{ conf.name }}: x", []),
        # A brace alone makes no template; the name would be the shell's.
        (":param x:\n:dvc-in {x}: a", [("related-unknown", 2)]),
        (":param x:\n:dvc-param ${x}: a", [("related-unknown", 2)]),
        (":param x:\n:dvc-in {;touch pwned;}: a", [("related-too-many", 2)]),
        (":param str a: Defaults to b.", [("param-default-quotes", 1)]),
        (":param int a: Defaults to many.", [("param-default-not-literal", 1)]),
        (":param int a: defaults to 3", [("param-default-form", 1)]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, problems: list[tuple[str, int]]) -> None:
    assert sorted(said(text)) == sorted(problems)
    assert [line for _, line in said(text)] == sorted(line for _, line in problems)


def test_a_problem_names_cell_and_line_and_what_to_write() -> None:
    source = "# why\n'''\n:param str data: x\n:dvc-in data:\n'''\nx = 1"
    found = docstring.locate(source, 4)
    assert found is not None
    (problem,) = docstring.parse(found).problems
    assert problem.place == Place(None, 4, 4)
    assert str(problem.at(path="train.ipynb")) == (
        "train.ipynb, cell 4, line 4: `:dvc-in:` has no path on its line. "
        "Expected `:dvc-in param: path`."
    )


def test_lines_are_those_of_the_text() -> None:
    found = understood("\n:param a: x\n  y\n\n:dvc-in a: p\n:dvc-param: k\n:dvc-desc: d")
    assert found.params[0].line == 2
    assert found.paths[0].line == 5
    assert found.hyperparameters[0].line == 6
    assert found.desc is not None and found.desc.line == 7


@fuzzed
@given(any_directives())
def test_what_is_written_reads_the_same(found: Directives) -> None:
    parsed = docstring.parse(doc(docstring.write(found)))
    assert parsed.directives == found
    assert parsed.errors == ()


@fuzzed
@given(
    st.lists(
        st.sampled_from(
            [
                ":param",
                " str",
                " a",
                ":",
                " x",
                "\n",
                "[",
                "'",
                ":dvc-in",
                ":dvc-cmd",
                "\n\n",
                "{%",
                "%}",
                "{#",
                "Defaults to ",
                "1.",
                "\t",
                "\\",
                "|",
                "None",
                "?",
                ":dvc-param",
                "List[",
                "]",
                "\x00",
                "ä",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_no_text_is_too_broken_to_be_read(text: str) -> None:
    for problem in docstring.parse(doc(text)).problems:
        assert problem.place.cell == 3
        assert 1 <= (problem.place.line or 0) <= text.count("\n") + 1
        assert problem.message and problem.hint


@pytest.mark.parametrize(
    "found",
    [
        path("in", "a\nb"),
        path("in", " a"),
        path("in", "a "),
        path("in", ""),
        path("in", "a\tb"),
        path("in", "a\n:dvc-cmd: rm -rf ."),
        path("in", "x", "a b"),
        Directives(params=(Parameter("a", STR, "x\n:param b: y"),)),
        Directives(params=(Parameter("a", STR, "x\n\ny"),)),
        Directives(params=(Parameter("a b"),)),
        Directives(params=(Parameter("class"),)),
        Directives(params=(Parameter("a", ParamType("int")),)),
        Directives(params=(Parameter("a", STR, "x", "'y'"),)),
        Directives(extras=(Text("a\nb"),)),
        Directives(command=Text("")),
        Directives(stage_name=Text("a\nb")),
        Directives(hyperparameters=(Hyperparameter("a:b"),)),
        Directives(hyperparameters=(Hyperparameter("a", "params.yaml"),)),
        Directives(desc=Text("a\n\nb")),
    ],
)
def test_what_the_text_cannot_say_is_refused(found: Directives) -> None:
    with pytest.raises(Refused):
        docstring.write(found)


def test_a_hostile_docstring_takes_no_longer_than_its_length() -> None:
    text = "{%%}" * 5_000 + "x\n:param a: " + "default to Defaults to " * 5_000 + "x."
    assert docstring.parse(doc(text)).directives.params[0].name == "a"
