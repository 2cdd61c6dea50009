"""Every route of the server half."""

from __future__ import annotations

import re

from .check import CheckHandler
from .complete import CompleteHandler
from .edit import EditHandler
from .handler import Handler
from .init import InitHandler
from .log import LogHandler
from .params import ParamsHandler
from .parse import ParseHandler
from .preview import PreviewHandler
from .propose import ProposeHandler
from .repair import RepairHandler
from .runs import RunHandler, RunsHandler, StopHandler
from .split import SplitHandler
from .state import StateHandler
from .sync import SyncHandler
from .variants import VariantsHandler
from .version import VersionHandler

NAMESPACE = "jupyterlab-dvc"

_RUN = r"runs/([^/]+)"
# Paths below the namespace, as regular expressions that must match whole.
ROUTES: tuple[tuple[str, type[Handler]], ...] = (
    ("version", VersionHandler),
    ("state", StateHandler),
    ("preview", PreviewHandler),
    ("sync", SyncHandler),
    ("check", CheckHandler),
    ("params", ParamsHandler),
    ("parse", ParseHandler),
    ("edit", EditHandler),
    ("complete", CompleteHandler),
    ("propose", ProposeHandler),
    ("init", InitHandler),
    ("repair", RepairHandler),
    ("split", SplitHandler),
    ("variants", VariantsHandler),
    ("runs", RunsHandler),
    (_RUN, RunHandler),
    (rf"{_RUN}/stop", StopHandler),
    (rf"{_RUN}/log", LogHandler),
)


def handlers(base_url: str) -> list[tuple[str, type[Handler]]]:
    """The routes below the server's base URL, which is literal: a user's name may hold a ``+``."""
    prefix = re.escape(base_url.rstrip("/"))
    return [(rf"{prefix}/{NAMESPACE}/{path}", handler) for path, handler in ROUTES]
