"""Sentences of the docstring, its templates and the configuration."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "field-unclosed": M("`:{key}` has no closing colon.", "Write `{form}`."),
    "field-unknown": M(
        "`:{key}:` is no field, so it is ignored.", "If a directive is meant, write `{form}`."
    ),
    "field-one-line": M(
        "A line of text follows `:{key}:`, which is one line.",
        "Write all of it on one line (`{form}`), or put a blank line before the text.",
    ),
    "field-takes-no-name": M(
        "`:{key}:` takes no name before its closing colon.", "Write `{form}`."
    ),
    "field-twice": M("`:{key}:` stands twice; it is already `{first}`.", "Keep one of them."),
    "field-control": M(
        "`:{key}:` has the character `{character}` in its text.",
        'For a backslash write `\\\\`, or start the docstring with r"""; in paths write `/`.',
    ),
    "field-unwritable": M(
        "`:{key}:` can't say this: `{text}`.",
        "Take out line breaks, spaces at the ends and lines that begin like a field.",
    ),
    "flag-with-text": M(
        "`:{key}:` takes no name and no text.",
        "Write `:{key}:` alone, or remove the line to switch it off.",
    ),
    "text-missing": M("`:{key}:` has no text.", "Expected `{form}`."),
    "path-missing": M("`:{key}:` has no path on its line.", "Expected `{form}`."),
    "key-missing": M(
        "`:{key}:` names no key.", "Expected `{form}`, or `:dvc-param: key` for params.yaml."
    ),
    "param-name-missing": M("`:param` has no name.", "Expected `{form}`."),
    "param-name-invalid": M(
        "`{name}` can't be the name of a param: it is no Python identifier.",
        "Write `:param type {proposal}: text`; the last word before the closing colon is the name.",
    ),
    "param-name-keyword": M(
        "`{name}` can't be the name of a param: it is a Python keyword.",
        "Choose another name, such as `{name}_`.",
    ),
    "param-name-help": M(
        "`help` can't be the name of a param: `--help` shows the usage.",
        "Choose another name, such as `help_text`.",
    ),
    "param-name-dunder": M(
        "`{name}` can't be the name of a param: Python gives it a meaning of its own.",
        "Choose a name without the underscores around it.",
    ),
    "param-duplicate": M("The param `{name}` is declared twice.", "Rename or remove one of them."),
    "param-negation": M(
        "The param `{name}` has the same option as the negation of the bool `{switch}`.",
        "Rename one of them.",
    ),
    "param-type-unknown": M(
        "`{type}` is not a type that a param can have.", "Write one of {types}."
    ),
    "param-literal-ambiguous": M(
        "Two choices of `{type}` look the same on a command line: {value}.",
        "Keep one of them.",
    ),
    "param-default-form": M(
        "The description of `{name}` sets no default: it doesn't end in `Defaults to {value}.`",
        "For a default, end the description in exactly that, with the full stop.",
    ),
    "param-default-quotes": M(
        "`{value}` sets no default for `{name}`: it is no Python literal of the type {type}.",
        "For a default, end the description in `Defaults to {literal}.`",
    ),
    "param-default-not-literal": M(
        "`{value}` sets no default for `{name}`: it is no Python literal of the type {type}.",
        "For a default, end the description in `Defaults to VALUE.`, with such a literal.",
    ),
    "related-too-many": M("`:{key} {words}:` names more than one param.", "Expected `{form}`."),
    "related-unknown": M(
        "`:{key} {name}:` names a param that isn't declared.",
        "Add `:param str {name}: text`, or write `:{key}:` without a name.",
    ),
    "related-type": M(
        "`:{key} {name}:` needs a param that is a path, but `{name}` is `{type}`.",
        "Declare it `:param str {name}:` or `:param Path {name}:`.",
    ),
    "related-twice": M(
        "`{name}` already gets its value from another directive; `:{key} {name}:` wins.",
        "Give each directive a param of its own.",
    ),
    "command-exclusive": M(
        "`:dvc-cmd:` can't stand beside `:{key}:`: it is the whole command.",
        "Move the path or option into the command, or describe the step without `:dvc-cmd:`.",
    ),
    "edit-no-field": M(
        "No field begins on line {line} of the docstring.",
        "The docstring has changed meanwhile; read it again.",
    ),
    "edit-not-one": M("This is not one field: `{text}`.", "Write one, such as `:dvc-in: path`."),
    "edit-magic": M(
        "The cell begins with {magic}, so it can't get a docstring.",
        "Put the docstring into a code cell of its own before it.",
    ),
    "edit-broken": M(
        "The cell begins with a string that can't be read as a docstring.",
        "Close its quotes, or write one plain string in triple quotes.",
    ),
    "edit-one-line": M(
        "A raw string in single quotes has one line only.",
        "Write the docstring in triple quotes.",
    ),
    "edit-impossible": M(
        "The docstring can't be changed like this without changing other lines.",
        "Write the docstring as one string in triple quotes, or edit it in the cell.",
    ),
    "template-unconfigured": M(
        "There is a template, but no docstring configuration to resolve it from: `{text}`.",
        "Name a YAML file with `docstring_conf` in the configuration or `--docstring-conf FILE`.",
    ),
    "template-broken": M(
        "The template can't be resolved: {reason}.",
        "Write `{{{{ conf.key }}}}`, with a key of the docstring configuration.",
    ),
    "conf-missing": M(
        "There is no such configuration file.",
        "Check the path; it is relative to the folder that the command runs in.",
    ),
    "conf-not-utf8": M("The configuration is not UTF-8 text.", "Save it as UTF-8."),
    "conf-json": M("The configuration is not valid JSON: {reason}.", "Correct it at this place."),
    "conf-toml": M("The file is not valid TOML: {reason}.", "Correct it at this place."),
    "conf-yaml": M(
        "The docstring configuration can't be read: {reason}.",
        "Write YAML with one `key: value` on each line.",
    ),
    "conf-twice": M("The key `{key}` stands twice.", "Keep one of them."),
    "conf-unknown": M("The key `{key}` is unknown.", "Did you mean {near}? Known: {known}."),
    "conf-type": M("The value of `{key}` has the wrong type.", "Write {type}."),
    "conf-variable": M(
        "The value of `{key}` is no name of a shell variable: `{value}`.",
        "Write letters, digits and `_`, with no digit first.",
    ),
    "conf-same-variable": M(
        "Two of {keys} have the same value.", "Give each variable a name of its own."
    ),
    "conf-without-effect": M(
        "`{key}` has no effect: DVC 3 keeps all stages in dvc.yaml.", "Remove it."
    ),
    "conf-both": M(
        "Settings stand here and in pyproject.toml under [tool.{table}]; only these are used.",
        "Keep them in one of the two files.",
    ),
}
