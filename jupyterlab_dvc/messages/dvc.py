"""Sentences of DVC, its locks and runs."""

from .message import Message as M

MESSAGES: dict[str, M] = {
}
