"""Sentences of the command line."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "demo-needs-mlflow": M(
        "The demo's last step logs to MLflow, which is not installed.",
        "Type: {python} -m pip install mlflow",
    ),
    "demo-not-empty": M(
        "The folder holds something else than a demo; nothing was written.",
        "Name a new or an empty folder.",
    ),
    "example-missing": M(
        "The demo's notebooks are not where the installation should have put them.",
        "Install jupyterlab-dvc again.",
    ),
    "no-notebooks": M(
        "There are no notebooks with directives here.",
        'A step\'s first code cell begins with a docstring, such as """:dvc-out: result.txt""".',
    ),
    "not-a-folder": M("This is not a folder.", "Name a folder, or a new name for one."),
    "notebook-without-stage": M(
        "No stage in dvc.yaml was generated from this notebook.",
        "Type: jupyterlab-dvc sync, with the notebook's name.",
        "Sync the step.",
    ),
    "python-missing": M(
        "The settings name the Python {python} for runs, which can't be found.",
        "Correct `python` in the settings, or take it out to use the first one on PATH.",
    ),
    "python-unnamed": M(
        "The settings name the Python {python} for runs, but stages call `python`, which is not"
        " in {folder}.",
        "Name the interpreter of a virtual environment, such as .venv/bin/python.",
    ),
    "script-missing": M(
        "The notebook has no script at {script}.",
        "Convert it: ipynb_to_python -n, or jupyterlab-dvc sync, with its name.",
        "Sync the step.",
    ),
    "script-inconsistent": M(
        "The script {script} doesn't do what the notebook says.",
        "Convert the notebook again, after moving edits of the script to the notebook.",
        "Move edits of the script to the notebook, then sync the step.",
    ),
}
