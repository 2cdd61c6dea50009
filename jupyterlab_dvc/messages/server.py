"""Sentences of the server half."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "http-error": M("The server answered {status} ({reason})."),
    "unexpected": M(
        "Something went wrong in the server half of jupyterlab-dvc.",
        "The server's log has the details.",
    ),
}
