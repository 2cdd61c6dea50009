"""Sentences of the docstring."""

from .message import Message as M

MESSAGES: dict[str, M] = {
}
