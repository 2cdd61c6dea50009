"""POST ``params``: the form of "Run with other values", from the docstring; nothing is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from .. import api, conf, conversion, docstring, param_value, params, templating
from ..errors import JupyterLabDVCError, Problem, Refused
from ..model import Directives, Hyperparameter, Parameter
from ..project import Project
from ..stage_fields import DEFAULT_PARAMS_FILE
from .confinement import Confinement
from .handler import Handler


class ParamsHandler(Handler):
    async def post(self) -> None:
        asked = self.body(api.PathRequest)
        self.reply(await self.work(lambda: self._compute(asked.path)))

    def _compute(self, path: str) -> api.ParamsForm:
        root = self.context.root
        found = root.notebook(path)
        self.project = root.project_of(found)
        return form(root, root.open(found), found)


def form(root: Confinement, project: Project, path: Path) -> api.ParamsForm:
    """
    Raises:
        Refused: the notebook or its docstring has errors.
    """
    directives, function = _directives(project, path)
    by_param = {one.param: one for one in directives.hyperparameters if one.param is not None}
    read = _confined(root, project)
    return api.ParamsForm(
        stage=directives.stage_name.text if directives.stage_name else function,
        rows=[_row(one, by_param.get(one.name), read) for one in directives.params],
    )


def overrides(
    root: Confinement, project: Project, path: Path, given: Mapping[str, str]
) -> dict[str, str]:
    """The values to run with, by ``key`` or ``file:key``, as DVC's ``-S`` names them.

    Raises:
        Refused: one is no hyperparameter of the step, or not of its parameter's type.
    """
    directives, _ = _directives(project, path)
    known: dict[str, Hyperparameter] = {}
    for one in directives.hyperparameters:
        known.setdefault(_name(one), one)
        known.setdefault(f"{one.file or DEFAULT_PARAMS_FILE}:{one.key}", one)
    for one in directives.hyperparameters:
        # A key alone will do where no other file has it.
        known.setdefault(one.key, one)
    types = {one.name: one for one in directives.params}
    problems: list[Problem] = []
    found: dict[str, str] = {}
    for key, value in given.items():
        hyper = known.get(key)
        if hyper is None:
            names = ", ".join(dict.fromkeys(map(_name, directives.hyperparameters))) or "none"
            problems.append(Problem("run-key-unknown", {"key": _short(key), "known": names}))
        elif reason := param_value.unfit(value):
            problems.append(Problem("run-value", {"key": key, "reason": reason}))
        elif (typed := types.get(hyper.param or "")) is not None and not _is_of(value, typed):
            type_name = typed.type.source or "str"
            arguments = {"key": key, "value": _short(value), "type": type_name}
            problems.append(Problem("run-value-type", arguments))
        else:
            found[_name(hyper)] = value
    if problems:
        raise Refused(problems)
    return found


def _name(hyper: Hyperparameter) -> str:
    if hyper.file in (None, DEFAULT_PARAMS_FILE):
        return hyper.key
    return f"{hyper.file}:{hyper.key}"


def _directives(project: Project, path: Path) -> tuple[Directives, str]:
    step = conversion.convert(project.root, project.settings, path).step
    if step.docstring is None or not templating.has_template(step.docstring.text):
        return step.directives, step.function
    settings = project.settings
    variables = (
        None
        if settings.docstring_conf is None
        else conf.load_docstring_conf(settings.docstring_conf)
    )
    parsed = docstring.parse(templating.resolve(step.docstring, variables))
    if parsed.errors:
        raise Refused(problem.at(path=str(path)) for problem in parsed.errors)
    return parsed.directives, step.function


def _confined(root: Confinement, project: Project) -> params.ReadParams:
    read = params.reader(project.root)

    def confined(file: str) -> object:
        if not root.holds(project.root / file):
            return None
        try:
            return read(file)
        except JupyterLabDVCError:
            # The form still says what there is to fill in; check says what is wrong.
            return None

    return confined


def _row(one: Parameter, hyper: Hyperparameter | None, read: params.ReadParams) -> api.ParamRow:
    value: object = params.MISSING
    if hyper is not None:
        value = params.select(read(hyper.file or DEFAULT_PARAMS_FILE), hyper.key)
    return api.ParamRow(
        name=one.name,
        type=one.type.source or "str",
        text=one.text,
        value=None if value is params.MISSING else _text(value),
        default=one.default,
        required=one.required,
        key=None if hyper is None else hyper.key,
        file=None if hyper is None else hyper.file or DEFAULT_PARAMS_FILE,
        hyperparameter=hyper is not None,
    )


def _text(value: object) -> str:
    """As a person would type it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _is_of(value: str, one: Parameter) -> bool:
    """Whether the text, as it is typed into the form, is of the parameter's type."""
    kind = one.type
    if kind.optional and value in ("null", "None", ""):
        return True
    if kind.base == "bool":
        return value in ("true", "false")
    if kind.base == "Literal":
        return value in {str(choice) for choice in kind.choices}
    if kind.base == "list":
        return value.startswith("[") and value.endswith("]")
    if kind.base in ("int", "float"):
        try:
            (int if kind.base == "int" else float)(value)
        except ValueError:
            return False
        return value.isascii()
    return True


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:100] + "…"
