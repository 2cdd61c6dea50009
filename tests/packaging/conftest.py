"""The wheel and the sdist, built once and without Node: what they hold is already built."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


NODE = ("node", "nodejs", "npm", "npx", "jlpm", "yarn", "corepack")


def without_node(path: str, farm: Path) -> str:
    """The PATH without the environment under test, and without Node.

    A folder that has Node is replaced by links, in ``farm``, to all else that it has.
    """
    own = Path(sys.executable).parent
    folders = []
    for number, folder in enumerate(path.split(os.pathsep)):
        if not folder or Path(folder) == own or not Path(folder).is_dir():
            continue
        if any(shutil.which(tool, path=folder) for tool in NODE):
            kept = farm / str(number)
            kept.mkdir()
            for entry in Path(folder).iterdir():
                if entry.name not in NODE:
                    (kept / entry.name).symlink_to(entry)
            folder = str(kept)
        folders.append(folder)
    return os.pathsep.join(folders)


def run(*command: str | Path, path: str, cwd: Path | None = None) -> str:
    """The command's output, both streams; a failure shows it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**environment, "PATH": path, "VIRTUAL_ENV": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-5000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def bare_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which there is no Node."""
    path = without_node(os.environ["PATH"], tmp_path_factory.mktemp("path"))
    assert shutil.which("git", path=path) is not None
    assert [tool for tool in NODE if shutil.which(tool, path=path)] == []
    return path


def build(kind: str, source: Path, out: Path, path: str) -> Path:
    uv = shutil.which("uv") or Path(sys.executable).with_name("uv")
    arguments: Sequence[str | Path] = (
        uv,
        "build",
        f"--{kind}",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        out,
        source,
    )
    run(*arguments, path=path)
    (built,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def install(what: Sequence[str | Path], environment: Path, path: str) -> Path:
    """The folder of commands of a new environment that holds ``what`` and nothing of ours."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    run(uv, "venv", "--quiet", "--python", sys.executable, environment, path=path)
    python = environment / "bin" / "python"
    command = (uv, "pip", "install", "--quiet", "--python", python, *what)
    try:
        run(*command, path=path)
    except AssertionError:
        # Without a network, from what an earlier run fetched.
        run(*command, "--offline", path=path)
    return python.parent


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory, bare_path: str) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"), bare_path)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory, bare_path: str) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"), bare_path)


@pytest.fixture(scope="session")
def wheel_of_sdist(tmp_path_factory: pytest.TempPathFactory, bare_path: str, sdist: Path) -> Path:
    source = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(sdist, source, filter="data")
    (root,) = source.iterdir()
    return build("wheel", root, tmp_path_factory.mktemp("wheel-of-sdist"), bare_path)
