"""A notebook cut in two does what it did: run at every cut, or refused with a reason."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_dvc import docstring
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.model import Cell, Directives
from jupyterlab_dvc.split import Split, Surroundings, split
from tests.core.corpus.cases import CASES

KEYS = ("# No effect",)


def cut(sources: list[str], at: int, taken: tuple[str, ...] = (), folder: str = "") -> Split:
    cells = [Cell(number, "code", source) for number, source in enumerate(sources, 1)]
    return split(cells, at, Surroundings(KEYS, folder, "own", "the rest", taken.__contains__))


def halves(sources: list[str], at: int, folder: str = "") -> tuple[list[str], list[str]]:
    """The cells of both notebooks, as the page makes them."""
    found = cut(sources, at, folder=folder)
    own = list(sources[: at - 1])
    first = next(number for number, source in enumerate(own) if source.strip())
    own[first] = found.first
    assert found.moved == tuple(range(at, len(sources) + 1))
    return [*own, *found.append], [*found.other, *sources[at - 1 :]]


@contextlib.contextmanager
def main_module() -> Iterator[types.ModuleType]:
    """Cells run in ``__main__``, where a pickle looks for classes."""
    before = sys.modules["__main__"]
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        yield module
    finally:
        sys.modules["__main__"] = before


def run(cells: list[str]) -> object:
    with main_module() as module:
        for cell in cells:
            exec(compile(cell, "<cell>", "exec"), module.__dict__)
        return module.__dict__.get("result")


NOTEBOOKS: dict[str, list[str]] = {
    "numbers": ["a = 1", "b = a + 1", "a += b", "result = (a, b)"],
    "imports": [
        "import math, os.path as p\nfrom collections import Counter as C, deque",
        "words = deque('abca')",
        "counts = C(words)",
        "result = (math.floor(2.5), p.join('a', 'b'), sorted(counts.items()))",
    ],
    "submodules": [
        "import os\nimport os.path\nimport xml.etree.ElementTree",
        "tree = xml.etree.ElementTree.fromstring('<a/>')",
        "result = (tree.tag, os.path.basename('x/y'))",
    ],
    "functions": [
        "base = 2\ndef twice(x, by=base):\n    return plus(x) * by",
        "def plus(x):\n    '''a text\n    of two lines'''\n    return x + offset",
        "offset = 10",
        "result = [twice(one) for one in range(3)]",
    ],
    "classes": [
        "from dataclasses import dataclass\nimport enum",
        "class Kind(enum.Enum):\n    A = 1\n@dataclass\nclass Item:\n    name: str\n"
        "    kind: Kind = Kind.A",
        "class Special(Item):\n    size = 3\n    def more(self):\n        return self.size + extra",
        "extra = 4\nitems = [Item('a'), Special('b')]",
        "result = ([one.name for one in items], items[1].more(), items[0].kind is Kind.A)",
    ],
    "functions in a value": [
        "def up(x): return x + 1\ndef down(x): return x - 1",
        "table = {'up': up, 'down': down}",
        "result = table['up'](1) + table['down'](5)",
    ],
    "a named tuple and a lambda": [
        "from collections import namedtuple\nPair = namedtuple('Pair', 'a b')\nn = 3",
        "pairs = [Pair(1, 2)]\nadd = lambda x, y=n: x + y + n",
        "result = add(pairs[0].b)",
    ],
    "a counter": [
        "count = 0\ndef step():\n    global count\n    count += 1\n    return count",
        "step(); step()",
        "step()\nresult = count",
    ],
    "bound anew behind": [
        "x = [1]\ny = 5",
        "x = x + [2]\nfor y in range(3):\n    z = y",
        "with open('f.txt', 'w') as f:\n    f.write(str(x))\nresult = (x, y, z)",
    ],
    "conditions": [
        "try:\n    import missing_module\nexcept ImportError:\n    missing_module = None",
        "import sys\nif sys.version_info > (3, 0):\n    kind = 'new'\nelse:\n    kind = 'old'",
        "result = (missing_module is None, kind)",
    ],
    "a class that needs a value": [
        "size = 7",
        "class Box:\n    width = size\n    def area(self): return self.width ** 2",
        "boxes = [Box(), Box()]",
        "result = sum(one.area() for one in boxes)",
    ],
    "decorated and bound twice": [
        "import functools",
        "def loud(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a) + '!'\n"
        "    return inner",
        "@loud\ndef say(x): return x\ndef whisper(x): return x.lower()\nwhisper = loud(whisper)",
        "result = say('A') + whisper('B')",
    ],
    "names of the cells' own": [
        "Path = 'my own'\npickle = 4",
        "from pathlib import PurePosixPath as q",
        "result = (Path, pickle, q('a') / 'b')",
    ],
    "stars and the future": [
        "from __future__ import annotations\nfrom math import *",
        "r = floor(2.5)",
        "def f(x: Unknown) -> Unknown: return x\nresult = (ceil(r + 0.5), f(r))",
    ],
    "letters": ["x = 1\nX = 2\nüber = {'ß': 3}", "result = (x, X, über['ß'])"],
    "deleted": ["a = 1\nb = 2", "del a\nc = b", "a = 5\nresult = (a, b, c)"],
    "walrus and comprehensions": [
        "if (n := 3) > 2:\n    pass\nsquares = [k * k for k in range(n)]",
        "k = 9",
        "result = [n, *squares, *(k + j for j in range(2))]",
    ],
    "a docstring": [
        '"""\n:param int n: how many\n:dvc-extra: --n 2\n"""\nn = 2',
        "xs = list(range(n))",
        "result = (n, xs)",
    ],
    "a param that is bound anew": [
        '"""\n:param int n: how many. Defaults to 2.\n"""\nn = 2',
        "n = n * 10",
        "result = n",
    ],
    "only prose first": ["# a comment", "a = 1", "", "result = a"],
}


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize("folder", ["", "notebooks/deep"])
def test_at_every_cut_both_do_what_the_one_did(
    name: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = NOTEBOOKS[name]
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    # Where the kernel runs.
    monkeypatch.chdir(tmp_path / folder)
    expected = run(sources)
    assert expected is not None
    begin = next(n for n, source in enumerate(sources, 1) if source.strip("# acoment")) + 1
    for at in range(begin, len(sources) + 1):
        own, other = halves(sources, at, folder)
        run(own)
        assert run(other) == expected, (at, other)
        for found in cut(sources, at, folder=folder).crossing:
            # Without a param both notebooks name it from where they are.
            top = tmp_path if found.param is not None else Path()
            assert (top / found.path).is_file()


def printed(cells: list[str]) -> str | None:
    """What the cells print; None where they end in an error."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            run(cells)
    except Exception:
        return None
    return out.getvalue()


def is_plain(cells: list[str]) -> bool:
    """Python alone, several cells of it, and nothing that would end or double this process."""
    try:
        for cell in cells:
            compile(cell, "<cell>", "exec")
    except (SyntaxError, ValueError):
        return False
    text = "".join(cells)
    return len(cells) > 1 and not any(word in text for word in ("exit", "fork", "multiprocessing"))


TRICKY = [name for name, cells in CASES.items() if is_plain(cells)]


@pytest.mark.parametrize("name", TRICKY)
def test_tricky_notebooks_are_cut_right_or_it_is_said(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = CASES[name]
    expected = printed(cells)
    for at in range(2, len(cells) + 1) if expected is not None else ():
        try:
            notes = cut(cells, at).notes
            own, other = halves(cells, at)
        except Refused as error:
            assert all(one.code.startswith("split-") for one in error.problems)
            continue
        said = [printed(own), printed(other)]
        assert "".join(map(str, said)) == expected or notes, (at, said)


def test_what_the_new_notebook_gets() -> None:
    found = cut(
        [
            '"""\n:param str src: the source\n:param str out: the result\n:dvc-in src: raw.txt\n'
            ':dvc-out out: out.txt\n"""\nsrc = "raw.txt"\nout = "out.txt"',
            "import json, sys\nwords = open(src).read().split()",
            "def clean(word):  # as said\n    return word.lower()",
            "json.dump([clean(w) for w in words], open(out, 'w'))",
        ],
        4,
    )
    assert found.first == (
        '"""\n:param str src: the source\n:dvc-in src: raw.txt\n:dvc-out: data/own/words.pkl\n"""\n'
        'src = "raw.txt"\nout = "out.txt"'
    )
    assert found.append == (
        'import pickle\nfrom pathlib import Path\n\nPath("data/own").mkdir(parents=True,'
        ' exist_ok=True)\nPath("data/own/words.pkl").write_bytes(pickle.dumps(words))',
    )
    assert found.other == (
        '"""\n:param str out: the result\n:dvc-in: data/own/words.pkl\n:dvc-out out: out.txt\n"""\n'
        'out = "out.txt"',
        "import json",
        "def clean(word):  # as said\n    return word.lower()",
        "import pickle\nfrom pathlib import Path\n\n"
        'words = pickle.loads(Path("data/own/words.pkl").read_bytes())',
    )
    assert found.notes == ()
    assert found.repeated == ("import json", "clean")


def test_what_is_repeated_is_named() -> None:
    found = cut(
        [
            "from __future__ import (\n    annotations,\n)\nimport json, sys\n"
            "try:\n    import yaml\nexcept ImportError:\n    yaml = None\nif sys.argv: import csv",
            "class Word(str):\n    pass\nunused = lambda: 1\nload = lambda: Word(yaml)",
            "print(load(), sys.argv, csv)",
        ],
        3,
    )
    assert found.repeated == (
        "from __future__ import (\n    annotations,\n)",
        "import sys",
        "yaml",
        "csv",
        "Word",
        "load",
    )


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ('"""\n:param str src:\n:dvc-in src: a.txt\n"""\nsrc = "../a.txt"', ["x_file_2"]),
        ('"""\n:dvc-desc: alone\n"""', ["x_file_2"]),
        # A param would take its code out of the script.
        ('"""\n:dvc-desc: with code\n"""\ny = 1', [None]),
        ("y = 1", [None]),
    ],
)
def test_a_notebook_in_a_folder(first: str, names: list[str | None]) -> None:
    sources = [first, "x_file = 1\nx = 2", "x"]
    found = cut(sources, 3, folder="nb")
    assert [one.param for one in found.crossing] == names
    for source in (found.first, found.other[0]):
        said = directives(source)
        assert [one.param for one in said.paths if one.path == "data/own/x.pkl"] == names
        if names[0] is not None:
            assert 'x_file_2 = "../data/own/x.pkl"' in source
            assert "x_file_2" in [one.name for one in said.params]


def directives(source: str) -> Directives:
    found = docstring.locate(source, 1)
    return Directives() if found is None else docstring.parse(found).directives


@pytest.mark.parametrize(
    ("fields", "own", "moved", "stays", "goes"),
    [
        # An input goes where it is read.
        (":dvc-in: a.txt", "1", "open('a.txt')", [], ["in a.txt"]),
        (":dvc-in: a.txt", "open('a.txt')", "open('a.txt')", ["in a.txt"], ["in a.txt"]),
        (":dvc-in: a.txt", "open('a.txt')", "1", ["in a.txt"], []),
        (":dvc-in: a.txt", "1", "1", ["in a.txt"], []),
        (":dvc-in: a", "1", "open('a/b.txt')", [], ["in a"]),
        # An output stays where it is written, and is an input where it is read.
        (":dvc-out: a.txt", "1", "open('a.txt', 'w')", [], ["out a.txt"]),
        (":dvc-metric: a.txt", "1", "open('a.txt', 'w')", [], ["metric a.txt"]),
        (
            ":dvc-out: a.txt",
            "open('a.txt', 'w')",
            "open('a.txt')",
            ["out a.txt"],
            ["in a.txt"],
        ),
        (":dvc-plot: a.txt", "open('a.txt', 'w')", "1", ["plot a.txt"], []),
        (":dvc-out: a.txt", "1", "1", ["out a.txt"], []),
        # What goes from one to the other without a directive.
        ("", "open('b.txt', 'w')", "open('b.txt')", ["out b.txt"], ["in b.txt"]),
        ("", "open('/b.txt', 'w')", "open('/b.txt')", [], []),
        # Params bring their paths along.
        (
            ":param str p:\n:dvc-in p: a.txt",
            "open(p)",
            "open(p)",
            ["in a.txt p"],
            ["in a.txt p"],
        ),
        (":param str p:\n:dvc-out p: a.txt", "1", "print(p)", [], ["out a.txt p"]),
        (
            ":param str p:\n:dvc-out p: a.txt",
            "open(p, 'w')",
            "open(p)",
            ["out a.txt p"],
            ["in a.txt p"],
        ),
        (":dvc-in: {{ conf.a }}", "1", "1", ["in {{ conf.a }}"], []),
    ],
)
def test_where_paths_go(
    fields: str, own: str, moved: str, stays: list[str], goes: list[str]
) -> None:
    first = f'"""\n{fields}\n"""' if fields else "import sys"
    found = cut([first, own, moved], 3)

    def paths(source: str) -> list[str]:
        given = directives(source).paths
        return [" ".join(filter(None, [one.kind, one.path, one.param])) for one in given]

    assert paths(found.first) == stays
    assert paths(found.other[0]) == goes
    for source in (found.first, found.other[0]):
        said = directives(source)
        declared = {one.name for one in said.params}
        assert {one.param for one in said.paths} - {None} <= declared


@pytest.mark.parametrize(
    ("extra", "own", "moved", "stays", "goes", "code"),
    [
        ("--a 1", "a", "b", ["a"], ["b"], None),
        ("--b 1", "a", "b", ["a"], ["b"], None),
        ("--a 1 --b 2", "a", "b", ["a", "b"], ["b"], "split-extra"),
        ("--a 1 --b 2", "a", "a, b", ["a", "b"], ["a", "b"], None),
        ("${train}", "a", "b", ["a"], ["b"], None),
    ],
)
def test_where_params_and_extras_go(
    extra: str, own: str, moved: str, stays: list[str], goes: list[str], code: str | None
) -> None:
    first = f'"""\n:param int a:\n:param int b:\n:dvc-extra: {extra}\n"""\na = 1\nb = 2'
    found = cut([first, own, moved], 3)
    assert [one.name for one in directives(found.first).params] == stays
    assert [one.name for one in directives(found.other[0]).params] == goes
    assert [one.code for one in found.notes] == ([code] if code else [])


def test_a_default_over_several_lines_is_one_value() -> None:
    first = "'''\n:param str a: Defaults to \"\"\"x\n  y\"\"\"\n  'z'.\n'''"
    found = cut([first, "1", "print(a)"], 3)
    space: dict[str, object] = {}
    exec(found.other[0], space)
    assert space["a"] == "x\nyz"


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ("x = open('a.txt')", "an open file"),
        ("from pathlib import Path\nwith Path('a').open() as x:\n    pass", "an open file"),
        ("import gzip\nx = gzip.open('a')", "an open file"),
        ("x = (n for n in [1])", "a generator"),
        ("def f():\n    yield 1\nx = f()", "a generator"),
        ("x = {'a': lambda: 1}", "a lambda"),
        ("x = [lambda: n for n in [1]]", "a lambda"),
        ("from collections import defaultdict\nx = defaultdict(lambda: 1)", "a defaultdict"),
        ("import threading\nx = threading.Lock()", "a lock"),
        ("import sqlite3\nx = sqlite3.connect(':memory:')", "a connection"),
        ("import math\nx = math", "a module"),
        ("if print():\n    import math as x\n", "a module"),
        ("for k in [1]:\n    def x(): pass", "a function"),
        ("a, x = 1, open('b')", "an open file"),
        ("x = open('b') if print() else None", "an open file"),
    ],
)
def test_what_can_t_cross(own: str, what: str) -> None:
    with pytest.raises(Refused) as caught:
        cut(["import os", own, "print(x)"], 3)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.cell) == ("split-uncrossable", 2)
    assert str(problem.args["what"]).startswith(what)
    # It doesn't have to.
    assert not cut(["import os", own, "x = 1\nprint(x)"], 3).crossing


@pytest.mark.parametrize(
    ("sources", "at", "code", "cell"),
    [
        (["a = 1", "a"], 1, "split-nothing-before", 1),
        (["", "a = 1", "a"], 2, "split-nothing-before", 2),
        (["a = 1", "# prose"], 2, "split-nothing-after", 2),
        (["a = 1"], 5, "split-nothing-after", 5),
        (
            ["\n".join(f"a{n} = 1" for n in range(201)), ", ".join(f"a{n}" for n in range(201))],
            2,
            "split-many",
            2,
        ),
        (["a = 1", "a  # No effect"], 2, "split-nothing-after", 2),
        (["a = 1", "return"], 2, "cell-return", 2),
        (["a = (", "a"], 2, "cell-syntax", 1),
        (['"""\n:dvc-cmd: dvc run x\n"""', "a = 1"], 2, "split-command", 1),
        (['"""\n:param help:\n"""', "a = 1"], 2, "param-name-help", 1),
        (
            ['"""\n:dvc-out: a\n"""', "open('a', 'w')", "open('a', 'a')"],
            3,
            "split-output-both",
            1,
        ),
    ],
)
def test_what_is_refused(sources: list[str], at: int, code: str, cell: int) -> None:
    with pytest.raises(Refused) as caught:
        cut(sources, at)
    assert [(one.code, one.place.cell) for one in caught.value.problems] == [(code, cell)]


@pytest.mark.parametrize(
    ("own", "moved", "expected"),
    [
        ("import random\nrandom.seed(1)", "random.random()", [("split-setting", 2)]),
        ("import random\nrandom.seed(1)", "1", []),
        ("import sys\nsys.path.append('x')", "sys.path", [("split-setting", 2)]),
        ("import os\nos.environ['A'] = 'b'", "os.getcwd()", [("split-setting", 2)]),
        ("a = []\nb = a", "a, b", [("split-shared", 2)]),
        ("a = b = []\nc = 1", "a, b, c", []),
        ("a = b = dict()", "a, b", [("split-shared", 2)]),
        ("if input():\n    a = 1", "a", [("split-uncertain", 3)]),
        ("a = 1  # No effect", "a", [("split-dropped", 3)]),
        ("a = 1", "exec('a')", [("split-dynamic", 3)]),
        ("exec('a = 1')", "print(a, __name__, display)", [("split-unbound", 3)]),
        ("from math import *", "pi", []),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as a:\n    pass", "a = 1\na", []),
        ("%env A=b", "1", [("split-setting", 2)]),
        ("import numpy as np\na = np.random", "a", [("split-uncertain", 3)]),
    ],
)
def test_what_is_said(own: str, moved: str, expected: list[tuple[str, int]]) -> None:
    found = cut(["import re", own, moved], 3)
    assert [(one.code, one.place.cell) for one in found.notes] == expected
    assert all(one.severity == "warning" for one in found.notes)


def test_the_folder_of_the_files_is_free() -> None:
    sources = ['"""\n:dvc-out: data\n"""', "a = 1", "a"]
    assert [one.path for one in cut(sources, 3).crossing] == ["own-data/a.pkl"]
    taken = ("data/own", "own-data", "data/own-2")
    (kept,) = cut(["a = 1", "a"], 2, taken).crossing
    assert kept.path == "own-data-2/a.pkl"


def test_nothing_crosses() -> None:
    found = cut(["a = 1", "print('b')"], 2)
    assert (found.crossing, found.append, found.first) == ((), (), "a = 1")
    assert found.other == ('"""\n:dvc-desc: the rest\n"""',)


def test_magics_cross_as_they_were_typed(tmp_path: Path) -> None:
    found = cut(
        ["def files():\n    names = !ls {folder}\n    return names\nfolder='.'", "files()"], 2
    )
    assert found.other[1] == "def files():\n    names = !ls {folder}\n    return names"
    assert [one.name for one in found.crossing] == ["folder"]
    assert os.sep not in found.other[1]
