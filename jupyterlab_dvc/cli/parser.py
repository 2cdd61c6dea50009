"""Command lines: argparse with help that stands alone, and the right word near a wrong one."""

from __future__ import annotations

import argparse
import os
from argparse import Action, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

EXIT_CODES = """\
exit codes:
  0    done
  1    an error, each said in one line on standard error
  2    a wrong command line"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        # argparse asks shutil for the width, with each argument that is added; loading that takes
        # longer than all the rest of parsing.
        super().__init__(prog, width=_width() - 2)


class Parser(argparse.ArgumentParser):
    """A parser whose help keeps the examples' lines, and whose errors suggest what was meant."""

    def __init__(
        self,
        prog: str | None = None,
        description: str = "",
        epilog: str = "",
        parents: Sequence[argparse.ArgumentParser] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            parents=list(parents),
            formatter_class=_Formatter,
        )
        # So that the parser in charge, not the one above it, explains what is left over.
        self.set_defaults(parser=self)

    def parse_args(  # type: ignore[override]  # the namespace is always a plain one
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> Namespace:
        arguments, rest = self.parse_known_args(args, namespace)
        if rest:
            in_charge: Parser = arguments.parser
            in_charge.refuse(rest)
        return arguments

    def refuse(self, rest: Sequence[str]) -> NoReturn:
        """End with exit code 2: these words mean nothing here."""
        word = rest[0]
        if not word.startswith("-"):
            self.error(f"unexpected argument: {ascii_or_self(word)}")
        if os.path.lexists(word):
            self.error(f"unknown option: {ascii_or_self(word)}; the file is named by ./{word}")
        options = [name for action in self._actions for name in action.option_strings]
        self.error(
            f"unknown option: {ascii_or_self(word)}{suggestion(word.split('=')[0], options)}"
        )

    def error(self, message: str) -> NoReturn:
        """Usage and one line; exit code 2."""
        if message.endswith("expected one argument"):
            message += " (a value that begins with '-' is joined to its option: --option=-value)"
        self.exit(2, f"{self.format_usage()}{self.prog}: error: {message}\nTry '{self.prog} -h'.\n")

    def _check_value(self, action: Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        what = "command" if isinstance(action, argparse._SubParsersAction) else "value"
        text = ascii_or_self(str(value))
        hint = suggestion(str(value), known) or f"; one of: {', '.join(known)}"
        raise argparse.ArgumentError(None, f"unknown {what}: {text}{hint}")


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean …?``, or nothing."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def ascii_or_self(word: str) -> str:
    """A word of the command line for a message: as typed where it prints, else escaped."""
    return word if word.isprintable() else ascii(word)


def add_reporting(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    """``-v`` and ``--debug``; ``again`` where the parser above has them and its word must stand."""
    default: object = argparse.SUPPRESS if again else False
    parser.add_argument(
        "-v", "--verbose", action="store_true", default=default, help="say more about the work"
    )
    parser.add_argument(
        "--debug",
        action="store_true",
        default=default,
        help="say more, and show where in the program an error came from",
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    """What each subcommand takes too, behind its name as well as before it."""
    parser.add_argument(
        "-C",
        dest="folder",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="work as if started in DIR: other paths are seen from there",
    )
    add_reporting(parser, again=True)


def path_in(folder: Path, name: str) -> Path:
    """A path of the command line, seen from ``folder``; as typed where that is the current one."""
    return Path(name) if str(folder) == os.curdir else folder / name
