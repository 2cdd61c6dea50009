"""What a command loads: it starts quickly because it loads only what the call needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Folder

HEAVY = frozenset(
    {
        "IPython",
        "asyncio",
        "difflib",
        "dvc",
        "email",
        "hypothesis",
        "importlib.metadata",
        "jinja2",
        "jupyter_server",
        "logging",
        "mlflow",
        "msgspec",
        "nbformat",
        "psutil",
        "ruamel",
        "ruamel.yaml",
        "shtab",
        "shutil",
        "subprocess",
        "tomllib",
        "tornado",
        "traceback",
        "unittest",
        "urllib.request",
        "yaml",
    }
)

PROGRAM = """
import sys
before = set(sys.modules)
from {module} import {name} as command
try:
    code = command({argv!r})
except SystemExit as ended:
    code = ended.code
sys.stdout.flush()
print("\\n" + " ".join(sorted(set(sys.modules) - before)))
sys.exit(code)
"""


def loaded(module: str, name: str, argv: list[str], folder: Path, code: int = 0) -> set[str]:
    """The modules that a call loads, its own package's with their dotted names."""
    program = PROGRAM.format(module=module, name=name, argv=argv)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return set(done.stdout.splitlines()[-1].split())


CLASSIC = "jupyterlab_dvc.cli.classic"


def test_a_conversion_loads_no_more_than_it_needs(step: Folder) -> None:
    modules = loaded(CLASSIC, "ipynb_to_python", ["-n", "loud.ipynb"], step.root)
    assert (step.root / "pipeline/scripts/mlvtools_loud.py").exists()
    assert modules & HEAVY == set()
    ours = {name for name in modules if name.startswith("jupyterlab_dvc.")}
    unused = {"dvcyaml", "stage", "graph", "params", "templating", "staging", "export", "doctor"}
    assert ours & {f"jupyterlab_dvc.{name}" for name in unused} == set()
    assert "jupyterlab_dvc.cli.sync" not in ours


@pytest.mark.parametrize(
    ("module", "name", "argv", "code"),
    [
        (CLASSIC, "ipynb_to_python", ["-h"], 0),
        (CLASSIC, "ipynb_to_python", ["-n", "none.ipynb"], 1),
        (CLASSIC, "check_script_consistency", ["-n", "none.ipynb", "-s", "none.py"], 1),
        ("jupyterlab_dvc.cli.main", "main", ["-h"], 0),
        ("jupyterlab_dvc.cli.main", "main", ["sync", "-h"], 0),
        ("jupyterlab_dvc.cli.main", "main", ["-C", "/", "sync"], 1),
    ],
)
def test_neither_do_help_and_errors(
    module: str, name: str, argv: list[str], code: int, step: Folder
) -> None:
    assert loaded(module, name, argv, step.root, code) & HEAVY == set()


def test_no_command_loads_dvc_itself(step: Folder) -> None:
    """DVC is called in a process of its own: it takes half a second to load."""
    modules = loaded("jupyterlab_dvc.cli.main", "main", ["status"], step.root)
    assert modules & {"dvc", "IPython", "tornado", "mlflow", "asyncio"} == set()
