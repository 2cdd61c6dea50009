"""Names made from a notebook's file name, the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

PREFIX = "mlvtools_"


def identifier(stem: str) -> str:
    """``<name>``: what follows ``mlvtools_`` in the script's, the function's and the stage's name.

    Two notebooks can share one (``a-b`` and ``a_b``); whoever writes has to refuse the second.
    """
    words = re.sub(r"\W+", "_", unicodedata.normalize("NFC", stem)).lower()
    # ``\w`` takes in digits such as ² that no identifier may hold, and lower() can leave the NFC
    # form. Python compares identifiers in the NFKC form: what changes there is another name.
    return "".join(
        c if _stands_in_identifier(c) else "_" for c in unicodedata.normalize("NFC", words)
    )


def _stands_in_identifier(character: str) -> bool:
    return ("_" + character).isidentifier() and (
        unicodedata.normalize("NFKC", character) == character
    )


def function_name(stem: str) -> str:
    return PREFIX + identifier(stem)


def script_file(notebook_path: PurePath) -> str:
    """The script's file name, without a folder."""
    return function_name(notebook_path.stem) + ".py"
