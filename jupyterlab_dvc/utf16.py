"""Places in a text as a browser counts them: in UTF-16 units, of which some characters take two."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Units:
    """Both ways between a text's indices and its offsets in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [] if text.isascii() else [found.start() for found in _ASTRAL.finditer(text)]
        # For each wide character the offset behind its first unit, where nothing may be cut.
        self._inside = [index + number + 1 for number, index in enumerate(self._wide)]

    def of(self, index: int) -> int:
        """The offset of the character at ``index``."""
        return index + bisect_left(self._wide, index)

    def index(self, offset: int) -> int:
        """The index at an offset; within a character it is the character's, beyond the end that."""
        wide = bisect_right(self._inside, offset)
        if wide and self._inside[wide - 1] == offset:
            return self._wide[wide - 1]
        return max(0, min(offset - wide, self._length))
