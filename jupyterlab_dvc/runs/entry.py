"""What a supervisor's process does from its beginning to its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..dvc import process
from ..errors import JupyterLabDVCError
from .store import Store
from .supervisor import Supervisor


def main(arguments: Sequence[str]) -> int:
    """See the run through; its record tells how it ended, and nobody waits for the exit code.

    Not where another process sees to it, or has ended it.
    """
    root, run_id, events, log_limit = arguments
    store = Store(Path(root))
    if not store.claim(run_id):
        return 0
    supervisor = Supervisor(store, store.read(run_id), int(events), int(log_limit))
    process.adopt_orphans()
    try:
        supervisor.carry_out()
    except JupyterLabDVCError:
        return 1
    finally:
        process.reap_adopted()
        supervisor.swallow()
    return 0
