"""Step → ``dvc.yaml``, as files: every stage of a sync in one new text, and what it would lose."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import (
    discovery,
    docstring,
    executable,
    files,
    graph,
    here,
    hyperparameter,
    params,
    script_reading,
    stage,
    templating,
    tracked,
    variant,
    variant_edit,
    variant_text,
)
from .conf import Settings, load_docstring_conf
from .conversion import Converted
from .dvc import config
from .dvcyaml import Change as StageEdit
from .dvcyaml import DvcYaml
from .errors import JupyterLabDVCError, Place, Problem, Refused
from .model import Directives, Docstring, Stage
from .plan import EXECUTABLE, Change, Clash, Overwrite, Plan, StageChange
from .stage_fields import OPTIONAL, OWNED, canonical, own_meta

DVC_YAML = "dvc.yaml"


@dataclass(frozen=True)
class StageSource:
    """What a stage is made from, be it read from a notebook or from its script.

    ``path`` is the file as the user named it; ``notebook`` is what the stage's ``meta`` says.
    """

    path: Path
    docstring: Docstring | None
    directives: Directives
    function: str
    script: Path
    notebook: str | None
    modules: tuple[PurePosixPath, ...]


def of_notebook(converted: Converted) -> StageSource:
    """The stage's source where the notebook itself is at hand."""
    step = converted.step
    return StageSource(
        path=converted.path,
        docstring=step.docstring,
        directives=step.directives,
        function=step.function,
        script=converted.target,
        notebook=step.source,
        modules=step.modules,
    )


def of_script(path: Path, root: Path) -> StageSource:
    """The stage's source where there is only the script.

    Raises:
        Refused: the file is no script with a function ``mlvtools_…``, or its docstring has errors.
    """
    if path.suffix == ".ipynb" and path.is_file():
        raise Refused.of("script-is-notebook", Place(str(path)))
    try:
        text = files.read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        reason = "it is not in UTF-8"
        raise Refused.of("script-unreadable", Place(str(path)), reason=reason) from None
    read = script_reading.read_docstring(text, path, root)
    parsed = docstring.parse(read.docstring) if read.docstring else None
    if parsed is not None and parsed.errors:
        raise Refused(problem.at(path=str(path)) for problem in parsed.errors)
    return StageSource(
        path=path,
        docstring=read.docstring,
        directives=parsed.directives if parsed else Directives(),
        function=read.function,
        script=path,
        notebook=read.source,
        modules=read.modules,
    )


def plan(
    root: Path,
    settings: Settings,
    sources: Sequence[StageSource],
    overwrite: Overwrite,
    *,
    executables: bool,
    executable_path: Path | None = None,
    docstring_conf: Path | None = None,
) -> Plan:
    """All stages in one new ``dvc.yaml``, checked as a pipeline.

    Raises:
        Refused: with every error of every stage, or what is wrong with the pipeline.
    """
    path = root / DVC_YAML
    before = DvcYaml.read(path, here.seen(path))
    builder = Builder(root, settings, before, docstring_conf)
    built = builder.all(sources)
    now, edits = before, []
    for one, source in zip(built, sources, strict=True):
        edit = now.with_stage(one, force=overwrite == "all")
        _refuse_owner(edit, one.name, source, root)
        edits.append(edit)
        now = edit.after
    needs_option, problems = builder.boolean_optional(now)
    problems += graph.check(now, builder.read)
    problems += (problem for one in built for problem in tracked.problems(one, root))
    if problems:
        raise Refused(_placed(problem, built, sources) for problem in problems)
    changes = [files.change(root, path, now.text.encode())] if sources else []
    if needs_option:
        changes.append(_boolean_optional(root))
    clashes = [
        clash
        for edit, one in zip(edits, built, strict=True)
        for clash in _clashes(edit, one.name, overwrite)
    ]
    if executables:
        for one, source in zip(built, sources, strict=True):
            change = _executable(root, settings, one.name, source, executable_path)
            changes.append(change)
            clashes += _executable_clashes(change, overwrite)
    return Plan(
        changes=tuple(changes),
        stages=tuple(
            StageChange(one.name, edit.kind, source.notebook)
            for one, edit, source in zip(built, edits, sources, strict=True)
        ),
        clashes=tuple(clashes),
        # A page's state asks for a plan after each change, and shows none of them.
        warn=lambda: (
            problem
            for one, source in zip(built, sources, strict=True)
            for problem in _warnings(builder, one, source, now)
        ),
    )


def check(root: Path, settings: Settings, converted: Sequence[Converted]) -> Iterator[Problem]:
    """Where a stage isn't what its notebook says, and what is wrong with the pipeline now."""
    sources = [of_notebook(one) for one in converted]
    try:
        file = DvcYaml.read(root / DVC_YAML, here.seen(root / DVC_YAML))
        builder = Builder(root, settings, file, None)
        built = builder.all(sources)
    except Refused as error:
        yield from error.problems
        return
    for one, source in zip(built, sources, strict=True):
        yield from map(_as_error, _warnings(builder, one, source, file))
        old = file.stages.get(one.name)
        if not isinstance(old, Mapping):
            yield Problem("stage-missing", {"name": one.name}, Place(str(source.path)))
        elif differing := ", ".join(_differing(old, one.fields)):
            arguments = {"name": one.name, "fields": differing}
            yield Problem("stage-differs", arguments, Place(str(source.path)))
    needs_option, problems = builder.boolean_optional(file)
    if needs_option:
        problems.append(Problem("boolean-optional-missing"))
    problems += [*graph.check(file, builder.read), *hyperparameter.check_values(file, builder.read)]
    problems += (problem for one in built for problem in tracked.problems(one, root))
    yield from (_placed(problem, built, sources) for problem in problems)


def _warnings(
    builder: Builder, built: Stage, source: StageSource, file: DvcYaml
) -> Iterator[Problem]:
    """What the stage has to say, and its variants that no longer fit it."""
    yield from (problem.at(path=str(source.path)) for problem in built.problems)
    if variant.variants(file, built.name):
        yield from variant_edit.problems_of(file, builder.own(source, built))


def _as_error(problem: Problem) -> Problem:
    """What a sync only warns of, since the value may change before the run, but fails as it is."""
    return problem._replace(severity="error") if problem.code == "hyperparameter-type" else problem


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The fields that a notebook decides and that say something else; notation doesn't count."""
    decided = [*OWNED, *(name for name in OPTIONAL if name in new)]
    return [n for n in decided if canonical(n, old.get(n)) != canonical(n, new.get(n))]


def _placed(problem: Problem, built: Sequence[Stage], sources: Sequence[StageSource]) -> Problem:
    """At the directive that names the path, where one of ours does; else in ``dvc.yaml``."""
    for one, source in zip(built, sources, strict=True):
        if one.name != problem.args.get("stage"):
            continue
        doc = source.docstring
        for path in source.directives.paths:
            if doc is not None and posixpath.normpath(path.path) == problem.args.get("path"):
                return problem._replace(
                    place=Place(str(source.path), doc.cell, doc.lines[path.line - 1])
                )
    return problem


class Builder:
    """Makes stages of steps; params files and DVC's settings are read once for all of them."""

    def __init__(
        self, root: Path, settings: Settings, before: DvcYaml, docstring_conf: Path | None
    ) -> None:
        self._root = root
        self._settings = settings
        self._before = before
        self.read = params.reader(root)
        self._parsing = _parsing(root)
        conf_file = docstring_conf or settings.docstring_conf
        self._variables = None if conf_file is None else load_docstring_conf(conf_file)

    def all(self, sources: Sequence[StageSource]) -> list[Stage]:
        """
        Raises:
            Refused: with every error of every step.
        """
        problems: list[Problem] = []
        built: list[Stage] = []
        names: dict[str, StageSource] = {}
        for source in sources:
            try:
                one = self._stage(source)
            except JupyterLabDVCError as error:
                placed = [problem.at(path=str(source.path)) for problem in error.problems]
                # A params file that many steps read is wrong once.
                problems += (problem for problem in placed if problem not in problems)
                continue
            other = names.setdefault(one.name, source)
            if other is not source:
                arguments = {"name": one.name, "other": str(other.path)}
                problems.append(Problem("stage-taken", arguments, Place(str(source.path))))
            built.append(one)
        if problems:
            raise Refused(problems)
        return built

    def boolean_optional(self, file: DvcYaml) -> tuple[bool, list[Problem]]:
        """Whether a stage of ours needs DVC's option, and whose commands it would change."""
        ours = [name for name, fields in file.stages.items() if own_meta(fields or {})]
        return hyperparameter.boolean_optional(file, ours, self.read, self._parsing)

    def _stage(self, source: StageSource) -> Stage:
        return self.build(source, *self.resolved(source))

    def resolved(self, source: StageSource) -> tuple[Docstring, Directives]:
        """What the docstring says once its templates are filled in.

        Raises:
            JupyterLabDVCError: they can't be, or what they say then is wrong.
        """
        doc, directives = source.docstring or Docstring("", None, (1,)), source.directives
        if templating.has_template(doc.text):
            doc = templating.resolve(doc, self._variables)
            parsed = docstring.parse(doc)
            if parsed.errors:
                raise Refused(parsed.errors)
            directives = parsed.directives
        return doc, directives

    def own(self, source: StageSource, built: Stage | None = None) -> variant_text.Own:
        """The stage as the base of its variants; ``built`` where it was made already.

        Raises:
            JupyterLabDVCError: as for ``resolved``, or what it says can't be a stage.
        """
        doc, directives = self.resolved(source)
        return variant_text.Own(
            stage=built or self.build(source, doc, directives),
            directives=directives,
            script=relative(source.script, self._root),
            build=lambda given: self.build(source, doc, given),
        )

    def build(self, source: StageSource, doc: Docstring, directives: Directives) -> Stage:
        """The stage of these directives, be they the source's own or changed ones."""
        context = stage.StageContext(
            root=self._root,
            script=relative(source.script, self._root),
            name=source.function,
            notebook=source.notebook,
            modules=source.modules,
            settings=self._settings,
            read_params=self.read,
            vars=self._before.vars,
            parsing=self._parsing,
        )
        return stage.build(doc, directives, context)


def _parsing(root: Path) -> dict[str, str]:
    """DVC's settings for how it writes out a mapping in a command."""
    project = discovery.enclosing(root, ".dvc")
    values = (
        {
            "bool": config.read(project, "parsing", "bool"),
            "list": config.read(project, "parsing", "list"),
        }
        if project
        else {}
    )
    return {option: value for option, value in values.items() if value is not None}


def _boolean_optional(root: Path) -> Change:
    project = discovery.enclosing(root, ".dvc")
    if project is None:
        raise Refused.of("no-project", Place(str(root)))
    path = project / ".dvc" / "config"
    old = files.read(path).decode() if path.is_file() else ""
    return files.change(root, path, config.with_boolean_optional(old).encode())


def _clashes(edit: StageEdit, name: str, overwrite: Overwrite) -> Iterator[Clash]:
    if edit.kind != "changed" or overwrite == "all":
        return
    place = Place(edit.shown)
    if overwrite == "nothing":
        yield Clash(Problem("stage-would-change", {"name": name}, place), edit.diff)
    elif edit.edited_by_hand:
        fields = ", ".join(edit.edited_by_hand)
        yield Clash(Problem("stage-edited", {"name": name, "fields": fields}, place), edit.diff)


def _refuse_owner(edit: StageEdit, name: str, source: StageSource, root: Path) -> None:
    """A stage of another notebook that still exists is never taken over, ``-f`` or not."""
    if edit.owner is None or source.notebook is None:
        return
    owner = stage.unescape(edit.owner)
    # Both names count from where scripts' headers count.
    base = discovery.enclosing(root, ".dvc") or discovery.enclosing(root, ".git") or root
    other, ours = base / owner, base / source.notebook
    if other.is_file() and not (ours.exists() and os.path.samefile(other, ours)):
        raise Refused.of("stage-taken", Place(str(source.path)), name=name, other=owner)


def _executable(
    root: Path, settings: Settings, name: str, source: StageSource, path: Path | None
) -> Change:
    folder = settings.dvc_cmd_root or settings.dvc_cmd_root_default
    target = path or folder / executable.file_name(source.function)
    to_root = relative(root, Path(os.path.abspath(target)).parent)
    return files.change(root, target, executable.render(name, to_root).encode(), EXECUTABLE)


def _executable_clashes(change: Change, overwrite: Overwrite) -> Iterator[Clash]:
    if change.old is None or change.old == change.new or overwrite == "all":
        return
    if overwrite == "nothing" or not executable.is_generated(change.old):
        yield Clash(Problem("would-overwrite", {}, Place(str(change.path))), change.diff())


def relative(path: Path, folder: Path) -> PurePosixPath:
    """The path as seen from the folder."""
    return PurePosixPath(Path(os.path.relpath(path, folder)).as_posix())
