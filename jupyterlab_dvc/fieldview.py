"""A docstring's fields as rows of a form: what each says, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from . import docstring, parameter, shell
from .errors import Problem, Refused
from .fields import MULTI_LINE, PARAM_KEYS, PATH_KINDS, SPACE, Field, read_fields
from .model import Directives, Docstring, Hyperparameter, Parameter, PathDirective, PathKind
from .stage_fields import DEFAULT_PARAMS_FILE

FieldKind = Literal[
    "param",
    "in",
    "out",
    "out-persist",
    "metric",
    "plot",
    "hyperparameter",
    "extra",
    "command",
    "stage-name",
    "desc",
    "frozen",
    "always-changed",
]

KIND_OF_KEY: dict[str, FieldKind] = {
    **dict.fromkeys(PARAM_KEYS, "param"),
    **PATH_KINDS,
    "dvc-param": "hyperparameter",
    "dvc-extra": "extra",
    "dvc-cmd": "command",
    "dvc-meta-file": "stage-name",
    "dvc-desc": "desc",
    "dvc-frozen": "frozen",
    "dvc-always-changed": "always-changed",
}
KEY_OF_KIND: dict[FieldKind, str] = {
    kind: "param" if kind == "param" else key for key, kind in KIND_OF_KEY.items()
}


@dataclass
class Row:
    """One field; what its kind doesn't have is None. Lines are those of the docstring's text.

    ``last`` is the last line of its own: what follows a field of one line isn't.
    """

    line: int
    last: int
    kind: FieldKind | Literal["unknown"]
    key: str
    text: str = ""
    name: str | None = None
    type: str | None = None
    default: str | None = None
    required: bool = False
    path: str | None = None
    param: str | None = None
    key_path: str | None = None
    file: str | None = None
    problems: list[Problem] = field(default_factory=list)


class View(NamedTuple):
    """All fields in the docstring's order; ``problems`` are those of none of them.

    The line in a problem's place is one of the docstring's text.
    """

    rows: list[Row]
    directives: Directives
    problems: list[Problem]


def read(text: str) -> View:
    """The rows of a docstring's text; never raises."""
    lines = tuple(range(1, text.count("\n") + 2))
    parsed = docstring.parse(Docstring(text, None, lines))
    params = {item.line: item for item in parsed.directives.params}
    texts = {
        item.line: item.text
        for item in (*parsed.directives.extras, parsed.directives.command)
        if item is not None
    }
    fields = read_fields(text)
    rows = [_row(one, params.get(one.line), texts.get(one.line)) for one in fields]
    ends = [one.end for one in fields]
    view = View(rows, parsed.directives, [])
    place(view, parsed.problems, ends)
    return view


def place(view: View, problems: tuple[Problem, ...], ends: list[int] | None = None) -> None:
    """Put each problem to the row that its line belongs to, or to the problems of none."""
    owner: dict[int, Row] = {}
    for number, row in enumerate(view.rows):
        end = row.last if ends is None else max(row.last, ends[number])
        owner.update(dict.fromkeys(range(row.line, end + 1), row))
    for problem in problems:
        line = problem.place.line
        known = owner.get(line) if line is not None and problem.place.path is None else None
        found = view.problems if known is None else known.problems
        if problem not in found:
            found.append(problem)


def _row(one: Field, param: Parameter | None, text: str | None) -> Row:
    if not one.known:
        return Row(one.line, one.line, "unknown", one.key)
    kind = KIND_OF_KEY[one.key]
    row = Row(one.line, last_line(one), kind, one.key)
    row.text = text if text is not None else "\n".join(filter(None, (one.first, *one.rest)))
    if kind == "param":
        words = one.args.rsplit(None, 1)
        row.name = parameter.normal_name(words[-1]) if words else ""
        row.type = words[0] if len(words) > 1 else ""
        row.required = True
        if param is not None:
            row.type, row.text = param.type.source or "", param.text
            row.default, row.required = param.default, param.required
    elif kind in PATH_KINDS.values():
        row.path, row.param = one.first, parameter.normal_name(one.args) or None
        row.text = ""
    elif kind == "hyperparameter":
        file, _, key = (part.strip(SPACE) for part in one.first.rpartition(":"))
        row.key_path, row.file = key, file or DEFAULT_PARAMS_FILE
        row.param = parameter.normal_name(one.args) or None
        row.text = ""
    return row


def last_line(one: Field) -> int:
    """The last line of the field's own."""
    return one.end if one.known and one.key in MULTI_LINE else one.line


OriginKind = Literal["extra", "key", "in", "out", "default", "none"]


class Origin(NamedTuple):
    """Where a param's value comes from, and the text that gives it."""

    kind: OriginKind
    text: str


_KIND_OF_ORIGIN: dict[PathKind, OriginKind] = {"in": "in"}


def origins(directives: Directives) -> dict[str, Origin]:
    """For each param the directive that wins in the command, which is the last one there."""
    found: dict[str, Origin] = {}
    for parameter_ in directives.params:
        if parameter_.default is not None:
            found[parameter_.name] = Origin("default", parameter_.default)
        else:
            optional = parameter_.type.optional
            found[parameter_.name] = Origin("default", "None") if optional else Origin("none", "")
    names = {item.option: item.name for item in directives.params}
    command = directives.command
    for text in [extra.text for extra in directives.extras] if command is None else [command.text]:
        for option, value in _given(text):
            matches = [option] if option in names else [o for o in names if o.startswith(option)]
            if len(matches) == 1:
                found[names[matches[0]]] = Origin("extra", value)
    if command is not None:
        return found
    related: list[PathDirective | Hyperparameter] = [*directives.paths]
    for item in [*related, *directives.hyperparameters]:
        if item.param is None or item.param not in found:
            continue
        if isinstance(item, PathDirective):
            found[item.param] = Origin(_KIND_OF_ORIGIN.get(item.kind, "out"), item.path)
        else:
            key = item.key if item.file is None else f"{item.file}:{item.key}"
            found[item.param] = Origin("key", key)
    return found


def _given(text: str) -> list[tuple[str, str]]:
    """The options in shell text and what they are given."""
    try:
        words = [token.text for token in shell.tokens(text, "dvc-extra") if token.kind == "word"]
    except Refused:
        return []
    found = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, equals, value = word.partition("=")
        option = option[:2] + option[2:].replace("_", "-")
        if len(option) > 2 and option.startswith("--"):
            follows = following if not following.startswith("--") else ""
            found.append((option, value if equals else follows))
    return found
