"""A real Jupyter Server with the server half in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Not as a plugin of all tests: its fixtures for cleaning up would start a loop for each of them.
from pytest_jupyter.jupyter_server import *  # noqa: F403 (fixtures come by their names)

from jupyterlab_dvc.dvc import launch
from tests.server.project import FIRST, FIRST_CODE, Project


@pytest.fixture(name="jp_server_config")
def server_config(own_config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_dvc": True}},
        "JupyterLabDVC": own_config,
    }


@pytest.fixture
def own_config() -> dict[str, Any]:
    """What an administrator has set; a test overrides it."""
    return {}


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """Where DVC is, and the process that has it loaded, are this process's, not a server's."""
    yield
    if launch.warm is not None:
        launch.warm.close()
        launch.warm = None
    os.environ.pop(launch.PYTHON, None)


@pytest.fixture
def project(jp_root_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    # A stage's command says `python`.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "dvc-site"))
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    return Project(Path(os.path.realpath(jp_root_dir))).create()


@pytest.fixture
def outside(project: Project) -> Path:
    """A project beside the root, whose name begins as the root's does, and links to it."""
    folder = project.root.parent / f"{project.root.name}-secret"
    other = Project(folder.parent, folder.name).create()
    other.write("secret", [FIRST, FIRST_CODE + "# the secret\n"])
    (project.root / "folder").symlink_to(folder)
    (project.root / "file.ipynb").symlink_to(folder / "secret.ipynb")
    (project.folder / "file.ipynb").symlink_to(folder / "secret.ipynb")
    (project.folder / ".hidden.ipynb").write_bytes((folder / "secret.ipynb").read_bytes())
    return folder
