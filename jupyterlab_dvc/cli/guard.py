"""From what happened to an exit code: a person sees one line an error, never a traceback."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable

from .. import here
from ..errors import Conflict, JupyterLabDVCError, Place
from .terminal import Terminal

INTERRUPTED = 130

Command = Callable[[Namespace, Terminal], int]


def run(command: Command, arguments: Namespace) -> int:
    """Call the command; 0, 1, or 130 after Ctrl-C."""
    terminal = Terminal(verbose=arguments.verbose or arguments.debug)
    code = _outcome(command, arguments, terminal)
    return code or terminal.close()


def _outcome(command: Command, arguments: Namespace, terminal: Terminal) -> int:
    try:
        return command(arguments, terminal)
    except Conflict as error:
        terminal.diff(error.diff)
        terminal.problems(error.problems)
        _details(arguments)
        return error.exit_code
    except JupyterLabDVCError as error:
        terminal.problems(error.problems)
        _details(arguments)
        return error.exit_code
    except KeyboardInterrupt:
        terminal.error("Interrupted.")
        _details(arguments)
        return INTERRUPTED
    except OSError as error:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else None
        where = f"{Place(name)}: " if name is not None else ""
        if name is None and here.folder() is None:
            terminal.error("The current folder is no longer there. Change to one that is.")
        else:
            terminal.error(f"{where}{error.strerror or error}.{_how(arguments)}")
        _details(arguments)
        return 1
    except MemoryError:
        terminal.error("There is not enough memory for this.")
        return 1
    except Exception as error:
        said = str(error).strip()
        what = type(error).__name__ + (f": {said}" if said else "")
        terminal.error(f"Unexpected: {what}.{_how(arguments)}")
        _details(arguments)
        return 1


def _how(arguments: Namespace) -> str:
    return "" if arguments.debug else " Run the same with --debug for details."


def _details(arguments: Namespace) -> None:
    if arguments.debug:
        import traceback

        traceback.print_exc()
