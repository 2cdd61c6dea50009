"""Sentences of the command line."""

from .message import Message as M

MESSAGES: dict[str, M] = {
}
