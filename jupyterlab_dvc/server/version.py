"""GET ``version``: which release answers."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .. import __version__
from ..api import Version
from .handler import Handler


class VersionHandler(Handler):
    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.reply(Version(version=__version__))
