"""Sentences of the script."""

from .message import Message as M

MESSAGES: dict[str, M] = {
}
