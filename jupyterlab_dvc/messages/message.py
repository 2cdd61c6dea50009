"""A sentence with named places for its arguments."""

from typing import NamedTuple


class Message(NamedTuple):
    """What is wrong, and what to do instead; both are templates of ``str.format``."""

    text: str
    hint: str = ""
