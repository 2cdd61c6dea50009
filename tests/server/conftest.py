"""A real Jupyter Server with the server half in it."""

from __future__ import annotations

import pytest

# Not as a plugin of all tests: its fixtures for cleaning up would start a loop for each of them.
from pytest_jupyter.jupyter_server import *  # noqa: F403 (fixtures come by their names)


@pytest.fixture(name="jp_server_config")
def server_config() -> dict[str, dict[str, dict[str, bool]]]:
    return {"ServerApp": {"jpserver_extensions": {"jupyterlab_dvc": True}}}
