"""Sentences of the server half."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "file-not-saved": M(
        "The notebook's file is not what the page shows, even after {seconds} seconds.",
        "Save the notebook, then sync again.",
    ),
    "http-error": M("The server answered {status} ({reason})."),
    "link-outside": M(
        "This file is a link that leads out of the folder that the server shows.",
        "Put the file itself there.",
    ),
    "path-unknown": M(
        "There is no such file below the folder that the server shows.",
        "Name a notebook by its path from that folder.",
    ),
    "preview-outdated": M(
        "Something else would be written by now than the preview shows; nothing was written.",
        "Look at the new preview, then sync.",
    ),
    "request-invalid": M("The request can't be understood: {reason}."),
    "run-key-unknown": M(
        "'{key}' is no hyperparameter of this step; there are: {known}.",
        "A parameter becomes one by a line `:dvc-param name: key` in the docstring.",
    ),
    "run-value-type": M(
        "'{value}' for '{key}' is not of its type, {type}.",
        "Type a value of that type.",
    ),
    "runs-not-allowed": M(
        "This server doesn't let its users start or stop runs.",
        "Its administrator can: JupyterLabDVC.allow_runs.",
    ),
    "sync-not-allowed": M(
        "This server doesn't let its users write scripts and stages.",
        "Its administrator can: JupyterLabDVC.allow_sync.",
    ),
    "target-refused": M(
        "Nothing is written to hidden files and folders, nor outside of the project.",
        "Name another folder for scripts in the project's settings.",
    ),
    "unexpected": M(
        "Something went wrong in the server half of jupyterlab-dvc.",
        "The server's log has the details.",
    ),
}
