"""Sentences of the stage."""

from .message import Message as M

MESSAGES: dict[str, M] = {
}
