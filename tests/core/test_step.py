"""A notebook as a step: where its docstring stands, which cells stay, what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyterlab_dvc import notebook, script, step
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.model import Directives, Step

from .corpus.running import as_notebook

PARAM = '"""\n:param int size: s\n"""'


def step_of(
    cells: list[str],
    root: Path,
    *,
    keys: Sequence[str] = (step.NO_EFFECT,),
    folder: str = "notebooks",
    tags: dict[int, list[str]] | None = None,
) -> Step:
    import json

    content = json.loads(as_notebook(cells))
    for number, names in (tags or {}).items():
        content["cells"][number - 1]["metadata"]["tags"] = names
    return step.read(
        notebook.parse(json.dumps(content).encode(), "n.ipynb"),
        source="notebooks/n.ipynb",
        script_folder=root / "pipeline" / "scripts",
        root=root,
        notebook_path=root / folder / "n.ipynb",
        ignore_keys=keys,
    )


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        (['"doc"'], 1),
        (["# c\n\n'''doc'''\nx = 1"], 1),
        (["  r'doc'"], 1),
        (["", "# only prose\n", "'doc'"], 3),
        (["# No effect", "'doc'"], 2),
        (["x = 1\n'doc'"], None),
        (["x = 1", "'doc'"], None),
        (["%load_ext a", "'doc'"], None),
        (["# No effect\nx = 1", "'doc'"], None),
        (["# No effect\n'doc'", "'other'"], 1),
        (["f'doc'"], None),
        (["b'doc'"], None),
        ([], None),
    ],
)
def test_where_the_docstring_stands(cells: list[str], cell: int | None, tmp_path: Path) -> None:
    found = step_of(cells, tmp_path).docstring
    assert (found.cell if found else None) == cell


@pytest.mark.parametrize(
    ("cells", "keys", "kept"),
    [
        ([PARAM + "\nsize = 3", "y = size"], ["# No effect"], [2]),
        (["'doc'", "y = 1"], ["# No effect"], [1, 2]),
        (["x = 1", "# No effect\ny = 1"], ["# No effect"], [1]),
        (["x = 1", "y = 1  # No effect: shown"], ["# No effect"], [1]),
        (["x = 1", "s = '# No effect'"], ["# No effect"], [1, 2]),
        (["x = 1", "s = '''\n# No effect\n'''"], ["# No effect"], [1, 2]),
        (["x = 1", "# No effect\ny = 1"], ["# Ignore"], [1, 2]),
        (["x = 1", "# Ignore this\ny = 1"], ["# Ignore"], [1]),
        (["x = 1", "y = (  # Ignore"], ["Other", "Ignore"], [1]),
        (["x = 1", "# No effect\nit's no Python ("], ["# No effect"], [1]),
        (["x = 1", "%%bash\n# No effect\nls"], ["# No effect"], [1]),
        (["x = 1", "%cd x # No effect"], ["# No effect"], [1]),
        (["x = 1", "!echo '# No effect'"], ["# No effect"], [1, 2]),
        (["x = 1", "y = 1 # anything"], [""], [1, 2]),
        (["x = 1", "y = 1 # anything"], [], [1, 2]),
    ],
)
def test_which_cells_stay(
    cells: list[str], keys: list[str], kept: list[int], tmp_path: Path
) -> None:
    made = step_of(cells, tmp_path, keys=keys)
    assert [cell.number for cell in made.cells] == kept


def test_a_tag_leaves_a_cell_out(tmp_path: Path) -> None:
    made = step_of(["x = 1", "y = (", "z = 1"], tmp_path, tags={2: ["no-effect"], 3: ["noeffect"]})
    assert [cell.number for cell in made.cells] == [1, 3]


def test_the_docstring_is_not_repeated_in_the_cells(tmp_path: Path) -> None:
    text = script.render(step_of(['# c\n"""Doc.\nmore"""; x = 1', "y = 'Doc.'"], tmp_path)).text
    assert text.count("Doc.\nmore") == 1
    assert text.endswith("    # %%\n    x = 1\n    # %%\n    y = 'Doc.'\n")


@pytest.mark.parametrize(
    ("cells", "warned"),
    [
        ([PARAM + "\nimport os", "os.getcwd()"], [("os", 1, 2, 1)]),
        ([PARAM + "\nsize = 3", "x = size"], []),
        ([PARAM + "\nimport os", "import os\nos"], []),
        ([PARAM + "\nimport os", "def f(os): return os"], []),
        ([PARAM + "\nx = 1", "y = [x for x in ()]"], []),
        ([PARAM + "\nx = 1", "y = {x: 1 for z in ()}"], [("x", 1, 2, 1)]),
        ([PARAM + "\nx = 1", "\nclass A:\n    x = 2\n    def f(self): return x"], [("x", 1, 2, 4)]),
        (
            ["a = 1", "# No effect\nhelp_me = 1", "def f():\n    return help_me"],
            [("help_me", 2, 3, 2)],
        ),
        (["a = 1", "b", "# No effect\nb = 1"], []),
        (["a = 1", "%%capture out\nb = 1", "out.show()"], [("out", 2, 3, 1)]),
        ([PARAM + "\nx = 1", "s = 'x'; o.x = 1; f(x=1)"], []),
        # What needs the name to be there binds it for nobody.
        ([PARAM + "\nx = 1", "x += 1"], [("x", 1, 2, 1)]),
        ([PARAM + "\nx = 1", "y = 2\ndel y, x"], [("x", 1, 2, 2)]),
        ([PARAM + "\nx = 1", "x = 0\nx += 1"], []),
        ([PARAM + "\nx = 1", "def f():\n    x = 0\n    x += 1"], []),
        ([PARAM + "\nx = 1", "x.y += 1"], [("x", 1, 2, 1)]),
        ([PARAM + "\nx = 1", "a = 2\n!ls {x.y + a}"], [("x", 1, 2, 2)]),
        ([PARAM + "\nx = 1", "a = !ls $x.y"], [("x", 1, 2, 1)]),
        ([PARAM + "\ngröße = 1", "!ls {größe}"], [("größe", 1, 2, 1)]),
        ([PARAM + "\nx = 1", "%env A={x}"], [("x", 1, 2, 1)]),
        ([PARAM + "\nx = 1", "def f(x):\n    !ls {x}"], []),
        ([PARAM + "\nx = 1", "!ls x {{x}} $$x $(x) '{' {x}"], []),
        ([PARAM + "\nx = 1", "%%bash\nls $x {x}"], []),
        ([PARAM + "\nfrom math import *", "display(sqrt(size), int)"], [("sqrt", 1, 2, 1)]),
        ([PARAM + "\nfrom math import *", "from cmath import *\nsqrt(size)"], []),
        ([PARAM + "\nfrom math import *", "try:\n    sqrt\nexcept NameError:\n    pass"], []),
        ([PARAM + "\n%cd x\nif 1:\n    !ls\n    x = 1", "x"], [("x", 1, 2, 1)]),
    ],
)
def test_names_of_cells_that_are_left_out(
    cells: list[str], warned: list[tuple[str, int, int, int]], tmp_path: Path
) -> None:
    problems = step_of(cells, tmp_path).problems
    found = [
        (p.args["name"], p.args["bound"], p.place.cell, p.place.line)
        for p in problems
        if p.code == "name-dropped"
    ]
    assert found == warned
    assert all(problem.severity == "warning" for problem in problems)


@pytest.mark.parametrize(
    ("cell", "name", "line"),
    [
        ("x = _", "_", 1),
        ("y = 1\nprint(__)", "__", 2),
        ("print(In[1])", "In", 1),
        ("Out", "Out", 1),
        ("print(_12)", "_12", 1),
        ("print(_i3)", "_i3", 1),
        ("\nget_ipython().run_line_magic('cd', 'x')", "get_ipython", 2),
        ("def f():\n    return get_ipython()", "get_ipython", 2),
        ("try:\n    1\nexcept NameError:\n    get_ipython()", "get_ipython", 4),
        ("try:\n    get_ipython()\nexcept ValueError:\n    pass", "get_ipython", 2),
        ("for _ in (): pass", None, 0),
        ("_, x = 1, 2\nprint(_)", None, 0),
        ("try:\n    get_ipython()\nexcept NameError:\n    pass", None, 0),
        ("try:\n    get_ipython()\nexcept (ValueError, NameError): pass", None, 0),
        ("try:\n    get_ipython()\nexcept Exception: pass", None, 0),
        ("try:\n    get_ipython()\nexcept: pass", None, 0),
        ("'get_ipython' in globals(); s = 'In'", None, 0),
        ("x = [_ for _ in ()]; f = lambda _: _", None, 0),
        # The shell's own.
        ("!echo $_ {_}", None, 0),
    ],
)
def test_names_of_the_session(cell: str, name: str | None, line: int, tmp_path: Path) -> None:
    if name is None:
        assert step_of(["a = 1", cell], tmp_path).problems == ()
        return
    with pytest.raises(Refused) as refused:
        step_of(["a = 1", cell], tmp_path)
    [problem] = refused.value.problems
    assert (problem.code, problem.args["name"]) == ("name-interactive", name)
    assert (problem.place.cell, problem.place.line) == (2, line)


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("open('a.txt')", "a.txt"),
        ("import pandas as pd\npd.read_csv('data/a.csv')", "data/a.csv"),
        ("df.to_csv(path_or_buf='out.csv')", "out.csv"),
        ("Path('x') / 'y'", "x"),
        ("f('../data')", "../data"),
        ("%%writefile made.txt\na", "made.txt"),
        ("open('/abs')", None),
        ("open('~/x'.upper())", None),
        ("pd.read_csv('https://x.org/a.csv')", None),
        ("s.replace('a', 'b'); 'a/b.c'", None),
        ("d.strftime('%d/%m/%Y')", None),
        ("print('./a\\nb')", None),
        ("open(path)", None),
    ],
)
def test_a_literal_relative_path_is_warned_of(cell: str, path: str | None, tmp_path: Path) -> None:
    found = [p.args["path"] for p in step_of(["a = 1", cell], tmp_path).problems]
    assert found == ([path] if path else [])
    # In the project's own folder both run in the same place.
    assert step_of(["a = 1", cell], tmp_path, folder=".").problems == ()


def test_fields_that_no_one_reads_are_warned_of(tmp_path: Path) -> None:
    made = step_of(["x = 1", '"""\n:dvc-in: a\n"""\ny = 1', "'a :param b'"], tmp_path)
    assert [(p.code, p.place.cell) for p in made.problems] == [("docstring-not-first", 2)]


@pytest.mark.parametrize("above", ["import os", "%load_ext a", "%%time", "x = ':param a: b'\n"])
def test_fields_below_other_code_are_warned_of(above: str, tmp_path: Path) -> None:
    made = step_of([above + '\n"""\n:param a: b\n"""'], tmp_path)
    (found,) = made.problems
    assert made.directives == Directives() and made.docstring is None
    assert (found.code, found.place.cell) == ("docstring-not-first", 1)
    assert found.place.line == above.count("\n") + 2


@pytest.mark.parametrize(
    ("below", "line"),
    [("\nx = (", 4), ("\nreturn 1", 4), ("\n%cd x\n!ls", None), ("\n# No effect\nx = (", None)],
)
def test_a_first_cell_with_params_has_to_compile_too(
    below: str, line: int | None, tmp_path: Path
) -> None:
    if line is None:
        assert step_of([PARAM + below, "y = size"], tmp_path).problems == ()
        return
    with pytest.raises(Refused) as refused:
        step_of([PARAM + below, "y = size"], tmp_path)
    (found,) = refused.value.problems
    assert (found.place.cell, found.place.line) == (1, line)


def project(root: Path) -> None:
    for name, text in {
        "notebooks/lib.py": "import deeper\nfrom package import part\nimport os, json",
        "notebooks/deeper.py": "",
        "notebooks/package/__init__.py": "",
        "notebooks/package/part.py": "from . import sibling\nfrom .. import nothing",
        "notebooks/package/sibling.py": "from .part import x",
        "notebooks/plain/inner.py": "",
        "notebooks/unused.py": "",
        "notebooks/sys.py": "",
        "other/away.py": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize(
    ("cells", "modules"),
    [
        (["import lib"], ["deeper", "lib", "package/__init__", "package/part", "package/sibling"]),
        (["import os, deeper as d"], ["deeper"]),
        (["def f():\n    from deeper import x"], ["deeper"]),
        (["try:\n    import deeper\nexcept ImportError: pass"], ["deeper"]),
        (["from deeper import *"], ["deeper"]),
        (["import package.sibling"], ["package/__init__", "package/part", "package/sibling"]),
        (["from package import nothing"], ["package/__init__"]),
        (["import plain.inner"], ["plain/inner"]),
        (["from plain import inner"], ["plain/inner"]),
        (["from plain import nothing"], []),
        (["import plain"], []),
        (["import sys, away, missing, package_not"], []),
        (["# import deeper\ns = 'import deeper'"], []),
        (["# No effect\nimport deeper", "y = 1"], []),
    ],
)
def test_modules_beside_the_notebook(cells: list[str], modules: list[str], tmp_path: Path) -> None:
    project(tmp_path)
    made = step_of(cells, tmp_path)
    assert [str(path) for path in made.modules] == [f"notebooks/{name}.py" for name in modules]
    text = script.render(made).text
    call = "    _mlvtools_import_from('../../notebooks')\n"
    assert (call in text) == bool(modules)
    path = tmp_path / "pipeline" / "scripts" / "mlvtools_n.py"
    assert script.read_docstring(text, path, tmp_path).modules == made.modules


def test_errors_of_the_docstring_and_of_the_cells_come_together(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        step_of(["x = 1", "y = ("], tmp_path)
    assert len(refused.value.problems) == 1
    with pytest.raises(Refused) as refused:
        step_of(['""":param what x: t"""', "y = (", "%cd x"], tmp_path)
    assert [problem.place.cell for problem in refused.value.problems] == [1, 2, 3]
    assert all(problem.place.path == "n.ipynb" for problem in refused.value.problems)
