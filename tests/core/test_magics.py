"""IPython's syntax in a cell, row by row: what becomes of it, or why it is refused."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

from jupyterlab_dvc.errors import Refused

from .corpus.running import convert


def cells_of(*cells: str) -> str:
    """What stands below the guard, without its indentation."""
    _, made = convert(["first = 1", *cells], Path("/nonexistent"))
    lines = made.text.split("first = 1\n", 1)[1].split("\n")
    return "\n".join(line.removeprefix("    ") for line in lines).removeprefix("# %%\n").rstrip()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%load_ext autoreload\n%autoreload 2", ""),
        ("%config A.b = 1\nx = 1", "x = 1"),
        ("if first:\n    %load_ext a", "if first:\n    pass"),
        ("x = 1\nx?\n?x\nx??\n??x\nx.y?\n%time?", "x = 1"),
        ("%%html\n<b>'</b>", ""),
        ("%%javascript\nalert(1)", ""),
        ("%%capture\nx = 1", "x = 1"),
        ("%%capture\n%%time\nx = 1\n%load_ext a", "x = 1"),
        ("%%time\n\nx = 1  # c", "x = 1"),
        ("%time x = 1", "x = 1"),
        ("%prun -l 5 -q f(first)", "f(first)"),
        ("%timeit -n 3 -r2 f(1)", "f(1)"),
        ("%timeit", ""),
        ("%time !ls", "_mlvtools_shell('ls')"),
        ("x = %time first", "x = first"),
        ("%matplotlib inline", ""),
        ("%env A=b", "_mlvtools_env('A=b')"),
        ("%env A", ""),
        ("!ls -l | grep 'x' # y", "_mlvtools_shell(\"ls -l | grep 'x' # y\")"),
        ("!echo é", "_mlvtools_shell('echo \\xe9')"),
        ("!a \\\n  b\nx = 1", "_mlvtools_shell('a    b')\nx = 1"),
        ("!!ls", "_mlvtools_shell('ls')"),
        ("x = !ls", "x = _mlvtools_lines('ls')"),
        ("x = y = !ls", None),
        ("a, b = !ls", "a, b = _mlvtools_lines('ls')"),
        ("x = %pwd", "x = __import__('os').getcwd()"),
        ("%%bash\n# c\nls", "_mlvtools_script('bash', 'check',\n'# c\\n'\n'ls\\n')"),
        ("%%writefile -a f.txt\na", "_mlvtools_write('f.txt', 'a',\n'a\\n')"),
        ("%%writefile f.txt", "_mlvtools_write('f.txt', 'w', '')"),
        (">>> x = 1\n>>> x", "x = 1\nx"),
        ("s = '''\n%cd x\n!ls\n'''", "s = '''\n%cd x\n!ls\n'''"),
        ("x = (1\n%2)", "x = (1\n%2)"),
        ("a = b'%d' \\\n% 3 if 0 else 1", "a = b'%d' \\\n% 3 if 0 else 1"),
        ("ls = 3\nls", "ls = 3\nls"),
    ],
)
def test_a_magic_becomes_python(cell: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Refused):
            cells_of(cell)
        return
    assert cells_of(cell) == expected


@pytest.mark.parametrize(
    ("cell", "code", "line"),
    [
        ("x = 1\n%cd /tmp", "magic-folder", 2),
        ("%run other.ipynb", "magic-run", 1),
        ("%pip install x", "magic-install", 1),
        ("%conda install x", "magic-install", 1),
        ("%store x", "magic-store", 1),
        ("%%cython\ncdef int x", "magic-language", 1),
        ("%%R\nx <- 1", "magic-language", 1),
        ("%%ruby\nputs 1", "magic-language", 1),
        ("%%python2\nprint 1", "magic-language", 1),
        ("%pylab", "magic-pylab", 1),
        ("%my_own_magic 3", "magic-unknown", 1),
        ("\n\n%%nothing_known\nx", "magic-unknown", 3),
        ("# c\n%%bash\nls", "magic-cell-not-first", 2),
        ("x = 1\n%%time", "magic-cell-not-first", 2),
        ("%%time\nx = 1\n%cd x", "magic-folder", 3),
        ("x = %timeit -o 1", "magic-unknown", 1),
        ("x = %who_ls", "magic-unknown", 1),
        ("%%writefile", "magic-writefile", 1),
        ("%%bash --bg\nls", "magic-shell-options", 1),
        ("pip install x", "cell-automagic", 1),
        ("x = 1\ncd ..", "cell-automagic", 2),
        ("ls", "cell-automagic", 1),
        ("ls -l", "cell-automagic", 1),
        ("x = (1,", "cell-syntax", 1),
        ("x = 1\n  y = 2", "cell-syntax", 2),
        ("if 1:\n    x = 1\n  y = 2", "cell-syntax", 3),
        ("'''", "cell-syntax", 1),
        ("else:\n    pass", "cell-syntax", 1),
        ("x = 1 \\", "cell-syntax", 1),
        ("x = 1 \\\n", "cell-syntax", 1),
        ("%time x\ny = 1 \\\n", "cell-syntax", 2),
        ("x = 1\nreturn x", "cell-return", 2),
        ("yield 1", "cell-return", 1),
        ("if 1:\n\n    yield 1", "cell-return", 3),
        ("nonlocal x", "cell-return", 1),
        ("break", "cell-return", 1),
        ("x = 1\nglobal x", "cell-syntax", 2),
        ("x = 1\nfrom __future__ import annotations", "cell-syntax", 2),
        ("await first\nreturn 1", "cell-return", 2),
        ("await first\nyield 1", "cell-return", 2),
        ("x = 1\ny = '\0'", "cell-character", 2),
        ("x = 1\ny = '\ud800'", "cell-character", 2),
        ("x = " + "(" * 3000 + ")" * 3000, None, 1),
        ("-" * 100_000 + "1", None, 1),
    ],
)
def test_what_cant_be_carried_over_is_refused(cell: str, code: str | None, line: int) -> None:
    with pytest.raises(Refused) as refused:
        cells_of("z = 0", cell)
    [problem] = refused.value.problems
    assert (problem.place.path, problem.place.cell, problem.place.line) == ("case.ipynb", 3, line)
    assert problem.code == (code or problem.code)
    assert problem.message and problem.hint


def test_every_error_is_reported_at_once() -> None:
    with pytest.raises(Refused) as refused:
        cells_of("%cd x", "y = (", "print(_)", "return 1")
    found = [(problem.code, problem.place.cell) for problem in refused.value.problems]
    assert found == [
        ("magic-folder", 2),
        ("cell-syntax", 3),
        ("cell-return", 5),
        ("name-interactive", 4),
    ]


def test_the_backend_is_set_before_the_first_cell_and_only_where_asked_for() -> None:
    _, made = convert(["x = 1", "%matplotlib widget"], Path("/nonexistent"))
    guard = made.text.split('if __name__ == "__main__":\n')[1]
    setting = '__import__("os").environ.setdefault("MPLBACKEND", "Agg")'
    assert guard.index(setting) < guard.index("x = 1")
    _, plain = convert(["x = 1"], Path("/nonexistent"))
    assert "MPLBACKEND" not in plain.text


@pytest.mark.parametrize(
    ("cell", "own"),
    [
        ("display(1)", True),
        ("def f():\n    display(1)", True),
        ("from IPython.display import display\ndisplay(1)", False),
        ("def display(x): pass\ndisplay(1)", False),
        ("s = 'display'", False),
        ("x.display(1)", False),
    ],
)
def test_display_is_bound_where_nothing_binds_it(cell: str, own: bool) -> None:
    _, made = convert(["x = 1", cell], Path("/nonexistent"))
    assert ("        display = print\n" in made.text) == own


@pytest.mark.parametrize("there", [True, False])
def test_display_is_ipythons_or_prints(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "made.py"
    path.write_text(convert(["display('shown', 2)"], tmp_path)[1].text, encoding="utf-8")
    stand_in = ModuleType("IPython.display")
    monkeypatch.setattr(
        stand_in, "display", lambda *given: print("IPython's", given), raising=False
    )
    monkeypatch.setitem(sys.modules, "IPython.display", stand_in if there else None)
    runpy.run_path(str(path))["mlvtools_case"]()
    assert capsys.readouterr().out == ("IPython's ('shown', 2)\n" if there else "shown 2\n")


@pytest.mark.parametrize(
    ("cells", "own"),
    [
        (["display(1)", "from IPython.display import display"], True),
        (["from IPython.display import display", "display(1)"], False),
    ],
)
def test_display_is_bound_where_it_is_read_first(cells: list[str], own: bool) -> None:
    _, made = convert(cells, Path("/nonexistent"))
    assert ("        display = print\n" in made.text) == own
