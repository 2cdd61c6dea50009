"""A notebook run by IPython, and as its script by Python: what each leaves behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from jupyterlab_dvc import notebook, script, step
from jupyterlab_dvc.model import Script, Step

VALUES = """
print({n: repr(v) for n, v in sorted(globals().items()) if not n.startswith("_")
       and n not in ("In", "Out") and type(v) in (bool, bytes, dict, float, int, list, str, tuple)})
"""


class Outcome(NamedTuple):
    """``error`` is the class of the exception that ended it, empty where none did."""

    output: str
    error: str
    files: dict[str, bytes]


def as_notebook(cells: list[str]) -> bytes:
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {"cell_type": "code", "source": cell, "metadata": {}, "outputs": []}
                for cell in cells
            ],
        }
    ).encode()


def convert(cells: list[str], folder: Path) -> tuple[Step, Script]:
    """The notebook as if it stood in ``folder``, which is the project too."""
    made = step.read(
        notebook.parse(as_notebook(cells), "case.ipynb"),
        source="case.ipynb",
        script_folder=folder,
        root=folder,
        notebook_path=folder / "case.ipynb",
    )
    return made, script.render(made)


class IPython:
    """The warm process; ``run`` may be called any number of times."""

    def __init__(self) -> None:
        server = Path(__file__).with_name("ipython_server.py")
        environment = {**os.environ, "IPYTHONDIR": "/nonexistent", "SHELL": "/bin/bash"}
        self._process = subprocess.Popen(
            [sys.executable, str(server)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def run(self, cells: list[str], folder: Path, aside: Path) -> Outcome:
        output, error = aside / "output", aside / "error"
        request = {
            "cells": cells,
            "folder": str(folder),
            "output": str(output),
            "error": str(error),
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"
        ended = error.read_text()
        text = output.read_text(errors="replace")
        if ended:
            text = re.split(r"^-{20,}$|^  (?:File|Cell) ", text, flags=re.MULTILINE)[0]
        return Outcome(_told(text), ended, _files(folder))

    def __enter__(self) -> IPython:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            # A cell that hangs is not to outlive the tests, in a process of the server's own group.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            raise


def run_script(made: Script, folder: Path, aside: Path) -> Outcome:
    """The script, run by this Python from ``folder``; it stands elsewhere, as scripts do."""
    path = aside / "mlvtools_case.py"
    path.write_text(made.text, encoding="utf-8", newline="")
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=folder,
        env={**os.environ, "SHELL": "/bin/bash"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    error = ""
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1]
        error = last.partition(":")[0].rpartition(".")[2]
    return Outcome(_told(done.stdout), error, _files(folder))


def _told(text: str) -> str:
    """The output without what magics say of themselves."""
    chatter = re.compile(
        r"^(?:env: .*|(?:Writing|Overwriting|Appending to) .*|(?:CPU times|Wall time): .*"
        r"|.* per loop \(mean.*|The autoreload .*)\n",
        re.MULTILINE,
    )
    return re.sub(r" at 0x[0-9a-f]+", "", chatter.sub("", text))


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
