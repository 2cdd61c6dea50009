"""Sentences about reading and writing files."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "file-missing": M("There is no such file.", "Check the path; it is relative to {base}."),
    "file-unreadable": M("The file can't be read: {reason}.", "Check its permissions."),
    "file-unwritable": M(
        "The file can't be written: {reason}.",
        "What stood there before is unchanged; check the folder's permissions and space.",
    ),
    "name-not-utf-8": M("The file's name is not in UTF-8.", "Rename the file."),
    "not-a-file": M("This is a folder or a special file, not a file.", "Name a file."),
    "not-a-notebook": M(
        "This is no notebook: its JSON has no `nbformat`.",
        "Name an .ipynb file that Jupyter can open.",
    ),
    "not-a-notebook-file": M(
        "This is no notebook: it isn't JSON, as a notebook is.",
        "Name an .ipynb file, or a folder that holds some.",
    ),
    "notebook-empty": M(
        "The file is empty.", "Restore the notebook from version control, or delete the file."
    ),
    "notebook-not-json": M(
        "This is no valid JSON: {reason}.",
        "Restore the notebook from version control, or mend that line "
        "(a merge may have left its marks).",
    ),
    "notebook-not-utf8": M(
        "The notebook is not in UTF-8.", "Open it in Jupyter and save it again."
    ),
    "notebook-too-deep": M(
        "The notebook's JSON is nested too deep to be read.", "Restore it from version control."
    ),
    "notebook-version": M(
        "The notebook format {version} is not known.",
        "Convert it to format 4: `jupyter nbconvert --to notebook --nbformat 4 NOTEBOOK`.",
    ),
    "notebook-shape": M(
        "The notebook's `{key}` is no list.", "Restore the notebook from version control."
    ),
    "notebook-cell": M(
        "The cell is not what a notebook holds: an object with a text as its source.",
        "Restore the notebook from version control.",
    ),
    "notebook-language": M(
        "The kernel's language is {language}; a step is written in Python.",
        "Choose a Python kernel (Kernel → Change Kernel…) and save the notebook.",
    ),
}
