"""The server half: HTTP to the rest of the package, and nothing else.

It never imports DVC: a start of DVC takes half a second and its state is one process wide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    from . import events
    from .context import FIND_RUNS_AFTER, Context
    from .handler import SETTING
    from .routes import handlers
    from .settings import JupyterLabDVC

    settings = JupyterLabDVC(parent=serverapp)
    settings.take_effect()
    context = Context(serverapp, settings)
    # A socket hears of the events that are registered when it opens, and of no later ones.
    events.register(serverapp)
    web_app = serverapp.web_app
    web_app.settings[SETTING] = context
    web_app.add_handlers(".*$", handlers(web_app.settings["base_url"]))
    # Whoever waits for the server's first page comes first.
    serverapp.io_loop.call_later(FIND_RUNS_AFTER, context.find_runs)
    serverapp.log.info("jupyterlab_dvc is ready")
