"""Sentences about a step that is split in two, and about variants of one."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "notebook-exists": M("There is a file of this name already.", "Choose another name."),
    "notebook-name": M(
        "'{name}' is no name for a notebook.",
        "Write a name without slashes that doesn't begin with a dot.",
    ),
    "split-command": M(
        "A step that is one whole command (`:dvc-cmd:`) can't be split.",
        "Write its inputs and outputs as directives first.",
    ),
    "split-dropped": M(
        "`{name}` is bound in cell {bound} only, which isn't in the script, so that it doesn't"
        " cross.",
        "Bind it in a cell of the step.",
    ),
    "split-dynamic": M(
        "What `{name}` uses can't be told, so that some of it may be missing in the new notebook.",
        "Look at what it needs.",
    ),
    "split-extra": M(
        "`{text}` gives values to parameters of both steps; it stays in this one.",
        "Write a `:dvc-extra:` for the new notebook's parameters there.",
    ),
    "split-many": M(
        "{count} variables would cross, each as a file; {most} are the most.",
        "Split elsewhere, or put them in one list or dict.",
    ),
    "split-no-folder": M("There is no free folder for the files between the two steps."),
    "split-nothing-after": M("No code of the step stands from here on.", "Split further up."),
    "split-nothing-before": M("No code stands before this cell.", "Split further down."),
    "split-output-both": M(
        "Cells on both sides of the cut write `{path}`, which can be the output of one step only.",
        "Split elsewhere, or write two files.",
    ),
    "split-setting": M(
        "What `{call}` sets holds for this notebook alone; the new one doesn't have it.",
        "Repeat it there, where it matters.",
    ),
    "split-shared": M(
        "`{name}` and `{other}` may be one object here; behind the cut they are two.",
        "Change one of them there only if the other doesn't have to follow.",
    ),
    "split-unbound": M(
        "No cell before the cut binds `{name}`, as far as one can see.",
        "Bind it in the new notebook, or split elsewhere.",
    ),
    "split-uncertain": M(
        "`{name}` may be bound to nothing, or to what no file can keep.",
        "Bind it in any case, before the cut.",
    ),
    "split-uncrossable": M(
        "`{name}` is {what}, which can't be kept in a file; cell {cell} needs it.",
        "Split elsewhere, or make it anew behind the cut.",
    ),
    "split-unclear": M(
        "Which of the two steps makes `{path}` can't be told; it stays an output of this one.",
        "Move the directive to the other notebook if it is made there.",
    ),
    "split-value": M(
        "The value that `{name}` has in the notebook can't be repeated in the new one.",
        "Bind it in the new notebook's first cell.",
    ),
    "variant-command": M(
        "A step that is one whole command (`:dvc-cmd:`) can't have variants.",
        "Write its inputs and outputs as directives.",
    ),
    "variant-fixed-path": M(
        "The code itself names `{path}`, so that a variant can't have another one.",
        "Give the directive a param: `:dvc-in name: path`.",
    ),
    "variant-matrix-one": M(
        "A matrix is for the values of one param.", "Make a variant for each other difference."
    ),
    "variant-matrix-path": M(
        "The output `{path}` is the same for each value.", "Put `{mark}` where the value goes."
    ),
    "variant-matrix-twice": M("`{name}` has the value {value} twice.", "Leave one of them out."),
    "variant-matrix-value": M(
        "{value} can't be one of the values of `{name}`: it becomes part of names of files.",
        "Take letters, digits and . _ + - only.",
    ),
    "variant-matrix-values": M(
        "`{name}` needs at least one value in the matrix, and none besides.",
        "List its values in the matrix.",
    ),
    "variant-missing-stage": M(
        "The step has no variant {name}.", "Look at the list of its variants."
    ),
    "variant-name": M("'{name}' can't be a stage's name.", "Take letters, digits, `-` and `_`."),
    "variant-name-taken": M("There is a stage {name} already, of {owner}.", "Choose another name."),
    "variant-outdated": M(
        "The variant `{stage}` was made from an older state of the notebook.",
        "Change its stage in dvc.yaml as the notebook's own one was changed.",
        "Mend it.",
    ),
    "variant-param": M(
        "`{name}` is no param whose value a variant can change; there are: {known}.",
        "A path's param changes with the path.",
    ),
    "variant-path-unknown": M(
        "The step has no input or output `{path}`.", "Name one as its docstring does."
    ),
    "variant-undo-outdated": M(
        "dvc.yaml has changed since, so that this can't be taken back; nothing was written.",
        "Take back what came later first, or change the variants as they are now.",
    ),
    "variant-undo-unknown": M(
        "What dvc.yaml held before isn't known any more.",
        "Change the variants as they are now, or take dvc.yaml from git.",
    ),
    "variants-outdated": M(
        "dvc.yaml has changed since the page read it; nothing was written.",
        "Look at the difference, then try again.",
    ),
}
