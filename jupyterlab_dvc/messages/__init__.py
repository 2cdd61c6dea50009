"""Every sentence that the product can say, by code; the page's translations start from these."""

from __future__ import annotations

from . import cli, docstring, dvc, files, panel, pipeline, project, script, server, stage
from .message import Message

MESSAGES: dict[str, Message] = {
    code: message
    for table in (docstring, files, script, stage, project, dvc, cli, panel, pipeline, server)
    for code, message in table.MESSAGES.items()
}

__all__ = ["MESSAGES", "Message"]
