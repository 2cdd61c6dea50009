"""Sentences of the script."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "cell-syntax": M(
        "This is no valid Python for a cell: {reason}.",
        "Mend the cell; it has to run by itself in Jupyter.",
    ),
    "cell-character": M(
        "The cell has a character that Python source can't hold ({character}).",
        "Remove it; in a string write it as an escape such as `\\x00`.",
    ),
    "cell-too-deep": M(
        "The cell is nested too deep for Python's compiler.", "Split its expressions."
    ),
    "cell-automagic": M(
        "`{word}` is a magic without its sign, which only works when typed.",
        "Write `%{word} …`, or `!{word} …` for a shell command.",
    ),
    "cell-return": M(
        "{reason}, and a cell is not in a function.",
        "Put the code in a function, or use `if` … `else`.",
    ),
    "magic-unknown": M(
        "`{magic}` has no meaning in a script.",
        "Write it in plain Python, or mark the cell `# No effect` so that it is left out.",
    ),
    "magic-folder": M(
        "`{magic}` changes the folder that all later paths hang on; the script runs in the "
        "project's folder.",
        "Use paths relative to the project's folder, best as params of the step.",
    ),
    "magic-run": M(
        "`{magic}` runs or loads other code, which DVC would not see.",
        "Import it as a module beside the notebook, or make it a step of its own.",
    ),
    "magic-install": M(
        "`{magic}` installs packages; a step must not change its environment.",
        "Put the packages in the project's requirements, or mark the cell `# No effect`.",
    ),
    "magic-store": M(
        "`{magic}` works on the notebook's session, which a script doesn't have.",
        "Write the data to a file that is an output of the step, or mark the cell `# No effect`.",
    ),
    "magic-language": M(
        "`{magic}` runs another language or program, which the script doesn't carry.",
        "Put that code in a file and run it with `!program file`, or in a step of its own.",
    ),
    "magic-pylab": M(
        "`{magic}` puts hundreds of names into the notebook.",
        "Write `%matplotlib inline`, `import numpy as np` and `import matplotlib.pyplot as plt`.",
    ),
    "magic-cell-not-first": M(
        "`{magic}` stands below other lines; a cell magic is a cell's first line.",
        "Move it to the top, comments below it, or to a cell of its own.",
    ),
    "magic-writefile": M(
        "`%%writefile` names no file, or more than one.", "Write `%%writefile [-a] FILE`."
    ),
    "magic-shell-options": M(
        "`{magic}` has options that a script can't carry: {options}.",
        "Use only --out NAME, --err NAME and --no-raise-error.",
    ),
    "name-interactive": M(
        "`{name}` exists only in a session of IPython.",
        "Write it without, guard it by `try: … except NameError: …`, or mark the cell "
        "`# No effect`.",
    ),
    "name-dropped": M(
        "`{name}` is bound only in cell {bound}, which is not in the script, and read here.",
        "Bind it in a cell that stays, or declare it as a param.",
    ),
    "path-relative": M(
        "The path `{path}` is relative: the notebook runs in its own folder, the script in the "
        "project's.",
        "Make it a param with a :dvc-in or :dvc-out, or write it from the project's folder.",
    ),
    "docstring-not-first": M(
        "This docstring has fields of a step, but it isn't the first statement of the first "
        "code cell, so it is ignored.",
        "Move it to the top of the notebook's first code cell.",
    ),
    "script-unreadable": M(
        "The script is no valid Python: {reason}.", "Generate it again from its notebook."
    ),
    "script-is-notebook": M(
        "This is a notebook, not its script.",
        "Type: ipynb_to_dvc -n, with its name.",
        "Sync the step.",
    ),
    "script-no-function": M(
        "The script has no function whose name begins with `mlvtools_`.",
        "Generate it with ipynb_to_python, or name its function so.",
        "Generate it from its notebook.",
    ),
    "script-two-functions": M(
        "The script has more than one function whose name begins with `mlvtools_`: {names}.",
        "Keep one.",
    ),
    "differs-code": M(
        "The script does something else here than the notebook ({where}).",
        "Sync the notebook again, or take the change over into it.",
    ),
    "differs-more": M(
        "The script has code that the notebook doesn't have.",
        "Sync the notebook again, or take the change over into it.",
    ),
    "differs-less": M(
        "The notebook has code that the script doesn't have.",
        "Sync the notebook again.",
    ),
    "differs-docstring": M(
        "The script's docstring is not the notebook's.", "Sync the notebook again."
    ),
    "differs-params": M("The script's params are not the notebook's.", "Sync the notebook again."),
}
