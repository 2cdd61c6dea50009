"""DVC's own command line, of the environment that this package is in or that has DVC for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .launch import PYTHON

# Not `-m`: that puts the current folder first on the path, where a json.py or dvc.py of the
# project would be run.
_BOOT = (
    "import sys\n"
    "sys.path[:] = [p for p in sys.path if p]\n"
    "from dvc.cli import main\n"
    "sys.exit(main())\n"
)


def call(
    *arguments: str, folder: Path, seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``dvc ARGUMENTS`` in ``folder`` and wait; nothing is sent to DVC's makers.

    Raises:
        OSError: Python can't be started.
        subprocess.TimeoutExpired: it takes more than ``seconds``.
    """
    # A hook's git hands down variables that point to its own repository.
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    return subprocess.run(
        [os.environ.get(PYTHON) or sys.executable, "-c", _BOOT, *arguments],
        cwd=folder,
        env={**environment, "DVC_NO_ANALYTICS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )
