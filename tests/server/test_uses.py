"""POST parse of a whole notebook: what its cells use, and what no directive names."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.server.application import Fetch, post
from tests.server.project import Project
from tests.server.test_parse import Parsed, parse

STEP = '''"""
:param str source: x
:param Path target: y
:param str other: z
:param int n: k
:dvc-in source: data/in.csv
:dvc-in: folder
:dvc-out: made
:dvc-extra: --other=o.csv
"""
'''
VALUES = "source = 'data/in.csv'\ntarget = Path('data/out.csv')\nother = 'o.csv'\nn = 3\n"


def said(found: Parsed) -> list[str]:
    """The uses on one line each: ``?`` uncertain, ``!`` declared, then the field to add."""
    lines = []
    for use in found["uses"]:
        marks = ("" if use["certain"] else "?") + ("!" if use["declared"] else "")
        line = f"{use['cell']}:{use['line']} {use['kind']} {use['path']}{marks}"
        if use["field"] is not None:
            assert use["field"]["op"] == "add"
            field = use["field"]["field"]
            line += f" + {field['kind']} {field['param'] or ''}: {field['path']}"
        lines.append(line)
    return lines


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open(source)", ["2:1 in data/in.csv!"]),
        ("\nopen('data/in.csv')", ["2:2 in data/in.csv!"]),
        ("open('folder/a.csv')", ["2:1 in folder/a.csv!"]),
        ("open('folder2/a.csv')", ["2:1 in folder2/a.csv + in : folder2/a.csv"]),
        ("target.write_text(x)", ["2:1 out data/out.csv + out target: data/out.csv"]),
        ("open(target)", ["2:1 in data/out.csv + in target: data/out.csv"]),
        # What is given already isn't given twice.
        ("open(other)", ["2:1 in o.csv + in : o.csv"]),
        ("open('made/a')", ["2:1 in made/a!"]),
        ("open('made', 'w')", ["2:1 out made!"]),
        ("open('x.csv', 'a')", ["2:1 out x.csv? + out : x.csv"]),
        ("open(f'{source}.gz')", ["2:1 in data/in.csv.gz? + in : data/in.csv.gz"]),
        ("open(f'd/{i}.csv')", ["2:1 in d/{i}.csv?"]),
        ("open('../x.csv', 'w')", ["2:1 out ../x.csv"]),
        ("open('x.csv')\nopen('x.csv', 'w')", ["2:1 in x.csv?", "2:2 out x.csv?"]),
        ("open('x.csv')  # No effect", []),
        ("import helper", [
            "2:1 module helper.py + in : helper.py", "2:1 module inner.py + in : inner.py",
        ]),
        ("import os, inner", ["2:1 module inner.py + in : inner.py"]),
        ("x = 1\ntry:\n    from helper import f\nexcept ImportError:\n    pass", [
            "2:3 module helper.py + in : helper.py", "2:3 module inner.py + in : inner.py",
        ]),
        ("import json", []),
    ],
)  # fmt: skip
async def test_what_a_step_uses(
    jp_fetch: Fetch, project: Project, code: str, expected: list[str]
) -> None:
    (project.folder / "helper.py").write_text("import inner\nopen('pwned', 'w')\n")
    (project.folder / "inner.py").write_text("open('pwned', 'w')\n")
    path = project.path("new")
    assert said(await parse(jp_fetch, path, STEP + VALUES, code, whole=True)) == expected
    assert said(await parse(jp_fetch, path, STEP + VALUES, code)) == []
    assert not list(project.root.rglob("pwned"))


async def test_what_is_found_can_be_added(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "helper.py").write_text("")
    path, first = project.path("new"), STEP + VALUES
    code = "import helper\ntarget.write_text(open('a.csv').read() + open('b.csv').read())"
    found = await parse(jp_fetch, path, first, code, whole=True)
    changes = [use["field"] for use in found["uses"] if not use["declared"]]
    assert len(changes) == 4
    body: dict[str, Any] = {
        "path": path,
        "cell": {"number": 1, "source": first},
        "changes": changes,
    }
    done = json.loads((await post(jp_fetch, "edit", body)).body)
    after = first[: done["start"]] + done["text"] + first[done["stop"] :]
    found = await parse(jp_fetch, path, after, code, whole=True)
    assert [use["declared"] for use in found["uses"]] == [True] * 4
    assert ":dvc-out target: data/out.csv\n" in after


async def test_paths_of_a_notebook_in_a_folder(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "sub").mkdir()
    (project.folder / "sub" / "helper.py").write_text("")
    absolute = project.folder / "data" / "abs.csv"
    code = f"import helper\nopen('a.csv')\nopen('../b.csv')\nopen({str(absolute)!r})"
    first = '""":dvc-in: sub/a.csv"""'
    found = await parse(jp_fetch, f"{project.name}/sub/new.ipynb", first, code, whole=True)
    assert said(found) == [
        "2:2 in sub/a.csv!",
        "2:3 in b.csv + in : b.csv",
        "2:4 in data/abs.csv + in : data/abs.csv",
        "2:1 module sub/helper.py + in : sub/helper.py",
    ]


async def test_modules_of_the_project_that_are_not_beside_the_notebook(
    jp_fetch: Fetch, project: Project
) -> None:
    files = {
        "notebooks/helper.py": "import common\n",
        "common.py": "from pkg.inner import x\nimport helper, notebooks.deep\n",
        "helper.py": "import nothing_of_this\n",
        "nothing_of_this.py": "",
        "notebooks/deep.py": "",
        "random.py": "",
        "src/pkg/__init__.py": "",
        "src/pkg/inner.py": "from . import other\nimport alone\nopen('pwned', 'w')\n",
        "src/pkg/other.py": "",
        "src/pkg/unused.py": "",
        "src/alone.py": "",
        "src/common.py": "",
        "lib/far.py": "",
    }
    for name, text in files.items():
        file = project.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    path = f"{project.name}/notebooks/new.ipynb"
    code = "import helper, random, far\nimport alone"
    found = await parse(jp_fetch, path, '""":dvc-in: src/pkg"""', code, whole=True)
    assert said(found) == [
        "2:1 module notebooks/helper.py + in : notebooks/helper.py",
        "2:1 module common.py? + in : common.py",
        "2:1 module notebooks/deep.py? + in : notebooks/deep.py",
        "2:2 module src/alone.py? + in : src/alone.py",
        "2:1 module src/pkg/__init__.py?!",
        "2:1 module src/pkg/inner.py?!",
        "2:1 module src/pkg/other.py?!",
    ]
    assert not list(project.root.rglob("pwned"))


async def test_modules_of_src_for_a_notebook_of_the_project_itself(
    jp_fetch: Fetch, project: Project
) -> None:
    (project.folder / "src").mkdir()
    for name in ("src/helper.py", "src/late.py", "late.py"):
        (project.folder / name).write_text("")
    code = "import helper, late\nfrom src import late"
    found = await parse(jp_fetch, project.path("new"), STEP, code, whole=True)
    assert said(found) == [
        "2:1 module late.py + in : late.py",
        "2:2 module src/late.py + in : src/late.py",
        "2:1 module src/helper.py? + in : src/helper.py",
    ]


async def test_a_whole_command_declares_too(jp_fetch: Fetch, project: Project) -> None:
    first = '""":dvc-cmd: dvc run -d a.csv -o out -M m.json python x.py"""'
    code = "open('a.csv'); open('out/b', 'w'); open('m.json', 'w'); open('c.csv'); open('d', 'w')"
    found = await parse(jp_fetch, project.path("new"), first, code, whole=True)
    assert said(found)[:3] == ["2:1 in a.csv!", "2:1 out out/b!", "2:1 out m.json!"]
    # Beside a whole command there is no field for what is missing in it.
    assert [use["field"] for use in found["uses"]] == [None] * 5


async def test_a_thousand_cells(jp_fetch: Fetch, project: Project) -> None:
    cells = [f"x{n} = {n}\nprint(open('d/{n}.csv').read(), x{n})\n" for n in range(999)]
    path = project.path("new")
    found = await parse(jp_fetch, path, STEP, *cells, whole=True)
    assert len(found["uses"]) == 999
    taken = []
    for key in "abc":
        begin = time.process_time()
        await parse(jp_fetch, path, STEP, *cells[:-1], f"open('{key}.csv')", whole=True)
        taken.append(time.process_time() - begin)
    # Only the cell that changed is read again.
    assert min(taken) < 0.5, taken
