"""The wheel in the oldest and the newest Jupyter that it is for, in a real browser.

Each environment is made from nothing: what stands in ours can't help. The servers have a token and
a base URL that must be encoded, as below a hub; the specs are in ``ui-tests/compat``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from .conftest import ROOT, free_ports, install, run

VERSION = json.loads((ROOT / "package.json").read_text("utf-8"))["version"]
TOGETHER = "jupyter-collaboration"
GERMAN = "jupyterlab-language-pack-de-DE"
JUPYTERS = {
    "oldest": ("jupyterlab==4.4.*", "notebook==7.4.*"),
    "newest": ("jupyterlab>=4.6,<5", "notebook>=7.5,<8", TOGETHER, GERMAN),
}


class Jupyter(NamedTuple):
    name: str
    bin: Path
    path: str
    """The commands of the environment, and those of the system without Node."""


@pytest.fixture(scope="module", params=JUPYTERS)
def jupyter(
    request: pytest.FixtureRequest,
    wheel: Path,
    bare_path: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Jupyter:
    name: str = request.param
    folder = install([wheel, *JUPYTERS[name]], tmp_path_factory.mktemp(name) / "venv", bare_path)
    return Jupyter(name, folder, f"{folder}{os.pathsep}{bare_path}")


def test_both_halves_are_found(jupyter: Jupyter, tmp_path: Path) -> None:
    listed = run(jupyter.bin / "jupyter", "labextension", "list", path=jupyter.path, cwd=tmp_path)
    (line,) = (line for line in listed.splitlines() if "jupyterlab-dvc" in line)
    assert f"v{VERSION}" in line
    assert "enabled" in line
    assert "OK" in line
    # Of install.json: how to uninstall it.
    assert "(python, jupyterlab_dvc)" in line
    listed = run(
        jupyter.bin / "jupyter", "server", "extension", "list", path=jupyter.path, cwd=tmp_path
    )
    lines = [line for line in listed.splitlines() if "jupyterlab_dvc" in line]
    assert any("enabled" in line for line in lines)
    assert any(f"jupyterlab_dvc {VERSION}" in line and "OK" in line for line in lines)


def test_steps_are_synced_and_run(jupyter: Jupyter, tmp_path: Path) -> None:
    npx = shutil.which("npx")
    assert npx is not None
    lab, notebook, unsaved, german = free_ports(4)
    done = subprocess.run(
        [npx, "--no-install", "playwright", "test", "--config", "ui-tests/compat.config.ts"],
        cwd=ROOT,
        env={
            **os.environ,
            "COMPAT_NAME": jupyter.name,
            "COMPAT_BIN": str(jupyter.bin),
            "COMPAT_PATH": jupyter.path,
            "COMPAT_FOLDER": str(tmp_path),
            "COMPAT_TOGETHER": "1" if TOGETHER in JUPYTERS[jupyter.name] else "",
            "COMPAT_LANGUAGE": "de_DE" if GERMAN in JUPYTERS[jupyter.name] else "",
            "LAB_PORT": str(lab),
            "NOTEBOOK_PORT": str(notebook),
            "UNSAVED_PORT": str(unsaved),
            "GERMAN_PORT": str(german),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    results = ROOT / "ui-tests" / "test-results" / f"compat-{jupyter.name}"
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{_pages(results)}"
    report = results / "playwright.json"
    stats = json.loads(report.read_text("utf-8"))["stats"]
    assert stats["skipped"] == 0
    assert stats["expected"] == (7 if TOGETHER in JUPYTERS[jupyter.name] else 2)


def _pages(results: Path) -> str:
    """What stood in the pages of the tests that failed, as Playwright describes it."""
    found = sorted(results.rglob("error-context.md"))
    return "\n".join(path.read_text("utf-8")[:4000] for path in found)
