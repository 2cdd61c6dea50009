"""A sentence with named places for its arguments."""

from typing import NamedTuple


class Message(NamedTuple):
    """``text`` says what is wrong, ``hint`` what to write or do instead; both ``str.format`` templates."""

    text: str
    hint: str = ""
