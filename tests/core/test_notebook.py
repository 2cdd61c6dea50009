"""Notebook files: what is read of them, what is refused, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_server.services.contents.fileio import atomic_writing

from jupyterlab_dvc import notebook, notebook_json
from jupyterlab_dvc.errors import NotFound, Refused


def file_of(**changes: Any) -> bytes:
    whole: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    whole.update(changes)
    return json.dumps(whole).encode()


def code(source: object, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


def test_a_notebook_of_format_4() -> None:
    read = notebook.parse(
        file_of(
            cells=[
                {"cell_type": "markdown", "source": ["# T\n", "x"], "metadata": {}},
                code(["a = 1\r\n", "b"], metadata={"tags": ["no-effect", 3]}),
                {"cell_type": "raw", "source": "r"},
            ],
            metadata={
                "kernelspec": {"name": "env", "language": "python"},
                "language_info": {"name": "Python"},
            },
        ),
        "n.ipynb",
    )
    found = [(cell.number, cell.kind, cell.source, cell.tags) for cell in read.cells]
    assert found == [
        (1, "markdown", "# T\nx", ()),
        (2, "code", "a = 1\r\nb", ("no-effect",)),
        (3, "raw", "r", ()),
    ]
    assert (read.path, read.language, read.kernel) == ("n.ipynb", "python", "env")


def test_a_notebook_of_format_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": "T"},
        {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python", "outputs": []},
    ]
    sheets = [{"cells": cells}, {"cells": [{"cell_type": "code", "input": "c"}]}]
    data = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": sheets}).encode()
    found = [(cell.number, cell.kind, cell.source) for cell in notebook.parse(data, "n").cells]
    assert found == [(1, "markdown", "T"), (2, "code", "a = 1\nb = 2"), (3, "code", "c")]


@pytest.mark.parametrize(
    "data",
    [
        file_of(),
        b"\xef\xbb\xbf" + file_of(),
        b'{"nbformat": 3, "worksheets": []}',
        b'{"nbformat": 4, "cells": []}',
    ],
)
def test_a_notebook_without_cells(data: bytes) -> None:
    assert notebook.parse(data, "n").cells == ()


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b"", "notebook-empty", None),
        (b" \n", "notebook-empty", None),
        (b"{\n\n nbformat}", "notebook-not-json", 3),
        (b'{"nbformat": 4,\n"cells": [\n', "notebook-not-json", 3),
        (b'{"nbformat": 4,\n<<<<<<< HEAD\n"cells": []}', "notebook-not-json", 2),
        (b'{"a":\n"\xff"}', "notebook-not-utf8", 2),
        ("{}".encode("utf-16"), "notebook-not-utf8", 1),
        (b"[" * 200_000, "notebook-too-deep", None),
        (b"[]", "not-a-notebook", None),
        (b"{}", "not-a-notebook", None),
        (b'{"nbformat": "4", "cells": []}', "not-a-notebook", None),
        (b'{"nbformat": 2, "worksheets": []}', "notebook-version", None),
        (b'{"nbformat": 5, "cells": []}', "notebook-version", None),
        (b'{"nbformat": 4}', "notebook-shape", None),
        (b'{"nbformat": 4, "cells": {}}', "notebook-shape", None),
        (b'{"nbformat": 4, "cells": [1]}', "notebook-cell", None),
        (file_of(cells=[code(7)]), "notebook-cell", None),
        (file_of(cells=[code(["a", 7])]), "notebook-cell", None),
        (file_of(metadata={"language_info": {"name": "R"}}), "notebook-language", None),
        (file_of(metadata={"kernelspec": {"language": "julia"}}), "notebook-language", None),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_what_is_no_notebook_is_refused(
    data: bytes, problem: str, line: int | None, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not whole:
        monkeypatch.setattr(notebook_json, "WHOLE", 0)
    with pytest.raises(Refused) as refused:
        notebook.parse(data, "bad.ipynb")
    [found] = refused.value.problems
    assert (found.code, found.place.path, found.place.line) == (problem, "bad.ipynb", line)


MARKS = '{"cells": [\n{"outputs": [\n1e-5, true,\n%s\n"a"],\n"source": []}], "nbformat": 4}'


@pytest.mark.parametrize("inside", ["<<<<<<< HEAD", "=======", ">>>>>>> b", "{'a': 1},", "nul"])
@pytest.mark.parametrize("whole", [True, False])
def test_outputs_that_are_no_json_are_refused_too(
    inside: str, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_json, "WHOLE", 8_000_000 if whole else 0)
    with pytest.raises(Refused) as refused:
        notebook.parse((MARKS % inside).encode(), "bad.ipynb")
    [found] = refused.value.problems
    assert (found.code, found.place.line) == ("notebook-not-json", 4)


@pytest.mark.parametrize("data", [b"", b"# Title\n", b"\xff\xfe", b"a: 1\n", b"{"])
def test_another_file_named_by_mistake_is_nothing_to_mend(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        notebook.parse(data, "README.md")
    [found] = refused.value.problems
    assert (found.code, found.place.path) == ("not-a-notebook-file", "README.md")


def test_a_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        notebook.read(tmp_path / "a.ipynb")
    with pytest.raises(Refused):
        notebook.read(tmp_path)


TEXTS = st.text(alphabet='"\\{}[]:, \nabé\u2028outputs', max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["outputs", "a", "metadata", '"outputs"']), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.tuples(TEXTS, VALUES, VALUES), max_size=4), st.sampled_from([None, 1, "\t"]))
def test_a_large_file_is_read_like_a_small_one(
    cells: list[tuple[str, object, object]], indent: int | str | None
) -> None:
    content = {
        "metadata": {"widgets": {"x": [cell[1] for cell in cells]}},
        "cells": [
            {"outputs": output, "metadata": {"more": more}, "cell_type": "code", "source": source}
            for source, output, more in cells
        ],
        "nbformat": 4,
    }
    data = json.dumps(content, indent=indent, ensure_ascii=False).encode()
    small = notebook.parse(data, "n")
    before = notebook_json.WHOLE
    try:
        notebook_json.WHOLE = 0
        assert notebook.parse(data, "n") == small
    finally:
        notebook_json.WHOLE = before


def test_an_error_below_large_outputs_keeps_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_json, "WHOLE", 0)
    data = b'{"cells": [\n{"outputs": [\n"a",\n"b"\n],\n"source": oops}]}'
    with pytest.raises(Refused) as refused:
        notebook.parse(data, "n.ipynb")
    assert refused.value.problems[0].place.line == 6


LOADER = r"""
import re, resource, sys
from pathlib import Path
from jupyterlab_dvc import notebook
assert len(notebook.read(Path(sys.argv[1])).cells) == 20
if sys.platform == "darwin":
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
else:
    # Linux's ru_maxrss outlives exec: it would be the parent's peak where that is larger.
    print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024)
"""


@pytest.mark.parametrize("escaped", [False, True])
def test_the_memory_for_200_mb_of_outputs(escaped: bool, tmp_path: Path) -> None:
    """The peak is at most the file's size and 100 MB, whatever the outputs hold."""
    path = tmp_path / "large.ipynb"
    text = (r"\n\"\u00e9\ud83d\ude00 é " if escaped else "abcdefgh" * 4).encode()
    text *= 10_000_000 // len(text)
    with path.open("wb") as file:
        file.write(b'{"nbformat": 4, "metadata": {}, "cells": [')
        for number in range(20):
            file.write(b"," if number else b"")
            file.write(b'{"cell_type": "code", "source": "x = 1", "outputs": [{"text": "')
            file.write(text + b'"}]}')
        file.write(b"]}")
    size = path.stat().st_size
    assert size > 195_000_000
    done = subprocess.run(
        [sys.executable, "-c", LOADER, str(path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= size + 100_000_000


@pytest.mark.parametrize("linked", [False, True])
def test_while_jupyter_saves_it_a_read_waits(linked: bool, tmp_path: Path) -> None:
    path = tmp_path / "a b.ipynb"
    path.write_bytes(file_of(cells=[code("old")]))
    named = path
    if linked:
        (tmp_path / "elsewhere").mkdir()
        named = tmp_path / "elsewhere" / "link.ipynb"
        named.symlink_to(path)
    new = file_of(cells=[code("new")]).decode()
    with futures.ThreadPoolExecutor() as pool:
        with atomic_writing(str(named)) as file:
            # Empty first, then a part of it.
            reading = pool.submit(notebook.read, named)
            # Python 3.10 has a class of its own for it.
            with pytest.raises(futures.TimeoutError):
                reading.result(0.2)
            file.write(new[:50])
            file.flush()
            with pytest.raises(futures.TimeoutError):
                reading.result(0.2)
            file.write(new[50:])
        assert [cell.source for cell in reading.result(5).cells] == ["new"]


def test_a_broken_notebook_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"")
    start = time.monotonic()
    with pytest.raises(Refused, match="empty"):
        notebook.read(path)
    assert time.monotonic() - start < 1
    # A save that never ends: a server that was killed in it.
    path.with_name(".~a.ipynb").write_bytes(file_of())
    start = time.monotonic()
    with pytest.raises(Refused, match="empty"):
        notebook.read(path)
    assert time.monotonic() - start < 10
