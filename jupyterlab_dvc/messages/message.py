"""A sentence with named places for its arguments."""

from typing import NamedTuple


class Message(NamedTuple):
    """What is wrong, and what to do instead; all are templates of ``str.format``.

    ``page`` is the hint for a page, where ``hint`` is about a command to type.
    """

    text: str
    hint: str = ""
    page: str = ""

    @property
    def page_hint(self) -> str:
        return self.page or self.hint
