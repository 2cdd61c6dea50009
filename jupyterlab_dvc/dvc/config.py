"""DVC's setting for how a boolean of an unpacked mapping is handed over: ``parsing.bool``.

``dvc config`` would drop the comments of the file that it changes, so the one line is put in here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

SECTION, OPTION = "parsing", "bool"
BOOLEAN_OPTIONAL = "boolean_optional"
DEFAULT = "store_true"

_HEADER = re.compile(r"^\s*\[\s*(['\"]?)(?P<name>[^\]\[]*?)\1\s*\]\s*(?:#.*)?$")
_OPTION = re.compile(
    r"^(?P<start>\s*(?P<name>[\w.-]+)\s*=\s*)(?P<value>[^#\r\n]*?)(?P<end>\s*(?:#.*)?)$"
)


def files(project: Path) -> tuple[Path, ...]:
    """DVC's configuration files for a project, a later one wins; any may be missing."""
    home_config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    system = os.environ.get("DVC_SYSTEM_CONFIG_DIR") or "/etc/xdg/dvc"
    user = os.environ.get("DVC_GLOBAL_CONFIG_DIR") or os.path.join(home_config, "dvc")
    folder = project / ".dvc"
    return (
        Path(system, "config"),
        Path(user, "config"),
        folder / "config",
        folder / "config.local",
    )


def read(project: Path, section: str, option: str) -> str | None:
    """The value in force, without starting DVC; None where no file sets it."""
    found = None
    for path in files(project):
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        index = _find(text.splitlines(), section, option)[1]
        if index is not None:
            match = _OPTION.match(text.splitlines()[index])
            assert match is not None
            found = match["value"].strip().strip("'\"")
    return found


def parsing_bool(project: Path) -> str:
    """How DVC hands over booleans: ``boolean_optional`` (``--no-x``) or its default."""
    return (read(project, SECTION, OPTION) or DEFAULT).lower()


def with_boolean_optional(text: str) -> str:
    """The text of a ``.dvc/config`` with ``parsing.bool`` set; every other line stays as it is."""
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    bare = [line.rstrip("\r\n") for line in lines]
    header, option = _find(bare, SECTION, OPTION)
    if option is not None:
        match = _OPTION.match(bare[option])
        assert match is not None
        rest = lines[option][len(bare[option]) :]
        lines[option] = f"{match['start']}{BOOLEAN_OPTIONAL}{match['end']}{rest}"
        return "".join(lines)
    added = f"    {OPTION} = {BOOLEAN_OPTIONAL}{end}"
    if lines and not lines[-1].endswith(("\r", "\n")):
        lines[-1] += end
    if header is not None:
        lines.insert(header + 1, added)
    else:
        lines += [f"[{SECTION}]{end}", added]
    return "".join(lines)


def _find(lines: list[str], section: str, option: str) -> tuple[int | None, int | None]:
    """The lines of the section's header and of the option in it."""
    header = place = None
    inside = False
    for number, line in enumerate(lines):
        found = _HEADER.match(line)
        if found is not None:
            inside = found["name"].strip() == section
            if inside and header is None:
                header = number
        elif inside:
            match = _OPTION.match(line)
            if match is not None and match["name"] == option:
                place = number
    return header, place
