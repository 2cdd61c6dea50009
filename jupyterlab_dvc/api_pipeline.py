"""What crosses the wire about a pipeline's making: a new project, a split step, variants."""

from __future__ import annotations

import msgspec

from .api import PathRequest


class InitRequest(PathRequest, frozen=True, kw_only=True):
    """A folder, POSIX, relative to the server's root; "" is the root itself."""


class Initialized(msgspec.Struct, frozen=True, kw_only=True):
    """A DVC project that was made: its folder as in ``State``, whether git is there, and the
    commands that made it."""

    project: str
    git: bool
    done: list[str]


WIRE_TYPES: tuple[type[msgspec.Struct], ...] = (
    InitRequest,
    Initialized,
)
