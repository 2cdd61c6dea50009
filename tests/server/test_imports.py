"""What the server and a bare import don't load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.project import Project
from tests.server.running import running, wait_until

PACKAGE = Path(__file__).parents[2] / "jupyterlab_dvc"


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


# Heard in the server's process alone: a worker is a program of its own.
LISTEN = """
import sys

class Listening:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("dvc", "jupyterlab_dvc"):
            with open({heard!r}, "a") as file:
                print(name, file=file)

sys.meta_path.insert(0, Listening())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="runs need process groups")
def test_a_server_that_is_asked_never_loads_dvc(project: Project, tmp_path: Path) -> None:
    """Whatever it is asked for; what it looks for to import is written down."""
    home = tmp_path / "home"
    home.mkdir()
    heard = tmp_path / "heard"
    path = project.path("second")
    with running(home, project.root, LISTEN.format(heard=str(heard))) as server:
        server.post("sync", project.sync("first"))
        server.post("sync", project.sync("second"))
        server.post("params", {"path": path, "values": {"repeat.times": "3"}})
        for route in ("preview", "check", "params"):
            server.post(route, {"path": path})
        assert server.get(f"state?path={path}")["step"]["state"] == "stale"
        run_id = server.post("runs", {"path": path, "what": "pipeline"})["id"]
        wait_until(lambda: server.get(f"runs/{run_id}")["state"] == "succeeded")
        assert server.get(f"state?path={path}")["step"]["state"] == "up-to-date"
        project.stages(first="touch started; sleep 60")
        run_id = server.post("runs", {"path": path, "what": "pipeline"})["id"]
        wait_until((project.folder / "started").exists)
        server.post(f"runs/{run_id}/stop", {})
        wait_until(lambda: server.get(f"runs/{run_id}")["state"] == "stopped")
        assert b"Running stage" in server.read(f"runs/{run_id}/log")
        server.post("repair", {"path": project.name})
    names = set(heard.read_text().split())
    assert {"jupyterlab_dvc.server.sync", "jupyterlab_dvc.runs.queue"} <= names
    assert {name for name in names if name.partition(".")[0] == "dvc"} == set()


def test_only_the_worker_s_modules_import_dvc() -> None:
    """As they are written, at whatever depth of a function."""
    importing = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            if any(name.partition(".")[0] == "dvc" for name in names):
                importing.add(path.relative_to(PACKAGE).parent.as_posix())
    assert importing == {"dvc/worker"}
