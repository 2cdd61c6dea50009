"""What the server and a bare import don't load."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


HEAVY = {"IPython", "asyncio", "jinja2", "jupyter_server", "msgspec", "ruamel", "tornado"}


@pytest.mark.parametrize(
    ("statement", "absent", "present"),
    [
        ("import jupyterlab_dvc", {"dvc", "importlib_metadata", *HEAVY}, "jupyterlab_dvc"),
        (
            "import jupyterlab_dvc; jupyterlab_dvc._jupyter_server_extension_points()",
            {"dvc", *HEAVY},
            "jupyterlab_dvc",
        ),
        ("import jupyterlab_dvc.server", {"dvc", *HEAVY}, "jupyterlab_dvc"),
        ("import jupyterlab_dvc.server.routes", {"dvc", "jinja", "hypothesis"}, "tornado"),
        ("import jupyterlab_dvc.api", {"dvc", "tornado", "jupyter_server"}, "msgspec"),
    ],
)
def test_import_does_not_load(statement: str, absent: set[str], present: str) -> None:
    loaded = loaded_after(statement)
    assert present in loaded
    assert loaded & absent == set()


def test_a_running_server_has_not_loaded_dvc() -> None:
    code = """
from jupyter_server.serverapp import ServerApp
app = ServerApp()
app.initialize(
    argv=["--allow-root", "--no-browser", "--port=0", "--ip=127.0.0.1",
          "--ServerApp.jpserver_extensions={'jupyterlab_dvc': True}"],
    find_extensions=False, new_httpserver=False,
)
import sys
assert "jupyterlab_dvc.server.routes" in sys.modules, "the server half was not loaded"
print(*sorted(m for m in sys.modules if m.partition(".")[0] == "dvc"))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr[-3000:]
