"""Sentences of the stage."""

from .message import Message as M

_LIST_ADVICE = (
    "DVC passes a list only with the whole mapping that it is in: put it below a key of its own"
    " in {file}, with nothing there but params of this step, under the params' names."
)

MESSAGES: dict[str, M] = {
    "yaml-invalid": M(
        "This is no valid YAML: {reason}.", "Correct the line; DVC can't read the file either."
    ),
    "yaml-duplicate-key": M(
        "The key `{key}` stands here a second time.", "Remove or rename one of the two."
    ),
    "yaml-alias": M(
        "The alias `*{name}` has no finished anchor above it.",
        "Write `&{name}` before the value that it stands for.",
    ),
    "yaml-documents": M(
        "A second YAML document begins here.", "Remove the line `---`; DVC reads one document."
    ),
    "yaml-too-deep": M("The file nests deeper than {limit} levels.", "Write it with fewer levels."),
    "yaml-too-big": M(
        "The file's aliases stand for more than {limit} values.",
        "Write the values out, or remove the aliases.",
    ),
    "yaml-tag": M("The tag `{tag}` has no meaning for DVC.", "Remove the tag."),
    "yaml-not-utf8": M("The file isn't UTF-8.", "Save it with the encoding UTF-8."),
    "yaml-merge-conflict": M(
        "A merge conflict begins here.",
        "Decide which side to keep and remove the marks `<<<<<<<`, `=======`, `>>>>>>>`.",
    ),
    "dvcyaml-shape": M(
        "DVC expects names with values in {what}, not text or a list.",
        "Write `stages:` and below it a key for each stage.",
    ),
    "params-invalid": M(
        "The file can't be read: {reason}.", "Correct it; DVC can't read it either."
    ),
    "stage-group": M(
        "`{name}` is a `{group}` group in dvc.yaml, which is never replaced.",
        "Rename the group, or give the step another name: `:dvc-meta-file: NAME`.",
    ),
    "stage-entangled": M(
        "The stage `{name}` can't be changed without changing another part of the file.",
        "Write out what its anchors (`&`), aliases (`*`) and `<<` stand for, then try again.",
    ),
    "stage-name": M(
        "A stage can't be named `{name}`.",
        "Use letters, digits, `-` and `_`: `:dvc-meta-file: NAME`.",
    ),
    "path-twice": M(
        "The output `{path}` is, or lies inside, another output of this step.",
        "Keep one of the two directives: each file has one place in the pipeline.",
    ),
    "path-in-and-out": M(
        "`{path}` is, holds or lies in an output of the same step.",
        "Write the result to another path.",
    ),
    "path-character": M("DVC can't keep the path `{path}`: it holds {what}.", "Rename the file."),
    "path-outside": M(
        "The output `{path}` is outside of the project.", "Write it to a path inside the project."
    ),
    "param-unfed": M(
        "No directive gives the required param `{name}` a value.",
        "Add `:dvc-in {name}: path`, `:dvc-param {name}: key` or `:dvc-extra: {option}=VALUE`,"
        " or end its description in `Defaults to VALUE.`",
    ),
    "shell-comment": M(
        "A `#` begins a comment in `:{key}:`, and the rest of the command would be lost.",
        "Remove the comment, or quote the word.",
    ),
    "shell-quote": M(
        "`:{key}:` has a `{quote}` that isn't closed.", "Close it, or escape it with a backslash."
    ),
    "shell-backslash": M("`:{key}:` ends in a backslash.", "Remove it."),
    "shell-operator": M(
        "`:{key}:` holds the unquoted `{operator}`, and the step's arguments that follow would go elsewhere.",
        "Quote it; for a command of several parts write `:dvc-cmd:`.",
    ),
    "hyperparameter-key": M(
        "`{key}` can't be the key of a hyperparameter.",
        "Write the keys down to the value with dots between: `:dvc-param: model.size`.",
    ),
    "hyperparameter-missing": M(
        "{file} has no key `{key}`.", "Add it there with its value, or correct the key."
    ),
    "hyperparameter-file": M(
        "A value can't be passed from the file `{file}`.",
        "Rename the file: its path can't hold `:` or `$`.",
    ),
    "hyperparameter-conflict": M(
        "`{top}` of {file} stands in {other} too, and DVC can't tell them apart.",
        "Rename one of the two keys.",
    ),
    "hyperparameter-value": M(
        "The value of `{key}` in {file} can't be passed in a command: {reason}.",
        "Change the value, or read {file} in the notebook and write `:dvc-param: {key}`.",
    ),
    "hyperparameter-mapping": M(
        "`{key}` in {file} is a mapping, which can't be passed to one param.",
        "Write a `:dvc-param` for each value in it.",
    ),
    "hyperparameter-list": M(
        "The list `{key}` in {file} can't be passed to `{name}` by itself.", _LIST_ADVICE
    ),
    "hyperparameter-list-type": M(
        "`{key}` in {file} is passed with `{parent}`, where `{name}` is a list, but the param isn't.",
        "Give the param the type `list` or `List[T]`.",
    ),
    "hyperparameter-sibling": M(
        "The list `{key}` in {file} can't be passed: `{sibling}`, beside it in `{parent}`, is no param of this step.",
        _LIST_ADVICE,
    ),
    "hyperparameter-sibling-fed": M(
        "The list `{key}` in {file} can't be passed: `{sibling}`, beside it in `{parent}`, gets another value too.",
        "Remove the other directive of `{sibling}`, or move the list below a key of its own.",
    ),
    "hyperparameter-unpacked": M(
        "The list `{key}` in {file} can't be passed: of `{sibling}` in `{parent}`, {reason}.",
        "Change that value, or read {file} in the notebook and write `:dvc-param: {key}`.",
    ),
    "hyperparameter-append": M(
        "The list `{key}` in {file} can't be passed: DVC's option `parsing.list` is `append`.",
        "Type `dvc config --unset parsing.list`.",
    ),
    "hyperparameter-bool": M(
        "`{key}` in {file} needs DVC's option `parsing.bool` to be `boolean_optional`,"
        " which would change the command of the stage `{stage}`.",
        "Move the list below a key that holds no true or false.",
    ),
}
