"""What is said of an error that DVC, or a plugin of it, raises."""

from __future__ import annotations

import pytest

from jupyterlab_dvc.dvc.worker.failures import said, translated


def caused(
    error: Exception, cause: Exception | None, context: Exception | None = None
) -> Exception:
    error.__cause__, error.__context__ = cause, context
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("  two\n lines. "), "two lines"),
        (FileNotFoundError(), "FileNotFoundError, with no word of why"),
        (RuntimeError("."), "RuntimeError, with no word of why"),
        (caused(RuntimeError(), OSError(2, "no file", "a")), "[Errno 2] no file: 'a'"),
        (caused(RuntimeError(), None, ValueError("the first")), "the first"),
        (caused(RuntimeError("the last"), ValueError("the first")), "the last"),
        (caused(RuntimeError(), KeyError()), "RuntimeError, with no word of why"),
    ],
)
def test_no_reason_is_empty(error: Exception, words: str) -> None:
    assert said(error) == words
    (problem,) = translated(error).problems
    name = type(error).__name__
    assert problem.args["reason"] == (words if words.startswith(name) else f"{name}: {words}")
