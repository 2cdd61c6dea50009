"""The servers of the browser tests: no token, no browser, a folder of their own."""

import os
import tempfile
from typing import Any

from jupyterlab.galata import configure_jupyter_server

# traitlets executes this file with the configuration bound to `c`.
c: Any = globals()["c"]

configure_jupyter_server(c)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["JUPYTER_TEST_PORT"])
# Where the tests put files it is a folder that they know.
c.ServerApp.root_dir = os.environ.get("JUPYTER_TEST_ROOT") or tempfile.mkdtemp(
    prefix="jupyterlab-dvc-ui-"
)
# In containers the tests run as root.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
