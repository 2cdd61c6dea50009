"""One stage of a thousand updated: our command and DVC's, each as a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .row import Row

MINUTES = 0.5
STAGES = 1000
_ROUNDS = 3


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _project(root)
        ours = _best(root, [_own("ipynb_to_dvc"), "-n", "step_500.ipynb", "-w", ".", "-f"])
        peer = _best(root, _dvc_stage_add())
    work = f"dvc.yaml of {STAGES:,} stages, one updated"
    yield Row(work, ours, "dvc stage add --force", peer, 0.5, "ratio")
    yield Row(work, ours, "dvc stage add --force", peer, 1.5, "value")


def _own(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _dvc_stage_add() -> Sequence[str]:
    options = [word for n in range(3) for word in ("-d", f"data/in_{n}.csv")]
    return [
        *[sys.executable, "-m", "dvc", "stage", "add", "--force", "-n", "mlvtools_step_499"],
        *["-d", "pipeline/scripts/mlvtools_step_499.py", *options, "-o", "data/out_499_{}.csv"],
        "python pipeline/scripts/mlvtools_step_499.py {}",
    ]


def _project(root: Path) -> None:
    git = ["git", "-c", "init.defaultBranch=main", "init", "-q", str(root)]
    subprocess.run(git, check=True)
    dvc = [sys.executable, "-m", "dvc", "init", "-q"]
    subprocess.run(dvc, cwd=root, check=True)
    from jupyterlab_dvc.stage_fields import fingerprint
    from jupyterlab_dvc.yaml_text import pair

    lines = ["stages:"]
    for number in range(STAGES):
        name = f"mlvtools_step_{number}"
        fields: dict[str, object] = {
            "cmd": f"python pipeline/scripts/{name}.py --in=data/in_{number}.csv",
            "deps": [f"pipeline/scripts/{name}.py", f"data/in_{number}.csv"],
            "outs": [f"data/out_{number}.csv"],
        }
        meta = {"notebook": f"step_{number}.ipynb", "sha256": fingerprint(fields)}
        lines += pair(name, {**fields, "meta": {"jupyterlab-dvc": meta}}, 2)
    (root / "data").mkdir()
    (root / "dvc.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _notebook(path: Path, number: int) -> None:
    source = f'":dvc-in: data/in_{number}.csv\\n:dvc-out: data/out_500.csv"'
    text = source.replace('"', '"""').replace("\\n", "\n")
    cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _best(root: Path, command: Sequence[str]) -> float:
    """Seconds of the fastest round; each changes something."""
    best = float("inf")
    for number in range(_ROUNDS):
        _notebook(root / "step_500.ipynb", number)
        words = [word.replace("{}", str(number)) for word in command]
        start = time.perf_counter()
        subprocess.run(words, cwd=root, check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - start)
    return best
