"""One warm IPython: runs a notebook a line of standard input, each in a process forked from it."""

from __future__ import annotations

import json
import os
import sys

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


def main() -> None:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(shell, request)
        os.waitpid(child, 0)
        print("done", flush=True)


def _run(shell: InteractiveShell, request: dict[str, object]) -> None:
    """Runs the cells up to the first error, whose class goes to the result file."""
    os.chdir(str(request["folder"]))
    output = os.open(str(request["output"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.path.insert(0, str(request["folder"]))
    error = ""
    cells = request["cells"]
    assert isinstance(cells, list)
    for cell in cells:
        result = shell.run_cell(cell, silent=True)
        found = result.error_before_exec or result.error_in_exec
        sys.stdout.flush()
        if found is not None:
            # What IPython prints of an error goes to standard output as well.
            error = type(found).__name__
            break
    with open(str(request["error"]), "w") as file:
        file.write(error)
    os._exit(0)


if __name__ == "__main__":
    main()
