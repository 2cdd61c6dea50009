"""What is in the wheel, and what it is once installed where there is no Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from .conftest import ROOT, free_ports, install, run

VERSION = json.loads((ROOT / "package.json").read_text("utf-8"))["version"]
DATA = f"jupyterlab_dvc-{VERSION}.data/data"
LABEXTENSION = f"{DATA}/share/jupyter/labextensions/jupyterlab-dvc"
COMMANDS = (
    "check_all_scripts_consistency",
    "check_script_consistency",
    "export_pipeline",
    "gen_dvc",
    "ipynb_to_dvc",
    "ipynb_to_python",
    "jupyterlab-dvc",
)


@pytest.fixture(scope="session")
def contents(wheel: Path) -> dict[str, int]:
    """File in the wheel → size in bytes."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.file_size for info in archive.infolist()}


@pytest.mark.parametrize(
    "name",
    [
        f"{LABEXTENSION}/install.json",
        f"{LABEXTENSION}/package.json",
        f"{LABEXTENSION}/schemas/jupyterlab-dvc/commands.json",
        f"{LABEXTENSION}/static/style.js",
        f"{DATA}/etc/jupyter/jupyter_server_config.d/jupyterlab_dvc.json",
        f"jupyterlab_dvc-{VERSION}.dist-info/licenses/LICENSE",
        "jupyterlab_dvc/__init__.py",
        "jupyterlab_dvc/server/routes.py",
        "jupyterlab_dvc/py.typed",
    ],
)
def test_is_in_the_wheel(contents: dict[str, int], name: str) -> None:
    assert name in contents


def test_the_examples_are_in_the_wheel(contents: dict[str, int]) -> None:
    source = ROOT / "examples" / "dummy"
    tracked = run("git", "ls-files", ".", path=os.environ["PATH"], cwd=source).split()
    assert any(name.endswith(".ipynb") for name in tracked)
    assert {f"jupyterlab_dvc/examples/dummy/{name}" for name in tracked} <= set(contents)


def test_nothing_else_is_in_the_wheel(contents: dict[str, int]) -> None:
    strange = [
        name
        for name in contents
        if not name.startswith(
            ("jupyterlab_dvc/", f"{DATA}/", f"jupyterlab_dvc-{VERSION}.dist-info/")
        )
        or name.startswith("jupyterlab_dvc/labextension/")
        or name.endswith((".map", ".pyc", ".ts", ".tsx"))
        or "__tests__" in name
        or "node_modules" in name
    ]
    assert strange == []


def test_the_extension_is_small(contents: dict[str, int]) -> None:
    static = {
        name: size for name, size in contents.items() if name.startswith(f"{LABEXTENSION}/static/")
    }
    (entry,) = (size for name, size in static.items() if "remoteEntry" in name)
    assert entry <= 16_000
    # What loads at start is measured in the browser: a part of this.
    assert sum(size for name, size in static.items() if name.endswith(".js")) <= 600_000


def test_no_path_of_this_machine_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = [name for name in archive.namelist() if os.fsencode(ROOT) in archive.read(name)]
    assert found == []


def test_the_sdist_holds_the_sources_and_what_is_built(sdist: Path) -> None:
    root = f"jupyterlab_dvc-{VERSION}"
    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"{root}/") for name in archive.getnames()}
    assert {"src/index.ts", "package-lock.json", "pyproject.toml", "LICENSE"} <= names
    assert "jupyterlab_dvc/labextension/package.json" in names
    made = ("node_modules/", ".venv/", "demo/", "lib/", "test-results/", "dist/", ".git/")
    assert [name for name in names if name.startswith(made)] == []


def test_the_sdist_gives_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(wheel_of_sdist) as other:
        assert {i.filename: i.CRC for i in one.infolist()} == {
            i.filename: i.CRC for i in other.infolist()
        }


@pytest.fixture(scope="session")
def installed(wheel: Path, bare_path: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a clean environment that holds the wheel and a JupyterLab."""
    environment = tmp_path_factory.mktemp("clean") / "venv"
    return install([wheel, "jupyterlab==4.4.*"], environment, bare_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself(
    installed: Path, bare_path: str, tmp_path: Path, command: str
) -> None:
    path = f"{installed}{os.pathsep}{bare_path}"
    shown = run(installed / command, "-h", path=path, cwd=tmp_path)
    assert command in shown
    assert "usage" in shown.lower()
    assert "Traceback" not in shown


def test_there_are_no_other_commands(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = f"jupyterlab_dvc-{VERSION}.dist-info/entry_points.txt"
        groups = ConfigParser()
        groups.read_string(archive.read(name).decode())
    scripts = list(groups["console_scripts"])
    assert sorted(scripts) == sorted(COMMANDS)


def test_it_loads_in_a_browser(installed: Path, bare_path: str) -> None:
    (port,) = free_ports(1)
    npx = shutil.which("npx")
    assert npx is not None
    done = subprocess.run(
        [npx, "--no-install", "playwright", "test", "--config", "ui-tests/playwright.config.ts"],
        cwd=ROOT,
        env={**os.environ, "INSTALLED_BIN": str(installed), "LAB_PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert "1 passed" in done.stdout
