"""What the set-up does on machines that are not like this one."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import NODE, ROOT, run

SCRIPTS = ROOT / "scripts"


def command(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), "utf-8")
    path.chmod(0o755)
    return path


def called(script: str, *arguments: str, cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(SCRIPTS / script), *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def with_node(folder: Path, major: int, minor: int, bare_path: str) -> str:
    """A PATH on which the Node is of that version; all else it does is the real one's."""
    real = shutil.which("node")
    assert real is not None
    version = f'Object.defineProperty(process.versions, "node", {{ value: "{major}.{minor}.0" }})'
    (folder / "version.js").write_text(version, "utf-8")
    command(folder / "bin" / "node", f'exec {shlex.quote(real)} -r "{folder}/version.js" "$@"')
    command(folder / "bin" / "npm", "exit 1")
    return f"{folder / 'bin'}{os.pathsep}{bare_path}"


@pytest.mark.parametrize("version", [(20, 19), (20, 20), (22, 12), (23, 0), (24, 1)])
def test_a_node_that_can_build_is_used(
    tmp_path: Path, bare_path: str, version: tuple[int, int]
) -> None:
    done = called("make_node.sh", cwd=tmp_path, path=with_node(tmp_path, *version, bare_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("version", [(18, 20), (20, 0), (20, 18), (21, 9), (22, 11)])
def test_another_node_is_not(tmp_path: Path, bare_path: str, version: tuple[int, int]) -> None:
    done = called("make_node.sh", cwd=tmp_path, path=with_node(tmp_path, *version, bare_path))
    assert "too old to build the extension: installing Node 22 into .venv" in done.stdout
    assert done.returncode == 1  # this npm installs nothing


def test_no_node_is_said(tmp_path: Path, bare_path: str) -> None:
    done = called("make_node.sh", cwd=tmp_path, path=bare_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Node 20 or later, with npm, is needed: install it first.\n"


@pytest.mark.faults
def test_a_newer_node_is_installed(tmp_path: Path, bare_path: str) -> None:
    old = tmp_path / "old"
    install = ("npm", "install", "--prefix", old, "--no-save", "node@20.0.0", "npm@9.6.4")
    run(*install, path=os.environ["PATH"], cwd=tmp_path)
    project = tmp_path / "a b'c\"d"
    (project / ".venv" / "bin").mkdir(parents=True)
    own = project / ".venv" / "bin"
    path = os.pathsep.join([str(own), str(old / "node_modules" / ".bin"), bare_path])
    assert run("node", "--version", path=path) == "v20.0.0\n"
    run("bash", SCRIPTS / "make_node.sh", path=path, cwd=project)
    assert [name for name in NODE if (own / name).exists()] == ["node", "npm", "npx"]
    assert run("node", "--version", path=path).startswith("v22.")
    assert run("npm", "--version", path=path).startswith("10.")
    done = called("make_node.sh", cwd=project, path=path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def made_with(folder: Path, python: str) -> None:
    command(folder / ".venv" / "bin" / "python", f'exec {shlex.quote(python)} "$@"')


def test_the_python_of_the_environment_may_be_named(tmp_path: Path) -> None:
    made_with(tmp_path, sys.executable)
    done = called("same_python.sh", sys.executable, cwd=tmp_path, path=os.environ["PATH"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_any_python_may_be_named_before_there_is_an_environment(tmp_path: Path) -> None:
    done = called("same_python.sh", "/nowhere/python", cwd=tmp_path, path=os.environ["PATH"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_python_than_the_environment_has_is_refused(tmp_path: Path) -> None:
    made_with(tmp_path, sys.executable)
    other = command(tmp_path / "python9", "echo 9.1.2 /opt/nine")
    done = called("same_python.sh", str(other), cwd=tmp_path, path=os.environ["PATH"])
    version = ".".join(str(part) for part in sys.version_info[:3])
    assert done.returncode == 1
    assert f".venv was made with Python {version}, {other} is 9.1.2 (/opt/nine)" in done.stderr
    assert "rm -rf .venv" in done.stderr


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    made_with(tmp_path, sys.executable)
    done = called("same_python.sh", "/nowhere/python", cwd=tmp_path, path=os.environ["PATH"])
    assert done.returncode == 1
    assert done.stderr.startswith("/nowhere/python can't be started: name another Python")
