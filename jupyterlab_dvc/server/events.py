"""The Jupyter event that hints at a change; whoever hears it asks for the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

PROJECT = "https://jupyterlab-dvc.readthedocs.io/events/project"

SCHEMA: dict[str, Any] = {
    "$id": PROJECT,
    "version": "1",
    "title": "A DVC project changed",
    "description": "A hint to ask for the state of the project's notebooks anew.",
    "type": "object",
    "required": ["project", "rev"],
    "properties": {
        "project": {
            "type": "string",
            "description": "The project's folder, relative to the server's root.",
        },
        "rev": {"type": "string", "description": "Names what the project looks like now."},
    },
}


def register(serverapp: ServerApp) -> None:
    """Once for each server; a second time changes nothing."""
    logger = serverapp.event_logger
    if logger is not None and PROJECT not in logger.schemas:
        logger.register_event_schema(SCHEMA)


def emit(serverapp: ServerApp, project: str, rev: str) -> None:
    """Tell whoever listens; without an event bus nobody does."""
    if serverapp.event_logger is not None:
        serverapp.event_logger.emit(schema_id=PROJECT, data={"project": project, "rev": rev})


def is_heard(serverapp: ServerApp) -> bool:
    """Whether anybody listens, such as a page whose socket is open."""
    # There is no public way to ask; where it is another one, nobody is taken to.
    return any(
        getattr(serverapp.event_logger, name, {}).get(PROJECT)
        for name in ("_modified_listeners", "_unmodified_listeners")
    )
