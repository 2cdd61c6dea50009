"""GET ``version``: which release answers."""

from __future__ import annotations

from .. import __version__
from ..api import Version
from .handler import Handler


class VersionHandler(Handler):
    async def get(self) -> None:
        self.reply(Version(version=__version__))
