"""Notebook → script: warm, after one cell changed, and as a fresh process, against the peers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .row import Row

_ROUNDS = 5
# MLV-tools 2.1.1 starts with these; DVC 0.94, which it also asks for, isn't needed to convert.
_OLDER = (
    "pydantic==1.7.4",
    "docstring-parser==0.7.3",
    "yapf==0.30.0",
    "ipython",
    "nbconvert",
    "pyyaml",
)
_OLDER_PYTHONS = ("3.9", "3.8", "3.7")

_CELL = '''# step {0}
import json

def scaled_{0}(values, factor=1):
    """The values, scaled."""
    total = 0
    for value in values:
        total += value * factor  # by the factor
    return total

result_{0} = scaled_{0}([1, 2, 3], factor={0})
print(f"result {{result_{0}}}", json.dumps([result_{0}]))
'''


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for cells, megabytes in ((100, 0), (1000, 0), (200, 26)):
            yield from _warm(root, cells, megabytes)
        yield from _fresh(root)


def _warm(root: Path, cells: int, megabytes: int) -> Iterator[Row]:
    import jupytext
    from nbconvert.exporters import ScriptExporter

    path = root / f"cells_{cells}_{megabytes}.ipynb"
    changed = _notebook(path, cells, megabytes)
    exporter = ScriptExporter()
    peer = _best(lambda: exporter.from_filename(str(path)))
    other = _best(lambda: jupytext.writes(jupytext.read(path), fmt="py:percent"))
    cold = _best(lambda: _convert(path), _forget)
    after = _best(lambda: _convert(path), changed)
    work = f"{cells:,} cells" + (f", {megabytes} MB of outputs" if megabytes else "")
    yield Row(f"{work}, warm", cold, "nbconvert script", peer, 1.0)
    yield Row(f"{work}, warm", cold, "jupytext py:percent", other, 3.0)
    yield Row(f"{work}, one cell changed", after, "nbconvert script", peer, 0.15)


def _convert(path: Path) -> str:
    from jupyterlab_dvc import notebook, script, step

    made = step.read(
        notebook.read(path),
        source=path.name,
        script_folder=path.parent / "pipeline" / "scripts",
        root=path.parent,
        notebook_path=path,
    )
    return script.render(made).text


def _forget() -> None:
    """Empty what the process remembers of cells."""
    from jupyterlab_dvc import cellcode, imports, names, paths

    for remembered in (
        cellcode.read,
        cellcode.block,
        cellcode.block_compiles,
        imports.statements,
        names.of,
        paths.relative,
    ):
        remembered.cache_clear()


def _notebook(path: Path, cells: int, megabytes: int) -> Callable[[], None]:
    """Writes it; the function that is returned changes one cell of it each time."""
    size = megabytes * 1_000_000 // cells
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": "iVBORw0K" * (size // 8)},
    }
    found = [
        {
            "cell_type": "code",
            "execution_count": number,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [output] if size else [],
            "source": _CELL.format(number).splitlines(keepends=True),
        }
        for number in range(cells)
    ]
    content = {
        "cells": found,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    count = 0

    def change() -> None:
        nonlocal count
        count += 1
        found[cells // 2]["source"] = [f"changed = {count}\n"]
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")

    return change


def _fresh(root: Path) -> Iterator[Row]:
    work, path = "ipynb_to_python, fresh process", root / "cells_100_0.ipynb"
    own = str(Path(sys.executable).parent / "ipynb_to_python")
    ours = _command([own, "-n", path.name, "-o", "ours.py", "-f"], root)
    jupyter = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "script", path.name]
    yield Row(work, ours, "jupyter nbconvert", _command(jupyter, root), 0.15)
    older = _older(root)
    if older is None:
        print("left out: MLV-tools 2.1.1 can't be installed here", file=sys.stderr)
        return
    peer = _command([older, "-w", ".", "-n", path.name, "-o", "theirs.py", "-f"], root)
    yield Row(work, ours, "MLV-tools 2.1.1", peer, 0.6)


def _older(root: Path) -> str | None:
    """MLV-tools' own command in an environment of its own."""
    python = next((found for v in _OLDER_PYTHONS if (found := _python(v)) is not None), None)
    if python is None:
        return None
    environment = root / "older"
    subprocess.run([python, "-m", "venv", str(environment)], check=True)
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "-q"]
    into = ["--python", str(environment / "bin" / "python")]
    for packages in (["--no-deps", "mlvtools==2.1.1"], _OLDER):
        if subprocess.run([*uv, *into, *packages], capture_output=True).returncode:
            return None
    return str(environment / "bin" / "ipynb_to_python")


def _python(version: str) -> str | None:
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(found[-1]) if found else shutil.which(f"python{version}")


def _command(words: Sequence[str], folder: Path) -> float:
    def run() -> None:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, env=dict(os.environ))

    run()
    return _best(run)


def _best(work: Callable[[], object], before: Callable[[], None] = lambda: None) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        before()
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best
