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

MINUTES = 1
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

    def nbconvert() -> object:
        return exporter.from_filename(str(path))

    def with_jupytext() -> object:
        return jupytext.writes(jupytext.read(path), fmt="py:percent")

    cold, peer, other = _race(
        (lambda: _convert(path), _forget), (nbconvert, _forget), (with_jupytext, _forget)
    )
    work = f"{cells:,} cells" + (f", {megabytes} MB of outputs" if megabytes else "")
    yield Row(f"{work}, warm", cold, "nbconvert script", peer, 1.0)
    yield Row(f"{work}, warm", cold, "jupytext py:percent", other, 3.0)
    after, peer = _race((lambda: _convert(path), changed), (nbconvert, changed))
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
    from jupyterlab_dvc import cellcode, imports, names, paths, step

    for remembered in (
        cellcode.read,
        cellcode.block,
        cellcode.block_compiles,
        imports.statements,
        imports.mentions,
        names.of,
        paths.relative,
        step.mentions_interactive,
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
    jupyter = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "script", path.name]
    commands = [[own, "-n", path.name, "-o", "ours.py", "-f"], jupyter]
    older = _older(root)
    if older is not None:
        commands.append([older, "-w", ".", "-n", path.name, "-o", "theirs.py", "-f"])
    ours, *peers = _race(*(_command(words, root) for words in commands))
    yield Row(work, ours, "jupyter nbconvert", peers[0], 0.15)
    if older is not None:
        yield Row(work, ours, "MLV-tools 2.1.1", peers[1], 0.6)
    else:
        print("left out: MLV-tools 2.1.1 can't be installed here", file=sys.stderr)


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


def _command(words: Sequence[str], folder: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    """A command for a race; it has run once already, so that its files are warm."""

    def run() -> None:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, env=dict(os.environ))

    run()
    return run, lambda: None


def _race(*entrants: tuple[Callable[[], object], Callable[[], None]]) -> list[float]:
    """Seconds of each one's fastest round; they take turns, so that a slow spell hits them all.

    The second of each pair is what comes before a round and doesn't count.
    """
    best = [float("inf")] * len(entrants)
    for _ in range(_ROUNDS):
        for number, (work, before) in enumerate(entrants):
            before()
            start = time.perf_counter()
            work()
            best[number] = min(best[number], time.perf_counter() - start)
    return best
