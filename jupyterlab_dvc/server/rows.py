"""The rows of a docstring, with what the project says of each."""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .. import (
    api_step,
    bindings,
    conversion,
    docstring,
    fieldview,
    naming,
    stage,
    templating,
)
from ..errors import JupyterLabDVCError, Problem, warning
from ..fields import PATH_KINDS
from ..fieldview import Row, View
from ..model import Directives, Docstring
from ..params import MISSING, select
from ..stage_fields import DEFAULT_PARAMS_FILE, own_meta
from . import quickfix
from .confinement import Confinement
from .marks import CellMap
from .workspace import LONGEST, Workspace


class Rows(NamedTuple):
    """What of the answer is about the docstring's fields; ``directives`` have no templates."""

    step: api_step.StepNames | None
    fields: list[api_step.FieldView]
    problems: list[api_step.Mark]
    directives: Directives


def read(
    root: Confinement,
    workspace: Workspace | None,
    path: Path,
    places: CellMap,
    text: str,
    prepared: str,
) -> Rows:
    """The rows of a docstring's text; nothing of the project that is wrong keeps them back."""
    view = fieldview.read(text)
    directives, lines = view.directives, tuple(range(1, text.count("\n") + 2))
    others: list[Problem] = []
    name = naming.function_name(path.stem)
    stage_name = stage.stage_name(directives.stage_name.text) if directives.stage_name else name
    entry = stage_name
    if workspace is not None and view.rows:
        found = _InProject(root, workspace, path)
        try:
            directives, lines = found.resolved(text, view.directives)
            stage_name = found.check(view, directives, lines) or stage_name
            entry = found.entry(stage_name)
        except JupyterLabDVCError as error:
            others += _unplaced(view, error.problems)
    elif templating.has_template(text):
        others += _unplaced(view, _unconfigured(text))
    builder = _Builder(root, workspace, places, view, directives, lines, entry, prepared)
    step = None
    if view.directives != Directives() or any(row.problems for row in view.rows):
        script = None if workspace is None else workspace.settings.script_root
        step = api_step.StepNames(
            name=naming.identifier(path.stem),
            stage=stage_name,
            script=None if script is None else root.name(script / naming.script_file(path)),
        )
    folder = None if workspace is None else workspace.folder
    return Rows(
        step,
        [builder.field(row) for row in view.rows],
        [
            *(places.mark(problem) for problem in view.problems if problem.place.path is None),
            *(
                places.mark_file(root.shown(problem, folder))
                for problem in [*others, *view.problems]
                if problem.place.path is not None or problem in others
            ),
        ],
        directives,
    )


def taken(root: Confinement, workspace: Workspace, path: Path) -> list[Problem]:
    """Which other notebook has the script or the stage that a new one at ``path`` would get.

    Raises:
        JupyterLabDVCError: the project can't be read.
    """
    script = workspace.settings.script_root / naming.script_file(path)
    return _InProject(root, workspace, path)._names(naming.function_name(path.stem), script)


def _unconfigured(text: str) -> Sequence[Problem]:
    try:
        templating.resolve(Docstring(text, None, tuple(range(1, text.count("\n") + 2))), None)
    except JupyterLabDVCError as error:
        return error.problems
    return ()


def _unplaced(view: View, problems: Sequence[Problem]) -> list[Problem]:
    """Those that belong to no row; the others are put there."""
    before = len(view.problems)
    fieldview.place(view, tuple(problems))
    unplaced = view.problems[before:]
    del view.problems[before:]
    return unplaced


class _InProject:
    """What a sync would find against the docstring, with nothing of it written."""

    def __init__(self, root: Confinement, workspace: Workspace, path: Path) -> None:
        self._root = root
        self._workspace = workspace
        self._path = path

    def resolved(self, text: str, directives: Directives) -> tuple[Directives, tuple[int, ...]]:
        """The directives with their templates resolved, and the docstring's line of each line.

        Raises:
            JupyterLabDVCError: a template has errors, or nothing to be resolved from.
        """
        lines = tuple(range(1, text.count("\n") + 2))
        if not templating.has_template(text):
            return directives, lines
        doc = templating.resolve(Docstring(text, None, lines), self._workspace.variables())
        return docstring.parse(doc).directives, doc.lines

    def check(self, view: View, directives: Directives, lines: tuple[int, ...]) -> str | None:
        """Put what is wrong to the rows; gives the stage's name as a sync would choose it.

        Raises:
            JupyterLabDVCError: a file of the project has errors.
        """
        workspace = self._workspace
        script = workspace.settings.script_root / naming.script_file(self._path)
        context = stage.StageContext(
            root=workspace.folder,
            script=PurePosixPath(_relative(script, workspace.folder)),
            name=naming.function_name(self._path.stem),
            settings=workspace.settings,
            read_params=workspace.params,
            vars=workspace.file.vars,
            parsing=workspace.parsing,
        )
        name: str | None = None
        try:
            built = stage.build(Docstring("", None, lines), directives, context)
            name, found = built.name, list(built.problems)
        except JupyterLabDVCError as error:
            found = list(error.problems)
        name = name or (
            stage.stage_name(directives.stage_name.text) if directives.stage_name else context.name
        )
        found += self._pipeline(directives, lines, name)
        found += self._names(name, script)
        view.problems.extend(_unplaced(view, found))
        return name

    def entry(self, name: str) -> str:
        """What the step's stage is called in the file as it is: a sync may rename it.

        Raises:
            JupyterLabDVCError: the file has errors.
        """
        source = conversion.source_name(self._path)
        return stage.own_stage(self._workspace.file.stages, source) or name

    def _pipeline(self, directives: Directives, lines: tuple[int, ...], name: str) -> list[Problem]:
        paths = [item for item in directives.paths if len(item.path) <= LONGEST]
        ins = {item.path: lines[item.line - 1] for item in paths if item.kind == "in"}
        outs = {item.path: lines[item.line - 1] for item in paths if item.kind != "in"}
        entry = self.entry(name)
        found = self._workspace.makers.problems(entry, name, ins, outs)
        problems = [problem.at(line={**outs, **ins}[path]) for path, problem in found]
        own = {posixpath.normpath(path) for path in outs}
        for path, line in ins.items():
            state, _ = self._workspace.state(path, entry)
            if state == "missing" and posixpath.normpath(path) not in own:
                problems.append(warning("path-unmade", path=path).at(line=line))
        return problems

    def _names(self, name: str, script: Path) -> list[Problem]:
        """What another notebook has already: the stage, or the script."""
        own = conversion.source_name(self._path)
        fields = self._workspace.file.stages.get(name)
        meta = own_meta(fields) if isinstance(fields, dict) else {}
        other = meta.get("notebook")
        if isinstance(other, str) and self._is_other(stage.unescape(other), own):
            return [Problem("stage-taken", {"name": name, "other": other})]
        if isinstance(fields, dict) and fields.keys() & {"foreach", "matrix"}:
            group = "matrix" if "matrix" in fields else "foreach"
            return [Problem("stage-group", {"name": name, "group": group})]
        other = self._workspace.source_of(script)
        if other is not None and self._is_other(other, own):
            function = naming.function_name(self._path.stem)
            return [Problem("name-taken", {"name": function, "other": other})]
        return []

    def _is_other(self, name: str, own: str) -> bool:
        """Whether it is another notebook, and there; names count from the project's folder."""
        path = self._workspace.folder / name
        if name == own or not self._root.holds(path) or not path.is_file():
            return False
        return not (self._path.exists() and path.samefile(self._path))


class _Builder:
    def __init__(
        self,
        root: Confinement,
        workspace: Workspace | None,
        places: CellMap,
        view: View,
        directives: Directives,
        lines: tuple[int, ...],
        entry: str,
        prepared: str,
    ) -> None:
        self._workspace = workspace
        self._places = places
        self._entry = entry
        self._origins = fieldview.origins(view.directives)
        self._paths: dict[int, list[str]] = {}
        for item in directives.paths:
            self._paths.setdefault(lines[item.line - 1], []).append(item.path)
        self._bound = {one.name: one.source for one in bindings.of(prepared)}
        self._root = root

    def field(self, row: Row) -> api_step.FieldView:
        start, stop = self._places.span(row)
        exists, maker = self._state(row)
        origin = self._origins.get(row.name or "") if row.kind == "param" else None
        line = self._places.text(row)
        folder = None if self._workspace is None else self._workspace.folder
        return api_step.FieldView(
            line=row.line,
            last=row.last,
            start=start,
            stop=stop,
            kind=row.kind,
            key=row.key,
            text=row.text,
            name=row.name,
            type=row.type,
            default=row.default,
            required=row.required,
            path=row.path,
            param=row.param,
            exists=exists,
            maker=maker,
            key_path=row.key_path,
            file=row.file,
            value=self._value(row),
            notebook_value=self._bound.get(row.name or "") if row.kind == "param" else None,
            origin=origin and api_step.Origin(kind=origin.kind, text=origin.text),
            problems=[
                self._places.mark(
                    self._root.shown(problem, folder), row, quickfix.of(problem, row, line)
                )
                for problem in row.problems
            ],
        )

    def _state(self, row: Row) -> tuple[api_step.PathState | None, str | None]:
        if self._workspace is None or row.kind not in PATH_KINDS.values():
            return None, None
        paths = self._paths.get(row.line, [])
        return self._workspace.state(paths[0], self._entry) if len(paths) == 1 else (None, None)

    def _value(self, row: Row) -> str | None:
        if self._workspace is None or not row.key_path:
            return None
        try:
            data = self._workspace.params(row.file or DEFAULT_PARAMS_FILE)
        except JupyterLabDVCError:
            # That the file has errors is said at the row already.
            return None
        value = select(data, row.key_path)
        return None if value is MISSING else text_of(value)


def text_of(value: object) -> str:
    """A value of a params file as a person would type it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
