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
        "Write out what its anchors (`&`), aliases (`*`), `<<` and `?` stand for, then try again.",
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
    "path-character": M(
        "The path {path} holds a character that a file name can't have, or DVC can't keep.",
        "Write another path.",
    ),
    "path-spaces": M(
        "DVC would lose one of the spaces side by side in a path as long as {path!r}.",
        "Write a shorter path, or one space.",
    ),
    "path-dvc-file": M(
        "`{path}` can't be an output: DVC takes a file of this name for its own.",
        "Choose a name that isn't dvc.yaml and doesn't end in .dvc.",
    ),
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
        "`:{key}:` holds the unquoted `{operator}`, and the step's arguments would go astray.",
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
    "hyperparameter-type": M(
        "`{key}` in {file} is `{value}`, which the param `{name}` of the type {type} doesn't take.",
        "Change the value in {file}, or the type in `:param {name}:`.",
    ),
    "hyperparameter-changed": M(
        "The stage `{stage}` can't get the value of `{key}` in its command: {reason}.",
        "Change the value in the params file.",
    ),
    "hyperparameter-mapping": M(
        "`{key}` in {file} is a mapping, which can't be passed to one param.",
        "Write a `:dvc-param` for each value in it.",
    ),
    "hyperparameter-list": M(
        "The list `{key}` in {file} can't be passed to `{name}` by itself.", _LIST_ADVICE
    ),
    "hyperparameter-list-type": M(
        "`{key}` in {file} is passed with `{parent}`, where `{name}` is a list; the param isn't.",
        "Give the param the type `list` or `List[T]`.",
    ),
    "hyperparameter-sibling": M(
        "The list `{key}` in {file} can't be passed: `{sibling}`, beside it in `{parent}`,"
        " is no param of this step.",
        _LIST_ADVICE,
    ),
    "hyperparameter-sibling-fed": M(
        "The list `{key}` in {file} can't be passed: `{sibling}`, beside it in `{parent}`,"
        " gets another value too.",
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
        "The stage `{stage}` passes true or false beside a list. That needs DVC's option"
        " `parsing.bool` to be `boolean_optional`, which changes what the stage `{other}` runs.",
        "Move the list below a key that holds no true or false.",
    ),
    "command-first": M(
        "`:dvc-cmd:` begins with `{first}`, not with `dvc run` or `dvc stage add`.",
        "Put `dvc run` first and the rest into its command in quotes:"
        " `dvc run -d IN -o OUT 'cd x && …'`.",
    ),
    "command-second": M(
        "`:dvc-cmd:` makes two stages.",
        "Write one `dvc run`, and another notebook for the second stage.",
    ),
    "command-missing": M(
        "`:dvc-cmd:` says what the stage reads and writes, but not what it runs.",
        "Write the command at the end: `dvc run -d IN -o OUT $MLV_PY_CMD_PATH --in IN`.",
    ),
    "command-option": M(
        "`{option}` is no option of `dvc run` that a stage of DVC 3 can have.",
        "Remove it; known are -d -o -O -m -M -p -w -f -n --outs-persist --plots --desc.",
    ),
    "command-option-value": M("`{option}` takes no value.", "Remove what follows the `=`."),
    "command-option-missing": M("`{option}` has no value.", "Write it behind the option."),
    "command-expands": M(
        "A shell would make something else of `{value}` behind `{option}`, and none reads it here.",
        "Write the path itself, or put it in single quotes if it is meant literally.",
    ),
    "command-heredoc": M(
        "`:dvc-cmd:` has a here-document (`<<`), whose lines become one here.",
        "Put its text in a file, and write `< FILE`.",
    ),
    "command-wdir": M(
        "The folder `{path}` can't be the stage's.",
        "Name a folder below that of dvc.yaml, relative to it: `-w data`.",
    ),
    "command-joined": M(
        "`{rest}` isn't quoted; it is taken for a part of the stage's command.",
        "To say so, put the whole command in quotes.",
    ),
    "graph-output-twice": M(
        "The stages `{other}` and `{stage}` both write `{path}`.",
        "Let one of them write to another path.",
    ),
    "graph-output-inside": M(
        "`{path}`, which the stage `{stage}` writes, lies in `{folder}`, which `{other}` writes.",
        "Let one of them write to another folder.",
    ),
    "graph-output-tracked": M(
        "`{path}`, which the stage `{stage}` writes, is tracked by {file} too.",
        "Write to another path, or type: dvc remove {file}",
    ),
    "graph-in-and-out": M(
        "`{path}` is, holds or lies in an output of the stage `{stage}`, which reads it.",
        "Write the result to another path.",
    ),
    "graph-cycle": M(
        "The stages need each other: {stages}.", "Remove one of the inputs that close the circle."
    ),
    "variant-unknown": M(
        "The variant `{stage}` passes `{option}`, which the script no longer takes.",
        "Change the command of `{stage}` in dvc.yaml.",
        "Mend the variant.",
    ),
    "variant-missing": M(
        "The variant `{stage}` doesn't pass `{option}`, which the script requires.",
        "Add it to the command of `{stage}` in dvc.yaml.",
        "Give the variant a value for it.",
    ),
}
