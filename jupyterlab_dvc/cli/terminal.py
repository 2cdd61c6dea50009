"""What a command says, and where: results on standard output, the rest on standard error."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from ..errors import Problem, printable

RED, YELLOW, GREEN, CYAN, BOLD, RESET = (
    f"\x1b[{code}m" for code in ("31", "33", "32", "36", "1", "0")
)

PROGRESS_AFTER = 1.0
"""Seconds of work before it counts as long."""


class Terminal:
    """Two streams that don't raise when their reader goes away: the work goes on."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose
        self._started = time.monotonic()
        self._progress_shown = False
        self._failed: OSError | None = None
        for stream in (sys.stdout, sys.stderr):
            # What the stream's encoding can't hold is shown escaped instead of ending the command.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    def out(self, line: str = "") -> None:
        """One line of the command's result."""
        self._clear_progress()
        self._write(sys.stdout, printable(line) + "\n")

    def text(self, text: str) -> None:
        """Text that is a result as it stands (JSON, a script), with its own line end."""
        self._clear_progress()
        self._write(sys.stdout, text)

    def diff(self, text: str) -> None:
        """A unified diff; coloured only for a person, so that ``git apply`` takes what is piped."""
        self._clear_progress()
        if sys.stdout is not None and sys.stdout.isatty():
            text = _for_eyes(text, coloured=_colours(sys.stdout))
        self._write(sys.stdout, text)

    def note(self, line: str) -> None:
        """One line about the work."""
        self._clear_progress()
        self._write(sys.stderr, printable(line) + "\n")

    def detail(self, line: str) -> None:
        """A note that only ``-v`` shows."""
        if self.verbose:
            self.note(line)

    def error(self, text: str) -> None:
        self._labelled("error", RED, text)

    def warning(self, text: str) -> None:
        self._labelled("warning", YELLOW, text)

    def problems(self, problems: Iterable[Problem]) -> None:
        """One line each, an error or a warning as its severity says."""
        for found in problems:
            problem = found
            if found.place.path is not None:
                problem = found._replace(place=found.place._replace(path=short(found.place.path)))
            if problem.severity == "error":
                self.error(str(problem))
            else:
                self.warning(str(problem))

    def progress(self, line: str) -> None:
        """Where the work stands: redrawn in place on a terminal, elsewhere a line if it is long."""
        if not _is_smart(sys.stderr):
            if time.monotonic() - self._started >= PROGRESS_AFTER:
                self.note(line)
            return
        width = _width() - 1
        self._write(sys.stderr, f"\r\x1b[K{printable(line)[:width]}")
        self._flush(sys.stderr)
        self._progress_shown = True

    def begin(self) -> None:
        """Another piece of work begins: what came before doesn't make it a long one."""
        self._started = time.monotonic()

    def close(self) -> int:
        """Flush; 1 where the output couldn't be written (a full disk), else 0."""
        self._clear_progress()
        for stream in (sys.stdout, sys.stderr):
            self._flush(stream)
        if self._failed is None:
            return 0
        reason = self._failed.strerror or str(self._failed)
        self._labelled("error", RED, f"The output can't be written: {reason}.")
        self._flush(sys.stderr)
        return 1

    def _labelled(self, label: str, colour: str, text: str) -> None:
        self._clear_progress()
        shown = f"{BOLD}{colour}{label}:{RESET}" if _colours(sys.stderr) else f"{label}:"
        self._write(sys.stderr, f"{shown} {printable(text)}\n")

    def _clear_progress(self) -> None:
        if self._progress_shown:
            self._progress_shown = False
            self._write(sys.stderr, "\r\x1b[K")

    def _write(self, stream: TextIO | None, text: str) -> None:
        if stream is None:  # closed by the caller (`>&-`)
            return
        try:
            stream.write(text)
        except OSError as error:
            self._lost(stream, error)

    def _flush(self, stream: TextIO | None) -> None:
        if stream is None:
            return
        try:
            stream.flush()
        except OSError as error:
            self._lost(stream, error)

    def _lost(self, stream: TextIO, error: OSError) -> None:
        # What is still buffered would fail again at the interpreter's end, with a traceback.
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)
        if error.errno not in (errno.EPIPE, errno.EBADF):
            self._failed = error


def short(path: str) -> str:
    """A path below the current folder as seen from there; others as they are."""
    if not os.path.isabs(path):
        return path
    seen = os.path.relpath(path)
    return path if seen.split(os.sep)[0] == os.pardir else seen


def _is_smart(stream: TextIO | None) -> bool:
    return (
        stream is not None and stream.isatty() and os.environ.get("TERM") not in (None, "", "dumb")
    )


def _colours(stream: TextIO | None) -> bool:
    return _is_smart(stream) and not os.environ.get("NO_COLOR")


def _width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def _for_eyes(diff: str, *, coloured: bool) -> str:
    """What a notebook holds is shown, not obeyed by the terminal."""
    lines = []
    for line in diff.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        colour = _diff_colour(body) if coloured else ""
        shown = "".join(c if c.isprintable() or c == "\t" else printable(c) for c in body)
        lines.append(f"{colour}{shown}{RESET}\n" if colour else shown + "\n")
    return "".join(lines)


def _diff_colour(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ")):
        return BOLD
    if line.startswith("@@"):
        return CYAN
    return {"+": GREEN, "-": RED}.get(line[:1], "")
