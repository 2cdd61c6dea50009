"""Sentences about the rows of a docstring in the page, what mends them, and proposals."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "already-step": M(
        "The notebook is a step already.", "Change its fields, or remove its docstring first."
    ),
    "fix-bare": M("Write `:{key}:` alone."),
    "fix-colon": M("Close `:{key}:` with a colon."),
    "fix-declare": M("Declare the param `{name}`."),
    "fix-default": M("End it in `Defaults to {value}.`"),
    "fix-key": M("Write `:{key}:`."),
    "fix-name": M("Call it `{name}`."),
    "fix-nameless": M("Write `:{key}:` without a name."),
    "fix-remove": M("Remove this `:{key}:`."),
    "fix-type": M("Make its type `{type}`."),
    "params-changed": M(
        "`{key}` is {value} by now, not what the page showed; nothing was written.",
        "Look at the value, then set it again.",
    ),
    "params-entangled": M(
        "`{key}` can't be changed here without changing what another key says.",
        "Edit the file itself.",
    ),
    "params-format": M(
        "Values can't be set in a file of this kind.",
        "Keep hyperparameters in a .yaml, .json or .toml file, or edit the file itself.",
    ),
    "params-shape": M(
        "The file holds no keys with values.", "Write `key: value`, one on each line."
    ),
    "path-unmade": M(
        "There is no `{path}`, and no stage makes it.",
        "Check the path, which is relative to the project's folder; or add the file, or sync the "
        "step that makes it.",
    ),
    "proposed-open": M(
        "This path can't be told from the code: `{path}`.",
        "Where it is an input or an output of the step, write `:dvc-in: path` or `:dvc-out: path`.",
    ),
    "proposed-uncertain": M(
        "`{path}` is worked out from parts of the code, or may be more than read or written.",
        "Check that it is what the step reads or writes.",
    ),
}
