"""A server as users have it below a hub's base URL: with a token, cookies and XSRF checks."""

import os
from pathlib import Path
from typing import Any

# traitlets executes this file with the configuration bound to `c`.
c: Any = globals()["c"]

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["JUPYTER_TEST_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.base_url = os.environ["JUPYTER_TEST_BASE_URL"]
c.ServerApp.root_dir = os.environ["JUPYTER_TEST_ROOT"]
c.ServerApp.open_browser = False
c.IdentityProvider.token = os.environ["JUPYTER_TEST_TOKEN"]
# In containers the tests run as root.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
# Nothing is asked of the network, nor of the user.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
settings = Path(os.environ["JUPYTER_CONFIG_DIR"], "lab", "user-settings", "@jupyterlab")
notification = settings / "apputils-extension" / "notification.jupyterlab-settings"
notification.parent.mkdir(parents=True, exist_ok=True)
notification.write_text('{"fetchNews": "false", "checkForUpdates": false}', "utf-8")
if "JUPYTER_TEST_LOCALE" in os.environ:
    language = settings / "translation-extension" / "plugin.jupyterlab-settings"
    language.parent.mkdir(parents=True, exist_ok=True)
    language.write_text(f'{{"locale": "{os.environ["JUPYTER_TEST_LOCALE"]}"}}', "utf-8")
# Where documents are edited together, how many seconds after the last change the server saves them.
if "JUPYTER_TEST_SAVE_DELAY" in os.environ:
    c.YDocExtension.document_save_delay = float(os.environ["JUPYTER_TEST_SAVE_DELAY"])
