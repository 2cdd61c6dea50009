"""POST ``params``: a step's parameters with their values, or other values; nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .. import api, api_step, conf, conversion, docstring, naming, param_value, params, templating
from ..dvcyaml import DvcYaml
from ..errors import JupyterLabDVCError, Problem, Refused
from ..model import Directives, Hyperparameter, Parameter
from ..project import Project
from ..stage_fields import DEFAULT_PARAMS_FILE
from . import params_set
from .confinement import Confinement
from .handler import Forbidden, Handler
from .rows import text_of


class ParamsHandler(Handler):
    async def post(self) -> None:
        asked = self.body(api_step.ParamsRequest)
        if asked.values and not self.context.settings.allow_sync:
            raise Forbidden.of("sync-not-allowed")
        root = self.context.root
        # A docstring that was sent may be of a notebook that isn't saved yet.
        found = root.notebook(asked.path) if asked.cell is None else root.place(asked.path)
        self.project = root.project_of(found)
        answer = await self.work(lambda: self._compute(found, asked))
        if asked.values:
            await self.context.projects.changed(self.project)
        self.reply(answer)

    def _compute(self, found: Path, asked: api_step.ParamsRequest) -> api_step.SetParams:
        root = self.context.root
        project = root.open(found)
        directives, function = _directives(project, found, asked.cell)
        undo: dict[str, str | None] = {}
        if asked.values:
            undo = params_set.write(root, project, directives, asked.values, asked.expected)
        return form(root, project, directives, function, undo)


def form(
    root: Confinement,
    project: Project,
    directives: Directives,
    function: str,
    undo: dict[str, str | None],
) -> api_step.SetParams:
    """The step's parameters with the values that its hyperparameters have now."""
    by_param = {one.param: one for one in directives.hyperparameters if one.param is not None}
    read = _confined(root, project)
    return api_step.SetParams(
        stage=directives.stage_name.text if directives.stage_name else function,
        rows=[_row(one, by_param.get(one.name), read) for one in directives.params],
        undo=undo,
    )


def refuse_unreadable(root: Confinement, project: Path, file: DvcYaml) -> None:
    """Refuse to ask DVC about a project with a params file that it could not end reading.

    DVC writes out every alias of a YAML file: a few lines may stand for more than there is memory.

    Args:
        file: the project's ``dvc.yaml``.

    Raises:
        JupyterLabDVCError: a params file that it names can't be read.
    """
    read = params.reader(project)
    names = [DEFAULT_PARAMS_FILE]
    for fields in (file.data, *file.stages.values()):
        if isinstance(fields, Mapping):
            for one in _listed(fields.get("vars")):
                names.append(str(one).partition(":")[0])
            for one in _listed(fields.get("params")):
                names += map(str, one) if isinstance(one, Mapping) else ()
    for name in dict.fromkeys(names):
        if root.holds(project / name):
            read(name)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def overrides(
    root: Confinement, project: Project, path: Path, given: Mapping[str, str]
) -> dict[str, str]:
    """The values to run with, by ``key`` or ``file:key``, as DVC's ``-S`` names them.

    Raises:
        Refused: one is no hyperparameter of the step, or not of its parameter's type.
    """
    directives, _ = _directives(project, path)
    known = params_set.by_name(directives)
    types = {one.name: one for one in directives.params}
    problems: list[Problem] = []
    found: dict[str, str] = {}
    for key, value in given.items():
        hyper = known.get(key)
        if hyper is None:
            problems.append(params_set.unknown(key, directives))
        elif reason := param_value.unfit(value):
            problems.append(Problem("run-value", {"key": key, "reason": reason}))
        elif (typed := types.get(hyper.param or "")) is not None and not _is_of(value, typed):
            type_name = typed.type.source or "str"
            arguments = {"key": key, "value": params_set.short(value), "type": type_name}
            problems.append(Problem("run-value-type", arguments))
        else:
            found[params_set.name_of(hyper)] = value
    if problems:
        raise Refused(problems)
    return found


def _directives(
    project: Project, path: Path, cell: api_step.CellSource | None = None
) -> tuple[Directives, str]:
    """What the docstring of the file, or of the cell, says; and the script's function."""
    if cell is not None:
        return _of_cell(project, cell), naming.function_name(path.stem)
    step = conversion.convert(project.root, project.settings, path).step
    if step.docstring is None or not templating.has_template(step.docstring.text):
        return step.directives, step.function
    parsed = docstring.parse(templating.resolve(step.docstring, _variables(project)))
    if parsed.errors:
        raise Refused(problem.at(path=str(path)) for problem in parsed.errors)
    return parsed.directives, step.function


def _of_cell(project: Project, cell: api_step.CellSource) -> Directives:
    """As far as it can be understood: a row may be half typed."""
    found = docstring.locate(cell.source, cell.number)
    if found is None:
        return Directives()
    if templating.has_template(found.text):
        found = templating.resolve(found, _variables(project))
    return docstring.parse(found).directives


def _variables(project: Project) -> dict[str, object] | None:
    path = project.settings.docstring_conf
    return None if path is None else conf.load_docstring_conf(path)


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
        value=None if value is params.MISSING else text_of(value),
        default=one.default,
        required=one.required,
        key=None if hyper is None else hyper.key,
        file=None if hyper is None else hyper.file or DEFAULT_PARAMS_FILE,
        hyperparameter=hyper is not None,
    )


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
