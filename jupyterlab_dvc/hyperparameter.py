"""How a hyperparameter reaches the script: DVC's ``${key}``, and what that can't carry."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from . import templates
from .errors import Arg, Place, Problem, Refused
from .graph import StagesFile
from .model import Directives, Hyperparameter
from .param_value import fits, shown, unfit, unfit_unpacked
from .params import MISSING, ReadParams, select
from .stage_fields import DEFAULT_PARAMS_FILE, own_meta

_TEMPLATE = re.compile(r"(?<!\\)\$\{(.*?)\}")

# dpath, with which DVC finds a key, takes some of these for patterns; the braces end a template.
_KEY = re.compile(r"[^\x00-\x1f*?\[\]{}$,]+\Z")


@dataclass
class Plan:
    """What the hyperparameters of a step add to its stage.

    ``fed`` names the params that get a value.

    Lines of problems count in the docstring. ``boolean_optional`` tells that DVC's ``parsing.bool``
    has to be that for the command to be right.
    """

    arguments: list[str] = field(default_factory=list)
    params: list[object] = field(default_factory=list)
    vars: list[object] = field(default_factory=list)
    fed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    boolean_optional: bool = False


def plan(
    directives: Directives,
    read: ReadParams,
    top_vars: Sequence[object] = (),
    parsing: Mapping[str, str] | None = None,
) -> Plan:
    """What ``:dvc-param:`` adds to the stage; what is wrong is in ``problems``.

    Args:
        read: gives the data of a params file.
        top_vars: the ``vars`` at the top of ``dvc.yaml``.
        parsing: the section ``parsing`` of DVC's configuration.
    """
    return _Planner(directives, read, top_vars, parsing or {}).plan()


def unpacked(command: object, data: object) -> list[Mapping[object, object]]:
    """The mappings of ``data`` for which a stage's ``cmd`` has a template."""
    texts = command if isinstance(command, list) else [command]
    values = [
        select(data, _normal(match[1]))
        for text in texts
        if isinstance(text, str)
        for match in _TEMPLATE.finditer(text)
    ]
    return [value for value in values if isinstance(value, Mapping)]


def boolean_optional(
    file: StagesFile, ours: Collection[str], read: ReadParams, parsing: Mapping[str, str]
) -> tuple[bool, list[Problem]]:
    """Whether DVC's ``parsing.bool`` has to be ``boolean_optional``, and what speaks against it.

    Args:
        file: ``dvc.yaml`` as it is to be.
        ours: the names of generated stages, whose scripts take ``--no-x`` too.
    """
    if parsing.get("bool") == "boolean_optional":
        return False, []
    variables = templates.context(file.data, read)
    needed: list[str] = []
    others: list[str] = []
    for entry, fields in file.stages.items():
        if not isinstance(fields, Mapping):
            continue
        try:
            for _, body, seen in templates.expanded(str(entry), fields, variables, read):
                mappings = unpacked(body.get("cmd"), seen)
                if mappings and entry not in ours:
                    others.append(str(entry))
                elif any(isinstance(v, bool) for mapping in mappings for v in mapping.values()):
                    needed.append(str(entry))
        except templates.Unresolved:
            continue
    if not needed:
        return False, []
    places = {name: Place(file.shown, line=file.line_of(name)) for name in needed}
    return True, [
        Problem("hyperparameter-bool", {"stage": name, "other": other}, places[name])
        for name in dict.fromkeys(needed)
        for other in dict.fromkeys(others)
    ]


def check_values(
    file: StagesFile, read: ReadParams, names: Collection[str] | None = None
) -> list[Problem]:
    """What generated commands must not get, in the params files as they are now.

    For a check, and before a run: a value may have changed since its stage was generated.
    """
    variables = templates.context(file.data, read)
    found: list[Problem] = []
    for entry, fields in file.stages.items():
        if not isinstance(fields, Mapping) or not own_meta(fields):
            continue
        if names is not None and entry not in names:
            continue
        try:
            ((_, body, seen),) = templates.expanded(str(entry), fields, variables, read)
        except (templates.Unresolved, ValueError):
            continue
        place = Place(file.shown, line=file.line_of(entry))
        for key, reason in _unfit_values(body.get("cmd"), seen):
            args = {"key": key, "stage": str(entry), "reason": reason}
            found.append(Problem("hyperparameter-changed", args, place))
    return found


def _unfit_values(command: object, data: object) -> Iterator[tuple[str, str]]:
    for text in command if isinstance(command, list) else [command]:
        for match in _TEMPLATE.finditer(str(text)):
            key = _normal(match[1])
            value = select(data, key)
            if isinstance(value, Mapping):
                for name, element in value.items():
                    if reason := unfit_unpacked(element):
                        yield f"{key}.{name}", reason
            elif value is not MISSING and (reason := unfit(value)):
                yield key, reason


def is_key(text: str) -> bool:
    """Whether DVC looks for a dotted key as it is written."""
    return _KEY.match(text) is not None and all(text.split("."))


def _normal(key: str) -> str:
    return ".".join(part.strip() for part in key.replace("[", ".").replace("]", "").split("."))


class _Planner:
    def __init__(
        self,
        directives: Directives,
        read: ReadParams,
        top_vars: Sequence[object],
        parsing: Mapping[str, str],
    ) -> None:
        self._directives = directives
        self._read = read
        self._top_vars = top_vars
        self._parsing = parsing
        self._parameters = {parameter.name: parameter for parameter in directives.params}
        self._unpacked: set[tuple[str, str]] = set()
        self._result = Plan()
        self._imported: dict[str, set[str] | None] = _imports(top_vars)
        self._context: dict[str, str] = {}

    def plan(self) -> Plan:
        for hyper in self._directives.hyperparameters:
            self._track(hyper)
        if self._directives.command is None:
            # A ``:dvc-cmd:`` says itself what it passes.
            for hyper in self._directives.hyperparameters:
                if hyper.param is not None and self._usable(hyper):
                    self._pass(hyper, hyper.param)
        return self._result

    def _problem(self, code: str, hyper: Hyperparameter, **args: Arg) -> None:
        file = hyper.file or DEFAULT_PARAMS_FILE
        every: dict[str, Arg] = {"key": hyper.key, "file": file, **args}
        self._result.problems.append(Problem(code, every, Place(line=hyper.line)))

    def _warn(self, code: str, hyper: Hyperparameter, **args: Arg) -> None:
        self._problem(code, hyper, **args)
        self._result.problems[-1] = self._result.problems[-1]._replace(severity="warning")

    def _data(self, hyper: Hyperparameter) -> object:
        try:
            return self._read(hyper.file or DEFAULT_PARAMS_FILE)
        except Refused as refused:
            for problem in refused.problems:
                if problem not in self._result.problems:
                    self._result.problems.append(problem)
            return MISSING

    def _track(self, hyper: Hyperparameter) -> None:
        """The stage's ``params``: DVC looks there for what makes the stage stale."""
        if not is_key(hyper.key):
            self._problem("hyperparameter-key", hyper)
            return
        if hyper.file in (None, DEFAULT_PARAMS_FILE):
            if hyper.key not in self._result.params:
                self._result.params.append(hyper.key)
            return
        file = str(hyper.file).replace("${", "\\${")
        for element in self._result.params:
            if isinstance(element, dict) and file in element:
                if hyper.key not in element[file]:
                    element[file].append(hyper.key)
                return
        self._result.params.append({file: [hyper.key]})

    def _usable(self, hyper: Hyperparameter) -> bool:
        if not _KEY.match(hyper.key):
            return False
        data = self._data(hyper)
        if data is MISSING:
            return False
        if select(data, hyper.key) is MISSING:
            self._problem("hyperparameter-missing", hyper)
            return False
        return self._import(hyper, data)

    def _import(self, hyper: Hyperparameter, data: object) -> bool:
        """``vars``: without it a template sees only ``params.yaml``."""
        file = hyper.file
        if file in (None, DEFAULT_PARAMS_FILE):
            return True
        file = str(file)
        top = hyper.key.split(".")[0]
        if ":" in file or "${" in file:
            self._problem("hyperparameter-file", hyper)
            return False
        already = self._imported.get(file, set())
        if already is None or top in already:
            return True
        # What DVC would merge must not be there from elsewhere.
        value = select(data, top)
        for other in [DEFAULT_PARAMS_FILE, *(name for name in self._imported if name != file)]:
            names = self._imported.get(other)
            there = select(self._read(other), top)
            if there is MISSING or (names is not None and top not in names):
                continue
            if _collide(there, value):
                self._problem("hyperparameter-conflict", hyper, other=other, top=top)
                return False
        for element in self._top_vars:
            if isinstance(element, Mapping) and top in element and _collide(element[top], value):
                self._problem("hyperparameter-conflict", hyper, other="vars", top=top)
                return False
        self._imported[file] = already | {top}
        self._result.vars.append(f"{file}:{top}")
        return True

    def _pass(self, hyper: Hyperparameter, name: str) -> None:
        value = select(self._data(hyper), hyper.key)
        if isinstance(value, Mapping):
            self._problem("hyperparameter-mapping", hyper)
        elif isinstance(value, (list, tuple)):
            self._pass_list(hyper, name)
        elif not self._unpacked_with(hyper, name):
            if reason := unfit(value):
                self._problem("hyperparameter-value", hyper, reason=reason)
                return
            self._check_type(hyper, name, value)
            self._result.fed.append(name)
            self._result.arguments.append(f"--{name.replace('_', '-')}='${{{hyper.key}}}'")

    def _unpacked_with(self, hyper: Hyperparameter, name: str) -> bool:
        """Whether the parent mapping is passed whole, for a list in it, and this key with it."""
        parent, _, last = hyper.key.rpartition(".")
        if not parent or last != name:
            return False
        file = hyper.file or DEFAULT_PARAMS_FILE
        return any(
            other.param is not None
            and (other.file or DEFAULT_PARAMS_FILE) == file
            and other.key.rpartition(".")[0] == parent
            and isinstance(select(self._data(other), other.key), (list, tuple))
            for other in self._directives.hyperparameters
        )

    def _pass_list(self, hyper: Hyperparameter, name: str) -> None:
        parent, _, last = hyper.key.rpartition(".")
        data = self._data(hyper)
        mapping = select(data, parent) if parent else MISSING
        if not isinstance(mapping, Mapping) or last != name:
            self._problem("hyperparameter-list", hyper, name=name)
            return
        if (hyper.file or DEFAULT_PARAMS_FILE, parent) in self._unpacked:
            return
        self._unpacked.add((hyper.file or DEFAULT_PARAMS_FILE, parent))
        if self._parsing.get("list") == "append":
            self._problem("hyperparameter-append", hyper)
            return
        # What the template stands for: all files that have the mapping, merged.
        context = templates.context({"vars": [*self._top_vars, *self._result.vars]}, self._read)
        merged = select(context, parent)
        mapping = merged if isinstance(merged, Mapping) else mapping
        sound = True
        elsewhere = self._fed_elsewhere(parent, hyper)
        for key, value in mapping.items():
            if key not in self._parameters:
                self._problem("hyperparameter-sibling", hyper, sibling=str(key), parent=parent)
            elif key in elsewhere:
                self._problem("hyperparameter-sibling-fed", hyper, sibling=str(key), parent=parent)
            elif isinstance(value, (list, tuple)) and self._parameters[key].type.base != "list":
                self._problem("hyperparameter-list-type", hyper, name=str(key), parent=parent)
            elif reason := unfit_unpacked(value):
                self._problem(
                    "hyperparameter-unpacked", hyper, sibling=str(key), parent=parent, reason=reason
                )
            else:
                continue
            sound = False
        if sound:
            for key, value in mapping.items():
                self._check_type(self._own(f"{parent}.{key}", hyper), key, value, unpacked=True)
            self._result.fed += [str(key) for key in mapping]
            self._result.arguments.append(f"${{{parent}}}")
            if any(isinstance(value, bool) for value in mapping.values()):
                self._result.boolean_optional = True

    def _own(self, key: str, other: Hyperparameter) -> Hyperparameter:
        """The directive of a key in the mapping; where it has none, that of the list."""
        return next(
            (h for h in self._directives.hyperparameters if h.key == key and h.file == other.file),
            Hyperparameter(key, other.file, line=other.line),
        )

    def _check_type(
        self, hyper: Hyperparameter, name: str, value: object, *, unpacked: bool = False
    ) -> None:
        """The stage would end with a usage message; another run may bring another value."""
        declared = self._parameters.get(name)
        if declared is not None and not fits(value, declared.type, unpacked=unpacked):
            arguments = {"name": name, "type": declared.type.source or "str", "value": shown(value)}
            self._warn("hyperparameter-type", hyper, **arguments)

    def _fed_elsewhere(self, parent: str, hyper: Hyperparameter) -> set[str]:
        names = {path.param for path in self._directives.paths if path.param is not None}
        for other in self._directives.hyperparameters:
            same_file = (other.file or DEFAULT_PARAMS_FILE) == (hyper.file or DEFAULT_PARAMS_FILE)
            if other.param is not None and not (
                same_file and other.key == f"{parent}.{other.param}"
            ):
                names.add(other.param)
        return names


def _imports(top_vars: Sequence[object]) -> dict[str, set[str] | None]:
    """Which keys of which files the file's own ``vars`` bring in; None for all."""
    found: dict[str, set[str] | None] = {DEFAULT_PARAMS_FILE: None}
    for element in top_vars:
        if isinstance(element, str):
            file, _, keys = element.partition(":")
            names = {key for key in keys.split(",") if key}
            before = found.get(file, set())
            found[file] = None if not names or before is None else before | names
    return found


def _collide(one: object, other: object) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return any(key in one and _collide(one[key], value) for key, value in other.items())
    return True
