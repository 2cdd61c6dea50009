"""Every route of the server half."""

from __future__ import annotations

import re

from .handler import Handler
from .version import VersionHandler

NAMESPACE = "jupyterlab-dvc"

# Paths below the namespace, as regular expressions that must match whole.
ROUTES: tuple[tuple[str, type[Handler]], ...] = (("version", VersionHandler),)


def handlers(base_url: str) -> list[tuple[str, type[Handler]]]:
    """The routes below the server's base URL, which is literal: a user's name may hold a ``+``."""
    prefix = re.escape(base_url.rstrip("/"))
    return [(rf"{prefix}/{NAMESPACE}/{path}", handler) for path, handler in ROUTES]
