"""The step's docstring: the text of its fields into ``Directives`` and back; the only grammar."""

from __future__ import annotations

from typing import NamedTuple

from . import literal, parameter
from .errors import Place, Problem, Refused, warning
from .fields import (
    FLAG_KEYS,
    FORMS,
    KEYS,
    MULTI_LINE,
    PARAM_KEYS,
    PATH_KINDS,
    SPACE,
    TEXT_KEYS,
    Field,
    read_fields,
)
from .model import (
    Directives,
    Docstring,
    Hyperparameter,
    Parameter,
    PathDirective,
    Text,
)

_KEY_OF_KIND = {kind: key for key, kind in PATH_KINDS.items()}
_OF_BRANCHES = ("field-twice", "command-exclusive", "related-twice")
_OPENINGS = ("{{", "{%", "{#")
_MISSING = {**dict.fromkeys(PATH_KINDS, "path-missing"), "dvc-param": "key-missing"}


class Parsed(NamedTuple):
    """What was understood, and all that was not; problems may be warnings (see their severity)."""

    directives: Directives
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def locate(source: str, cell: int | None) -> Docstring | None:
    """The docstring that the source begins with (only comments may stand above it)."""
    found = literal.find(source)
    if found is None:
        return None
    lines: list[int] = []
    line, position = 1, 0
    for part in found.lines:
        line += _line_ends(source, position, part.start)
        position = part.start
        lines.append(line)
    return Docstring(found.text, cell, tuple(lines))


def parse(docstring: Docstring) -> Parsed:
    """What the docstring says; never raises, so that the rest of a broken one can be shown."""
    fields = read_fields(docstring.text)
    reader = _Reader()
    for field in fields:
        reader.add(field)
    directives = reader.directives()
    problems = reader.problems + _together(directives, reader.refused)
    if "{%" in docstring.text:
        # Which branch of a template holds is known only once it is resolved.
        problems = [found for found in problems if found[1].code not in _OF_BRANCHES]
    problems.sort(key=lambda found: found[0])
    placed = [
        problem._replace(place=Place(None, docstring.cell, docstring.lines[line - 1]))
        for line, problem in problems
    ]
    return Parsed(directives, tuple(placed))


def write(directives: Directives) -> str:
    """The docstring's text for these directives: fields in one fixed order, no prose.

    Raises:
        Refused: something that the text can't say (a line break in a path, spaces at its end, …).
    """
    blocks = [
        [field_text("param", item) for item in directives.params],
        [
            *(field_text(_KEY_OF_KIND[item.kind], item) for item in directives.paths),
            *(field_text("dvc-param", item) for item in directives.hyperparameters),
            *(field_text("dvc-extra", item) for item in directives.extras),
            *(
                field_text(key, item)
                for key, item in (
                    ("dvc-cmd", directives.command),
                    ("dvc-meta-file", directives.stage_name),
                    ("dvc-desc", directives.desc),
                )
                if item is not None
            ),
            *(
                field_text(key, True)
                for key, item in (
                    ("dvc-frozen", directives.frozen),
                    ("dvc-always-changed", directives.always_changed),
                )
                if item
            ),
        ],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


Item = Parameter | PathDirective | Hyperparameter | Text | bool


def field_text(key: str, item: Item) -> str:
    """One field as text, several lines where its description has several.

    Raises:
        Refused: the text would not be read as this item again.
    """
    text = _spell(key, item)
    reader = _Reader()
    for field in read_fields(text):
        reader.add(field)
    errors = [problem for _, problem in reader.problems if problem.severity == "error"]
    if errors:
        raise Refused(errors)
    if reader.directives() != _alone(key, item):
        raise Refused.of("field-unwritable", key=key, text=text)
    return text


def field_problems(field: Field) -> list[Problem]:
    """The errors of one field by itself."""
    reader = _Reader()
    reader.add(field)
    return [problem for _, problem in reader.problems if problem.severity == "error"]


def _line_ends(source: str, start: int, stop: int) -> int:
    part = source[start:stop]
    return part.count("\n") + part.count("\r") - part.count("\r\n")


class _Reader:
    """Collects what single fields say; what they say together is ``_together``'s."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, Problem]] = []
        self.refused: set[str] = set()
        """Params that are declared, but with a type that can't be."""
        self._params: list[Parameter] = []
        self._paths: list[PathDirective] = []
        self._hyperparameters: list[Hyperparameter] = []
        self._extras: list[Text] = []
        self._single: dict[str, Text] = {}
        self._flags: set[str] = set()

    def directives(self) -> Directives:
        return Directives(
            params=tuple(self._params),
            paths=tuple(self._paths),
            extras=tuple(self._extras),
            command=self._single.get("dvc-cmd"),
            hyperparameters=tuple(self._hyperparameters),
            stage_name=self._single.get("dvc-meta-file"),
            desc=self._single.get("dvc-desc"),
            frozen="dvc-frozen" in self._flags,
            always_changed="dvc-always-changed" in self._flags,
        )

    def add(self, field: Field) -> None:
        if not field.known:
            self._unknown(field)
        elif not field.closed:
            self._error(field, "field-unclosed", key=field.key, form=FORMS[field.key])
        elif field.key in PARAM_KEYS:
            self._param(field)
        else:
            # What a template stands for may be a field of its own.
            if field.key not in MULTI_LINE and field.rest and field.rest[0][:2] not in _OPENINGS:
                form = {"key": field.key, "form": FORMS[field.key]}
                self.problems.append((field.rest_line, Problem("field-one-line", form)))
            self._directive(field)

    def _error(self, field: Field, code: str, **args: str | int) -> None:
        self.problems.append((field.line, Problem(code, args)))

    def _unknown(self, field: Field) -> None:
        word = field.key.split()[0].lower()
        if not word.startswith(("dvc", "par")):
            return
        import difflib

        near = difflib.get_close_matches(word.replace("_", "-"), KEYS, 1, 0.8)
        if near:
            self.problems.append(
                (
                    field.line,
                    warning("field-unknown", key=field.key, near=near[0], form=FORMS[near[0]]),
                )
            )

    def _param(self, field: Field) -> None:
        words = field.args.rsplit(None, 1)
        if not words:
            self._error(field, "param-name-missing", form=FORMS["param"])
            return
        name = parameter.normal_name(words[-1])
        problem = parameter.check_name(name)
        if problem is not None:
            self.problems.append((field.line, problem))
            return
        try:
            type = parameter.parse_type(words[0] if len(words) > 1 else "")
        except Refused as error:
            self.refused.add(name)
            self.problems += [(field.line, problem) for problem in error.problems]
            return
        text = _value(field)
        default, mention = parameter.default_of(text, type)
        if mention is not None:
            self.problems.append(
                (field.line, mention._replace(args={"name": name, **mention.args}))
            )
        self._params.append(Parameter(name, type, text, default, field.line))

    def _directive(self, field: Field) -> None:
        key, line = field.key, field.line
        if key in FLAG_KEYS:
            if field.args or field.first:
                self._error(field, "flag-with-text", key=key)
            else:
                self._flags.add(key)
            return
        problem = _key_problem(field)
        related = parameter.normal_name(field.args) or None
        value = _value(field)
        if problem is None and not value:
            problem = Problem(_MISSING.get(key, "text-missing"), {"key": key, "form": FORMS[key]})
        if problem is None:
            problem = _control(field, value)
        if problem is not None:
            self.problems.append((line, problem))
        elif key in PATH_KINDS:
            self._paths.append(PathDirective(PATH_KINDS[key], value, related, line))
        elif key == "dvc-param":
            self._hyperparameter(field, value, related)
        elif key == "dvc-extra":
            self._extras.append(Text(value, line))
        elif key in self._single:
            self._error(field, "field-twice", key=key, first=self._single[key].text)
        else:
            self._single[key] = Text(value, line)

    def _hyperparameter(self, field: Field, value: str, related: str | None) -> None:
        file, colon, key = (part.strip(SPACE) for part in value.rpartition(":"))
        if not key or (colon and not file):
            self._error(field, "key-missing", key=field.key, form=FORMS["dvc-param"])
            return
        default = file in ("", "params.yaml", "./params.yaml")
        self._hyperparameters.append(
            Hyperparameter(key, None if default else file, related, field.line)
        )


def _key_problem(field: Field) -> Problem | None:
    words = field.args.split()
    if words and field.key in TEXT_KEYS:
        return Problem("field-takes-no-name", {"key": field.key, "form": FORMS[field.key]})
    # A template may hold spaces; what it stands for is looked at once it is resolved.
    if len(words) > 1 and not _is_template(field.args):
        return Problem(
            "related-too-many", {"key": field.key, "words": field.args, "form": FORMS[field.key]}
        )
    return None


def _is_template(text: str) -> bool:
    return any(opening in text for opening in _OPENINGS)


def _value(field: Field) -> str:
    """What the field says; a line break in a command is a space, also after a backslash."""
    if field.key not in MULTI_LINE:
        return field.first
    lines = [line for line in (field.first, *field.rest) if line]
    if field.key not in ("dvc-cmd", "dvc-extra"):
        return "\n".join(lines)
    for number, line in enumerate(lines[:-1]):
        backslashes = len(line) - len(line.rstrip("\\"))
        if backslashes % 2:
            lines[number] = line[:-1].rstrip(SPACE)
    return " ".join(line for line in lines if line)


def _control(field: Field, value: str) -> Problem | None:
    allowed = "\t\n" if field.key in MULTI_LINE else ""
    for c in value:
        if (c < " " and c not in allowed) or c == "\x7f" or "\ud800" <= c <= "\udfff":
            return Problem("field-control", {"key": field.key, "character": ascii(c).strip("'")})
    return None


def _together(directives: Directives, refused: set[str]) -> list[tuple[int, Problem]]:
    """What is wrong between fields that are right by themselves."""
    found = [(item.line, problem) for item, problem in parameter.clashes(directives.params)]
    params = {item.name: item for item in directives.params}
    fed: set[str] = set()
    related_ones: list[PathDirective | Hyperparameter] = [*directives.paths]
    related_ones += directives.hyperparameters
    for directive in related_ones:
        if directive.param is None or directive.param in refused or _is_template(directive.param):
            continue
        key = "dvc-param" if isinstance(directive, Hyperparameter) else _KEY_OF_KIND[directive.kind]
        names: dict[str, str | int] = {"key": key, "name": directive.param}
        related = params.get(directive.param)
        if related is None:
            found.append((directive.line, Problem("related-unknown", names)))
        elif isinstance(directive, PathDirective) and related.type.base not in ("str", "Path"):
            type = related.type.source or "str"
            found.append((directive.line, Problem("related-type", {**names, "type": type})))
        elif directive.param in fed:
            found.append((directive.line, Problem("related-twice", names, severity="warning")))
        fed.add(directive.param)
    if directives.command is not None:
        others = [
            _KEY_OF_KIND[path.kind] for path in directives.of_kind("in", "out", "out-persist")
        ] + ["dvc-extra"] * bool(directives.extras)
        if others:
            found.append(
                (directives.command.line, Problem("command-exclusive", {"key": others[0]}))
            )
    return found


def _alone(key: str, item: Item) -> Directives:
    if isinstance(item, Parameter):
        return Directives(params=(item,))
    if isinstance(item, PathDirective):
        return Directives(paths=(item,))
    if isinstance(item, Hyperparameter):
        return Directives(hyperparameters=(item,))
    if isinstance(item, Text):
        return {
            "dvc-extra": Directives(extras=(item,)),
            "dvc-cmd": Directives(command=item),
            "dvc-meta-file": Directives(stage_name=item),
            "dvc-desc": Directives(desc=item),
        }[key]
    return Directives(frozen=key == "dvc-frozen", always_changed=key == "dvc-always-changed")


def _spell(key: str, item: Item) -> str:
    args, text = "", ""
    if isinstance(item, Parameter):
        args = f"{item.type.source} {item.name}" if item.type.source else item.name
        text = item.text
    elif isinstance(item, PathDirective):
        args, text = item.param or "", item.path
    elif isinstance(item, Hyperparameter):
        args = item.param or ""
        text = item.key if item.file is None else f"{item.file}:{item.key}"
    elif isinstance(item, Text):
        text = item.text
    head = f":{key} {args}:" if args else f":{key}:"
    return f"{head} {text}".rstrip(SPACE).replace("\n", "\n    ")
