"""A plain notebook's step: what moves to its new first cell, and which files it names."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import cellcode, docstring, literal
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.model import Cell, Directives
from jupyterlab_dvc.proposal import Proposal, propose
from tests.core.strategies import fuzzed

KEYS = ("# No effect",)
NAMED = ":dvc-desc: my notebook"
"""What there is to say where nothing else is."""


def proposed(*sources: str, folder: str = "") -> Proposal:
    cells = [Cell(number, "code", source) for number, source in enumerate(sources, 1)]
    return propose(cells, KEYS, "my notebook", folder, "/project")


def left(found: Proposal, *sources: str) -> list[str]:
    """The cells without what moved."""
    texts = list(sources)
    for cell, start, stop in reversed(found.removals):
        texts[cell - 1] = texts[cell - 1][:start] + texts[cell - 1][stop:]
    return texts


def text_of(found: Proposal) -> str:
    """The docstring, checked to say what the proposal does without a mistake."""
    located = docstring.locate(found.first, 1)
    assert located is not None
    parsed = docstring.parse(located)
    assert (parsed.directives, parsed.errors) == (found.directives, ())
    return located.text.strip()


def test_a_notebook_that_reads_and_writes() -> None:
    sources = (
        "import pandas as pd\nfrom pathlib import Path\n",
        "SOURCE = 'data/in.csv'  # what comes in.\nLIMIT = 3\nOUT = Path('data/out.csv')",
        "df = pd.read_csv(SOURCE).head(LIMIT)\ndf.to_csv(OUT)\nother = open('more.txt').read()\n",
    )
    found = proposed(*sources)
    assert found.first == (
        '"""\n:param str SOURCE: what comes in\n:param int LIMIT: Defaults to 3.\n'
        ":param Path OUT:\n\n:dvc-in SOURCE: data/in.csv\n:dvc-out OUT: data/out.csv\n"
        ':dvc-in: more.txt\n"""\nfrom pathlib import Path\n'
        "SOURCE = 'data/in.csv'  # what comes in.\nLIMIT = 3\nOUT = Path('data/out.csv')"
    )
    assert left(found, *sources) == [sources[0], "", sources[2]]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("sources", "param"),
    [
        (["N = 3", "print(N)"], ":param int N: Defaults to 3."),
        (["n = 3", "print(n)"], ":param int n: Defaults to 3."),
        (["n: float = -1.5", "print(n)"], ":param float n: Defaults to -1.5."),
        (["n = 3  # how many", "print(n)"], ":param int n: how many. Defaults to 3."),
        (["n = '#'  # :dvc-in: x", "print(n)"], ":param str n: :dvc-in: x. Defaults to '#'."),
        (
            ["n = 3  # 3 or more # rows.", "print(n)"],
            ":param int n: 3 or more # rows. Defaults to 3.",
        ),
        (["n = 3  # Defaults to 5.", "print(n)"], ":param int n: Defaults to 3."),
        (["n = '#'", "print(n)"], ":param str n: Defaults to '#'."),
        (["n = 'a' 'b'", "print(n)"], ":param str n: Defaults to 'a' 'b'."),
        (['n = """a\nb"""', "print(n)"], ":param str n: Defaults to 'a\\nb'."),
        (["n = True", "print(n)"], ":param bool n: Defaults to True."),
        (["n = Path('a')", "print(n)"], ":param Path n: Defaults to 'a'."),
        (["N = [1, 2]", "print(N)"], ":param list[int] N: Defaults to [1, 2]."),
        (["N = [\n 'a',\n]", "print(N)"], ":param list[str] N: Defaults to ['a']."),
        (["n = 3\nprint(n)"], ":param int n: Defaults to 3."),
        (["def f():\n    return N", "N = 3", "f()"], ":param int N: Defaults to 3."),
        (["DIR = 'd'", "open(f'{DIR}/a.csv')"], ":param str DIR: Defaults to 'd'."),
        # What stays where it is.
        (["n = 3"], None),
        (["n = 3", "n = 4", "print(n)"], None),
        (["n = 0", "n += 1", "print(n)"], None),
        (["n = 0", "for n in x: print(n)"], None),
        (["n = 0", "def f():\n    global n"], None),
        (["n = 0", "del n"], None),
        (["print(n)", "n = 0"], None),
        (["def f():\n    return n", "n = 3", "f()"], None),
        (["n = []", "n.append(1)"], None),
        (["n = [1]", "n.append(1)"], None),
        (["N = [1, 'a']", "print(N)"], None),
        (["N = []", "print(N)"], None),
        (["n = None", "print(n)"], None),
        (["n = f()", "print(n)"], None),
        (["_n = 3", "print(_n)"], None),
        (["n = 3; m()", "print(n)"], None),
        (["if x:\n    n = 3", "print(n)"], None),
        (["%%time\nn = 3", "print(n)"], None),
        (["n = 3  # No effect", "print(n)"], None),
        (["help = 3", "print(help)"], None),
        (["n = '{{ x }}'", "print(n)"], None),
    ],
)
def test_what_becomes_a_param(sources: list[str], param: str | None) -> None:
    found = proposed(*sources)
    text = text_of(found)
    if param is None:
        assert found.directives.params == ()
        assert found.removals == ()
    else:
        assert text.split("\n")[0] == param
        ast.parse(found.first)


def test_two_that_clash_stay() -> None:
    found = proposed("n = True\nno_n = 3", "print(n, no_n)")
    assert [one.name for one in found.directives.params] == ["n"]


@pytest.mark.parametrize(
    ("source", "fields", "notes"),
    [
        ("open('a.csv')", [":dvc-in: a.csv"], []),
        ("open('b.csv', 'w')", [":dvc-out: b.csv"], []),
        ("x.to_parquet('d'); open('d/part', 'w')", [":dvc-out: d"], []),
        ("open('b.csv', 'w'); open('b.csv')", [":dvc-out: b.csv"], []),
        ("open('b.csv'); open('b.csv', 'w')", [":dvc-in: b.csv"],
         ["proposed-uncertain", "path-in-and-out"]),
        ("open(f'd/{i}.csv')", [NAMED], ["proposed-open"]),
        ("open('d/' + 'a.csv')", [":dvc-in: d/a.csv"], ["proposed-uncertain"]),
        ("open('../a.csv', 'w')", [NAMED], ["path-outside"]),
        ("open('/elsewhere/a.csv')", [":dvc-in: /elsewhere/a.csv"], []),
        ("open('/project/a.csv')", [":dvc-in: a.csv"], []),
        ("open('{{ a }}.csv')", [NAMED], ["proposed-open"]),
        ("open(':a.csv')", [":dvc-in: :a.csv"], []),
        ("open('a \\'\\\"b.csv')", [":dvc-in: a '\"b.csv"], []),
        ("print(1)", [NAMED], []),
    ],
)  # fmt: skip
def test_the_files_it_names(source: str, fields: list[str], notes: list[str]) -> None:
    found = proposed(source)
    assert text_of(found).split("\n") == fields
    assert [note.code for note in found.notes] == notes
    assert all(note.severity == "warning" and note.place.cell == 1 for note in found.notes)


def test_one_path_under_two_names() -> None:
    sources = ("A = 'a.csv'\nB = 'a.csv'", "open(A, 'w')\nopen(B, 'w')")
    found = proposed(*sources)
    assert [(one.kind, one.param) for one in found.directives.paths] == [("out", "A")]
    # The other keeps its value.
    assert [one.default for one in found.directives.params] == [None, "'a.csv'"]


def test_a_notebook_in_a_folder() -> None:
    found = proposed("SOURCE = 'in.csv'", "open(SOURCE); open('../b.csv')", folder="sub")
    assert [one.path for one in found.directives.paths] == ["sub/in.csv", "b.csv"]
    # What is hard-wired would be looked for in the project's folder.
    assert [note.code for note in found.notes] == ["path-relative"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n = 1", ""),
        ("n = 1\n", ""),
        ("\nn = 1\n\n", ""),
        ("# why\nn = 1", "# why"),
        ("x()\r\nn = 1", "x()"),
        ("x()\r\nn = 1\r\ny()", "x()\r\ny()"),
        ("n = 1\nx()\nm = 2\ny()\n", "x()\ny()\n"),
        ("n = 1\nm = 2\ny()", "y()"),
        ("y()\nn = 1\nm = 2", "y()"),
        ("N = [\n  1,\n]\ny()", "y()"),
        ("🙂 = 0\nn = 1  # 🙂\ny('🙂')", "🙂 = 0\nn = 1  # 🙂\ny('🙂')"),
        ("x('🙂')\nn = 1  # 🙂\ny('🙂')", "x('🙂')\ny('🙂')"),
    ],
)
def test_what_is_left_of_a_cell(source: str, expected: str) -> None:
    sources = (source, "print(n, m, N)")
    assert left(proposed(*sources), *sources)[0] == expected


@pytest.mark.parametrize(
    "source", ['""":dvc-in: a"""', '"""\n:param int n: x\n"""\nn = 3', '# c\n""":dvc-frozen:"""']
)
def test_a_step_is_refused(source: str) -> None:
    with pytest.raises(Refused) as caught:
        proposed("# prose", source)
    assert [problem.code for problem in caught.value.problems] == ["already-step"]


pieces = st.sampled_from(
    [
        "a = 1\n", "B = 'b.csv'  # it's\n", "C = [1, 2]\n", "d = 'x\\ny'\n", "a += 1\n",
        "open(B)\n", "open('c.csv', 'w').write(d)\n", "print(a, B, C, d)\n",
        "def f(a):\n    B = 2\n",
        "# No effect\n", "\n", "x = (", "%%time\n", "%matplotlib inline\n", "e = '''q\n'''\n",
        "print(e)\n", "for a in C: pass\n", "g = 1; h = 2\n", "é = 'ß🙂'\n", "print(é)\n",
    ]
)  # fmt: skip


@fuzzed
@given(st.lists(st.lists(pieces, max_size=5).map("".join), max_size=4))
def test_no_code_is_lost_or_doubled(sources: list[str]) -> None:
    found = proposed(*sources)
    text_of(found)
    ast.parse(found.first)
    assert found.directives != Directives()
    bounds = literal.find(found.first)
    assert bounds is not None
    moved = [line for line in found.first[bounds.stop + 3 :].split("\n") if line.strip()]
    moved = [line for line in moved if "import" not in line]
    after = left(found, *sources)
    lines = sorted(line for source in sources for line in source.split("\n") if line.strip())
    assert (
        sorted([*moved, *(line for s in after for line in s.split("\n") if line.strip())]) == lines
    )
    for before, now in zip(sources, after, strict=True):
        if not cellcode.read(before).problems:
            assert not cellcode.read(now).problems
