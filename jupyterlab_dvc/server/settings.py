"""What an administrator may set: ``c.JupyterLabDVC.…`` in a server's configuration."""

from __future__ import annotations

import os

from traitlets import Bool, Float, Int, Unicode
from traitlets.config import LoggingConfigurable

from ..dvc import launch, warm
from ..runs.log import LIMIT
from ..runs.store import KEEP


class JupyterLabDVC(LoggingConfigurable):
    """The server half of jupyterlab-dvc."""

    python = Unicode(
        "",
        help="The Python interpreter that has DVC, a path. Empty: the one that runs the server.",
    ).tag(config=True)

    allow_sync = Bool(
        True, help="Whether users may have scripts and stages written through the server."
    ).tag(config=True)

    allow_runs = Bool(
        True,
        help="Whether users may start and stop runs through the server, and have DVC's list of "
        "files in use repaired.",
    ).tag(config=True)

    keep_runs = Int(
        KEEP,
        min=0,
        help="How many runs of a project are kept, the newest always. When another starts, the"
        " oldest that have ended are removed. A project's own setting may ask for fewer.",
    ).tag(config=True)

    max_log_size = Int(
        LIMIT,
        min=0,
        help="How much of what a run prints is kept, in bytes; of what comes beyond only the end"
        " is.",
    ).tag(config=True)

    max_body_size = Int(
        1_000_000, min=1, help="The largest body that a request may have, in bytes."
    ).tag(config=True)

    log_chunk_size = Int(
        131_072, min=1, help="How much of a run's log is read and sent at once, in bytes."
    ).tag(config=True)

    max_log_backlog = Int(
        4_000_000,
        min=1,
        help="How far a page may fall behind a run's log before a part is left out, in bytes.",
    ).tag(config=True)

    log_ping_seconds = Float(
        30.0,
        min=0.0,
        help="How long a log's socket may be silent before a ping keeps it open through proxies,"
        " in seconds. 0: no pings.",
    ).tag(config=True)

    save_timeout = Float(
        5.0, min=0.0, help="How long a sync waits for the notebook to be saved, in seconds."
    ).tag(config=True)

    wait_timeout = Float(
        10.0, min=0.0, help="How long a sync waits for a file that a run uses, in seconds."
    ).tag(config=True)

    reader_idle_seconds = Float(
        60.0,
        min=0.0,
        help="How long after its last use the process that has DVC loaded is kept, in seconds."
        " 0: there is none, and each call loads DVC.",
    ).tag(config=True)

    watch_seconds = Float(
        60.0,
        min=0.0,
        help="How long the files of projects that a page has asked about are watched after it last"
        " asked, and after the last page has closed its socket of events, in seconds.",
    ).tag(config=True)

    def take_effect(self) -> None:
        """For all processes to come, the supervisors of runs among them."""
        if self.python:
            os.environ[launch.PYTHON] = os.path.abspath(os.path.expanduser(self.python))
        # Loaded when it is first needed.
        if self.reader_idle_seconds > 0 and warm.is_possible():
            launch.warm = warm.Warm(self.reader_idle_seconds)
        else:
            launch.warm = None
