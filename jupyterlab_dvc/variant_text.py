"""What a variant has of its own, as a stage and back."""

from __future__ import annotations

import json
import math
import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from . import docstring, templates, typed_value, variant
from .errors import Problem, Refused
from .model import Directives, Parameter, PathDirective, Stage, Text
from .stage import command_field, escape, option, stage_name, unescape
from .stage_fields import META_KEY, fingerprint, own_meta

_LONGEST = 100
_PLACE = "jdvcitem0"
"""Stands for a matrix's value until the stage is made; nothing in it needs a quote."""
_IN_A_NAME = re.compile(r"[\w.+-]+\Z", re.ASCII)
_OTHER_TEMPLATE = re.compile(r"(?<!\\)\$\{(?!item\.)")
_NO_ARGUMENT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class VariantText:
    """Values are by param, as typed; paths by the path that the notebook's stage has.

    ``matrix`` has the values of one param; a path says ``{param}`` where the value goes.
    """

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    matrix: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Own:
    """The notebook's own stage, and how a stage is made of changed directives."""

    stage: Stage
    directives: Directives
    script: PurePosixPath
    build: Callable[[Directives], Stage]

    @property
    def name(self) -> str:
        return self.stage.name

    @property
    def obstacle(self) -> Problem | None:
        """Why the step can have no variant; None where it can."""
        return None if self.directives.command is None else Problem("variant-command")

    @property
    def path_params(self) -> set[str]:
        return {one.param for one in self.directives.paths if one.param is not None}

    @property
    def params(self) -> tuple[Parameter, ...]:
        """Those that a variant may give another value: a path's has the path."""
        return tuple(one for one in self.directives.params if one.name not in self.path_params)


def stage_of(own: Own, text: VariantText) -> Stage:
    """The variant as a stage.

    Raises:
        Refused: with everything that is wrong with it.
    """
    maker = _Maker(own, text)
    made = maker.stage()
    if maker.problems:
        raise Refused(maker.problems)
    assert made is not None
    return made


class _Maker:
    def __init__(self, own: Own, text: VariantText) -> None:
        self._own = own
        self._text = text
        self._axis = next(iter(text.matrix), None)
        self.problems: list[Problem] = []

    def stage(self) -> Stage | None:
        own, text = self._own, self._text
        if own.obstacle is not None:
            raise Refused(own.obstacle)
        self._check_name()
        words = [word for name in text.values for word in self._words(name, text.values[name])]
        items = self._items()
        paths = tuple(self._path(one) for one in own.directives.paths)
        known = {posixpath.normpath(one.path) for one in own.directives.paths}
        for path in text.paths:
            if posixpath.normpath(path) not in known:
                self._problem("variant-path-unknown", path=path)
        if self.problems:
            return None
        changed = {*text.values, *text.matrix}
        directives = replace(
            own.directives,
            paths=paths,
            hyperparameters=tuple(
                one for one in own.directives.hyperparameters if one.param not in changed
            ),
            stage_name=Text(text.name),
        )
        made = self._own.build(directives)
        if self._axis is not None:
            words.append(f"--{self._axis.replace('_', '-')}={_PLACE}")
        return self._finished(made, words, items)

    def _finished(self, made: Stage, words: list[str], items: list[object]) -> Stage:
        fields = dict(made.fields)
        command = fields["cmd"]
        line = str(command[0] if isinstance(command, list) else command)
        fields["cmd"] = command_field(" ".join([line, *words]))
        meta: dict[str, object] = {**own_meta(fields), variant.KEY: self._own.name}
        fields.pop("meta")
        if self._axis is not None:
            fields = _with_item(fields, self._axis)
            fields = {"matrix": {self._axis: items}, **fields}
        meta["sha256"] = fingerprint(fields)
        fields["meta"] = {META_KEY: meta}
        return Stage(self._text.name, fields, made.problems)

    def _check_name(self) -> None:
        name = self._text.name
        plain = name.isprintable() and not any(char.isspace() for char in name)
        if not name or stage_name(name) != name or not plain or len(name) > _LONGEST:
            self._problem("variant-name", name=name[:_LONGEST])

    def _param(self, name: str) -> Parameter | None:
        found = next((one for one in self._own.params if one.name == name), None)
        if found is None:
            names = ", ".join(one.name for one in self._own.params) or "none"
            self._problem("variant-param", name=name[:_LONGEST], known=names)
        return found

    def _typed(self, param: Parameter, value: str) -> object:
        try:
            return typed_value.parse(value, param.type)
        except typed_value.Unfit:
            kind = param.type.source or "str"
            self._problem("run-value-type", key=param.name, value=value[:_LONGEST], type=kind)
            return None

    def _words(self, name: str, value: str) -> Iterator[str]:
        param = self._param(name)
        if param is None:
            return
        typed = self._typed(param, value)
        items = typed if isinstance(typed, list) else [typed]
        reason = next((found for one in items if (found := _unfit(one))), None)
        if isinstance(typed, list):
            first = next((one for one in typed if str(one).startswith("-")), None)
            reason = "it is an empty list" if not typed else reason
            if isinstance(first, str):
                reason = "a text in it begins with '-'"
        if reason is not None:
            self._problem("run-value", key=name, reason=reason)
        elif isinstance(typed, list):
            yield " ".join([param.option, *(escape(shlex.quote(_spelled(one))) for one in typed)])
        else:
            yield option(name, value if isinstance(typed, str) else _spelled(typed))

    def _items(self) -> list[object]:
        if len(self._text.matrix) > 1:
            self._problem("variant-matrix-one")
        if self._axis is None:
            return []
        values = self._text.matrix[self._axis]
        param = self._param(self._axis)
        if param is None:
            return []
        if param.name in self._text.values or not values:
            self._problem("variant-matrix-values", name=param.name)
        items: list[object] = []
        for value in values:
            typed = self._typed(param, value)
            spelled = "" if typed is None else _item(typed)
            if isinstance(typed, list) or _IN_A_NAME.match(spelled) is None:
                self._problem("variant-matrix-value", name=param.name, value=value[:_LONGEST])
            elif spelled in map(_item, items):
                self._problem("variant-matrix-twice", name=param.name, value=value[:_LONGEST])
            items.append(typed)
        return items

    def _path(self, one: PathDirective) -> PathDirective:
        given = {posixpath.normpath(path): new for path, new in self._text.paths.items()}
        path = given.get(posixpath.normpath(one.path))
        mark = None if self._axis is None else f"{{{self._axis}}}"
        is_output = one.kind != "in"
        if path is None:
            if mark is None or not is_output or one.param is None:
                return one
            path = marked(one.path, mark)
        elif one.param is None and posixpath.normpath(path) != posixpath.normpath(one.path):
            self._problem("variant-fixed-path", path=one.path)
            return one
        if mark is not None and is_output and one.param is not None and mark not in path:
            self._problem("variant-matrix-path", path=path, mark=mark)
        if mark is not None and _PLACE in path:
            self._problem("variant-path-unknown", path=path)
        new = replace(one, path=path if mark is None else path.replace(mark, _PLACE))
        try:
            docstring.field_text(f"dvc-{new.kind}", new)
        except Refused as error:
            self.problems += error.problems
        return new

    def _problem(self, code: str, **args: str | int) -> None:
        problem = Problem(code, args)
        if problem not in self.problems:
            self.problems.append(problem)


def marked(path: str, mark: str) -> str:
    """The path with a mark before its suffix."""
    stem, suffix = posixpath.splitext(path.rstrip("/"))
    return f"{stem}-{mark}{suffix}"


def read(own: Own, name: str, fields: Mapping[str, Any]) -> VariantText:
    """What a stage of the notebook's script has that the notebook's own doesn't.

    What no directive or param knows is left out.
    """
    body = variant.body_of(fields)
    ours = given(own, own.stage.fields)
    theirs = given(own, body)
    axes = fields.get("matrix")
    matrix = {
        str(axis): [templates.text(item) for item in items]
        for axis, items in (axes.items() if isinstance(axes, Mapping) else ())
        if isinstance(items, list)
    }
    values: dict[str, str] = {}
    paths: dict[str, str] = {}
    by_param = {one.param: one.path for one in own.directives.paths if one.param is not None}
    for param in own.directives.params:
        words = theirs.get(param.name)
        if words is None or words == ours.get(param.name):
            continue
        if param.name in by_param:
            shown = _shown(words[0], matrix)
            if shown != by_param[param.name]:
                paths[by_param[param.name]] = shown
        elif param.name not in matrix:
            values[param.name] = value_of(param, words)
    return VariantText(name, values, paths, matrix)


def mended(own: Own, text: VariantText) -> VariantText:
    """The variant with what the notebook knows, and outputs of its own for those it lacks."""
    known = {one.name for one in own.params}
    paths = dict(text.paths)
    for one in own.directives.paths:
        if one.kind != "in" and one.param is not None and one.path not in paths and not text.matrix:
            paths[one.path] = marked(one.path, text.name)
    return replace(
        text,
        values={name: value for name, value in text.values.items() if name in known},
        paths=paths,
        matrix={name: items for name, items in text.matrix.items() if name in known},
    )


def given(own: Own, body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The words behind each param's option, as the script gets them; the last one counts.

    What DVC fills in from a params file is no value of the stage's own.
    """
    found: dict[str, list[str]] = {}
    for arguments in variant.calls(body, str(own.script)):
        for _, param, values in variant.options(arguments, own.directives.params):
            if param is None:
                continue
            found.pop(param.name, None)
            if not any(map(_OTHER_TEMPLATE.search, values)):
                found[param.name] = [unescape(value) for value in values]
    return found


def _shown(path: str, matrix: Mapping[str, object]) -> str:
    for axis in matrix:
        path = path.replace(f"${{item.{axis}}}", f"{{{axis}}}")
    return path


def value_of(param: Parameter, words: list[str]) -> str:
    """The words behind a param's option as a person types the value."""
    if param.type.base != "list":
        return words[0] if words else ""
    kind = param.type.item.base if param.type.item is not None else "str"
    if kind in ("int", "float", "bool"):
        return f"[{', '.join(words)}]"
    return json.dumps(words, ensure_ascii=False)


def _spelled(value: object) -> str:
    """As the script's parser takes it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(float(value))
    return "None" if value is None else templates.text(value)


def _item(value: object) -> str:
    """A matrix's value as DVC writes it: a number as Python does, however it was typed."""
    return templates.text(float(value) if isinstance(value, float) else value)


def _unfit(value: object) -> str | None:
    if isinstance(value, str) and _NO_ARGUMENT.search(value):
        return "it holds a character that no argument can have"
    return None


def _with_item(fields: dict[str, object], axis: str) -> dict[str, object]:
    """The fields with DVC's template where the matrix's value goes."""

    def put(value: object) -> object:
        if isinstance(value, str):
            return value.replace(_PLACE, f"${{item.{axis}}}")
        if isinstance(value, list):
            return [put(one) for one in value]
        if isinstance(value, dict):
            return {put(key): put(one) for key, one in value.items()}
        return value

    return {key: put(value) for key, value in fields.items()}
