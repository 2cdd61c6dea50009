"""The script's text: its header and shape, the same everywhere; when two are the same code."""

from __future__ import annotations

import json
import os
import pickle
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_dvc import notebook, script, step
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.model import Script

from .corpus.cases import CASES
from .corpus.running import as_notebook, convert

ROOT = Path(__file__).parents[2]


def rendered(cells: list[str], source: str = "notebooks/n.ipynb") -> Script:
    made = step.read(
        notebook.parse(as_notebook(cells), "n.ipynb"),
        source=source,
        script_folder=Path("/nonexistent/scripts"),
        root=Path("/nonexistent"),
        notebook_path=Path("/nonexistent/notebooks/n.ipynb"),
    )
    return script.render(made)


def test_the_whole_of_a_script() -> None:
    text = rendered(
        [
            '"""Shrinks é.\n\n:param int size: how many\n:param str? name: n\n"""\nsize = 3',
            "# prose\n\nx = size  # more",
            "# only prose",
            "print(x)",
        ]
    ).text
    header, rest = text.split("\n\n\n", 1)
    first, origin, digest = header.split("\n")
    assert first == "#!/usr/bin/env python3"
    assert origin == "# Generated from notebooks/n.ipynb"
    assert re.fullmatch("# sha256: [0-9a-f]{64}", digest)
    assert rest.startswith(
        'def mlvtools_n(size, name=None):\n    """Shrinks \\xe9.\n\n:param int size: how many\n'
        ":param str? name: n\n"
        '"""\n'
    )
    assert rest.endswith(
        'if __name__ == "__main__":\n    [size, name] = _mlvtools_parameters()\n'
        "    # %%\n    x = size\n    # %%\n    print(x)\n"
    )
    assert "\r" not in text and not re.search(r"[ \t]\n", text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["x = 1"], ["# prose\nx = 1  # more\n\n"]),
        (["x = 1"], ["x = 1", "# only prose", ""]),
        (["x = 1"], ["x = 1\r\n"]),
        (["x = 1\ny = 2"], ["x = 1\ry = 2"]),
        (["x = 1"], ["  x = 1   "]),
        (["x = 1"], ["   # c\n  # d\nx = 1"]),
        (["x = 1"], ["# c\n\n  # d\n  x = 1"]),
        (["x = 1\ny = 2"], ["x = 1 \\\n\ny = 2"]),
        (["x = 1\ny = 2"], ["x = 1 \\\n# c\ny = 2"]),
        (["x = 1"], [">>> x = 1"]),
        (["x = 1"], ["x = 1", "%load_ext a"]),
        (["x = [\n1]"], ["x = [  # c\n\n# c\n1] # c"]),
    ],
)
def test_prose_is_not_in_the_script(before: list[str], after: list[str]) -> None:
    assert rendered(before).text == rendered(after).text


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("s = '''a\n   \n\t\nb  \n'''", "a\n   \n\t\nb  \n"),
        ("    s = '''a\n      \n\n  c\n    b'''", "a\n  \n\n  c\nb"),
        ("if 1:\n    s = '''a\n\n    \x0c\n#b\n  \\\n  c'''", "a\n\n    \x0c\n#b\n    c"),
    ],
)
def test_a_string_keeps_every_byte(cell: str, value: str, tmp_path: Path) -> None:
    """Its blank lines too, which IPython from 9.1 on empties; only the cell's indentation goes."""
    _, made = convert([cell], tmp_path)
    (tmp_path / "made.py").write_text(made.text, encoding="utf-8", newline="")
    function = runpy.run_path(str(tmp_path / "made.py"))["mlvtools_case"]
    assert function()["s"] == value


@pytest.mark.parametrize(
    "source",
    [
        "a b.ipynb",
        "Übung/é.ipynb",
        "a\nprint('pwned')\n.ipynb",
        "a\u2028\u202eb\\n.ipynb",
        "\udcff.ipynb",
        "'\"#",
    ],
)
def test_the_header_names_any_notebook(source: str) -> None:
    text = rendered(["x = 1"], source).text
    assert script.source(text) == source
    assert len(text.split("\n")[1:3]) == 2 and text.split("\n")[2].startswith("# sha256: ")
    assert text.encode()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", True),
        ("\n", "\r\n", True),
        ("x = 1", "x = 2", False),
        ("n.ipynb", "m.ipynb", False),
        ("#!/usr", "#! /usr", None),
        ("# sha256: ", "# sha: ", None),
    ],
)
def test_an_edit_is_noticed(old: str, new: str, expected: bool | None) -> None:
    text = rendered(["x = 1"]).text
    assert script.is_unedited(text.replace(old, new) if old else text) is expected


DOC = '"""{}\n:param int a: {}\n"""'


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (["x = 1"], ["x = (1)"], True),
        (["f(1, 2)"], ["f(\n    1,\n    2,\n)"], True),
        (["x = 'a'"], ['x = "a"'], True),
        ([DOC.format("A.", "b"), "x = 1"], [DOC.format("C.", "d"), "x = 1"], True),
        ([DOC.format("A.", "b"), "x = 1"], [DOC.format("A.", "b. Defaults to 1."), "x = 1"], False),
        (["'doc'\nx = 1"], ["x = 1"], True),
        (["x = 1"], ["x = 2"], False),
        (["x = 1", "y = 2"], ["y = 2", "x = 1"], False),
        (["x = 1", "def f():\n    'a'"], ["x = 1", "def f():\n    'b'"], False),
        (["x = 1\nf(help='a')"], ["x = 1\nf(help='b')"], False),
        (["x = 1"], ["import asyncio\nawait asyncio.sleep(0)\nx = 1"], False),
    ],
)
def test_the_same_code(before: list[str], after: list[str], same: bool) -> None:
    first, second = rendered(before).text, rendered(after).text
    assert script.same_code(first, second) is same
    assert first != second


def test_text_that_is_no_python_is_not_the_same_code() -> None:
    assert not script.same_code("x = (", "x = (")


@pytest.mark.parametrize(
    "text",
    ['a"""b', 'ends "', "a\\n\\", "tab\there\r", "''' \0 \udcff \u2028", '"', '""""""', "\\"],
)
def test_any_docstring_stands_whole_in_the_function(text: str, tmp_path: Path) -> None:
    literal = script.quoted_docstring(text)
    assert literal.isascii()
    names: dict[str, object] = {}
    exec(f"def f():\n{literal}\n", names)
    found = getattr(names["f"], "__doc__", None)
    expected: dict[str, object] = {}
    exec(f"def f():\n    {text!a}\n", expected)
    assert found == getattr(expected["f"], "__doc__", 0)


OTHER_PYTHON = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from jupyterlab_dvc import notebook, script, step
texts = {}
for name, data in json.load(sys.stdin).items():
    book = notebook.parse(data.encode(), "case.ipynb")
    made = step.read(book, source="case.ipynb",
                     script_folder=Path("/n/s"), root=Path("/n"),
                     notebook_path=Path("/n/case.ipynb"))
    texts[name] = script.render(made).text
json.dump(texts, sys.stdout)
"""


def other_pythons() -> list[str]:
    found = Path.home().glob(".pyenv/versions/3.1[0-9]*/bin/python")
    return sorted(str(path) for path in found) or [sys.executable]


def notebooks() -> dict[str, str]:
    fields = ":param List[int] a: é. Defaults to [1].\n:param bool b: b\n:param Literal['x'] c: c"
    parametrized = [f'"""{fields}"""', "display(a)", "!ls {b}"]
    return {
        name: as_notebook(cells).decode()
        for name, cells in {**CASES, "parametrized": parametrized}.items()
    }


@pytest.mark.parametrize("python", other_pythons())
def test_every_python_gives_the_same_bytes_and_needs_no_package(
    python: str, tmp_path: Path
) -> None:
    here = {name: convert_text(data) for name, data in notebooks().items()}
    done = subprocess.run(
        [python, "-I", "-S", "-B", "-c", OTHER_PYTHON, str(ROOT)],
        input=json.dumps(notebooks()),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == here


def convert_text(data: str) -> str:
    made = step.read(
        notebook.parse(data.encode(), "case.ipynb"),
        source="case.ipynb",
        script_folder=Path("/n/s"),
        root=Path("/n"),
        notebook_path=Path("/n/case.ipynb"),
    )
    return script.render(made).text


def test_an_error_of_the_whole_is_traced_to_its_cell() -> None:
    deep = "\n".join(" " * depth + "if 1:" for depth in range(99)) + "\n" + " " * 99 + "pass"
    with pytest.raises(Refused) as refused:
        rendered(["x = 1", f"y = 2\n{deep}"])
    [problem] = refused.value.problems
    assert (problem.place.path, problem.place.cell) == ("n.ipynb", 2)
    assert problem.place.line is not None and problem.place.line > 90


def test_what_a_call_returns_can_be_pickled_while_it_runs(tmp_path: Path) -> None:
    cells = ["import pickle\nclass A: pass\nkept = pickle.loads(pickle.dumps(A())).__class__ is A"]
    _, made = convert(cells, tmp_path)
    path = tmp_path / "mlvtools_case.py"
    path.write_text(made.text, encoding="utf-8")
    main = sys.modules["__main__"]
    names = runpy.run_path(str(path))["mlvtools_case"]()
    assert names["kept"] is True and sys.modules["__main__"] is main
    assert pickle.dumps(names["kept"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = (", "script-unreadable"),
        ("def f(): pass", "script-no-function"),
        ("def mlvtools_a(): pass\ndef mlvtools_b(): pass", "script-two-functions"),
    ],
)
def test_a_script_without_a_step_is_refused(text: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        script.read_docstring(text, tmp_path / "s.py", tmp_path)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize(
    ("body", "text", "lines"),
    [
        ('    """A.\n    :param x: é\n    """\n', "A.\n    :param x: é\n    ", (4, 5, 6)),
        ("    r'one'\n    return 1", "one", (4,)),
        ('    """a""" "b"', "ab", (4,)),
    ],
)
def test_the_docstring_of_a_script_anyone_wrote(
    body: str, text: str, lines: tuple[int, ...], tmp_path: Path
) -> None:
    source = f"import os\n\ndef mlvtools_x(a, *, b=1):\n{body}"
    read = script.read_docstring(source, tmp_path / "s.py", tmp_path)
    assert read.function == "mlvtools_x" and read.source is None
    assert read.docstring is not None
    assert (read.docstring.text, read.docstring.lines) == (text, lines)


def test_the_docstring_of_our_script_comes_back() -> None:
    text = "A é.\n\n:param int a: \"quoted\" \\ and '''\n:dvc-in: x\\y\n"
    made = rendered(["r'" + "''" + text.replace("'''", "") + "'''", "x = 1"])
    read = script.read_docstring(made.text, Path("/nonexistent/s.py"), Path("/nonexistent"))
    assert read.docstring is not None and read.docstring.text == text.replace("'''", "")
    lines = made.text.split("\n")
    assert [lines[line - 1] for line in read.docstring.lines][2].startswith(":param int a: ")
    assert (read.function, read.source) == ("mlvtools_n", "notebooks/n.ipynb")
