"""A step's directives as a stage: DVC's own fields, in which every path and value is literal."""

from __future__ import annotations

import posixpath
import re
import shlex
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from . import hyperparameter, params, shell
from .errors import Place, Problem, Refused, warning
from .model import Directives, Docstring, PathDirective, Stage, Text
from .params import ReadParams
from .stage_fields import META_KEY, ORDER, fingerprint, outputs, own_meta

__all__ = ["StageContext", "build", "escape", "fingerprint", "stage_name", "unescape"]

_INVALID_IN_NAME = re.compile(
    "[" + re.escape("".join(set(string.punctuation) - set("-_"))) + r"\x00-\x1f\x7f]"
)

_OUTPUT_FIELDS = {"out": "outs", "out-persist": "outs", "metric": "metrics", "plot": "plots"}
_ARGUMENT_ORDER = ("in", "out", "out-persist", "metric", "plot")


class VariableNames(Protocol):
    """Under which names ``:dvc-cmd:`` knows the script and the stage (the project's settings)."""

    @property
    def var_py_cmd_path(self) -> str: ...
    @property
    def var_py_cmd_name(self) -> str: ...
    @property
    def var_meta_filename(self) -> str: ...


@dataclass(frozen=True)
class StageContext:
    """What a stage depends on besides its docstring.

    ``script`` and ``modules`` are relative to ``root``, the folder of ``dvc.yaml``; ``name`` is the
    stage's name unless ``:dvc-meta-file:`` gives one; ``notebook`` goes to ``meta``. ``vars`` are
    the file's own, ``parsing`` is that section of DVC's configuration.
    """

    root: Path
    script: PurePosixPath
    name: str
    notebook: str | None = None
    modules: tuple[PurePosixPath, ...] = ()
    settings: VariableNames | None = None
    read_params: ReadParams | None = None
    vars: tuple[object, ...] = ()
    parsing: dict[str, str] = field(default_factory=dict)

    @property
    def reader(self) -> ReadParams:
        return self.read_params or params.reader(self.root)


def escape(text: str) -> str:
    """Text that DVC's templates leave as it is: ``${`` becomes ``\\${``."""
    return text.replace("${", "\\${")


def unescape(text: str) -> str:
    """What DVC makes of text without templates."""
    return text.replace("\\${", "${")


def own_stage(stages: Mapping[str, object], source: str) -> str | None:
    """The name of the stage that was made of a notebook, variants aside; None where there is none.

    Args:
        source: the notebook, relative to ``dvc.yaml``.
    """
    for name, fields in stages.items():
        meta = own_meta(fields) if isinstance(fields, Mapping) else {}
        if "variant-of" not in meta and unescape(str(meta.get("notebook", ""))) == source:
            return str(name)
    return None


def stage_name(text: str) -> str:
    """A stage's name from a file name: ``.dvc`` dropped, what DVC refuses replaced by ``_``."""
    name = _INVALID_IN_NAME.sub("_", text.strip().removesuffix(".dvc"))
    return "_" + name[1:] if name.startswith("-") else name


def build(doc: Docstring, directives: Directives, context: StageContext) -> Stage:
    """The stage; its ``problems`` are warnings.

    Raises:
        Refused: with every error at once, each with its line in the cell.
    """
    builder = _Builder(doc, directives, context)
    stage = builder.stage()
    errors = [problem for problem in builder.problems if problem.severity == "error"]
    if errors:
        raise Refused(errors)
    return stage


def option(name: str, value: str) -> str:
    """``--name=value`` for the shell and for DVC's templates, the value literal."""
    return f"--{name.replace('_', '-')}={escape(shlex.quote(value))}"


class _Builder:
    def __init__(self, doc: Docstring, directives: Directives, context: StageContext) -> None:
        self._doc = doc
        self._directives = directives
        self._context = context
        self.problems: list[Problem] = []
        self._known: set[tuple[object, ...]] = set()

    def stage(self) -> Stage:
        directives = self._directives
        self._check_related()
        name = self._name()
        hyper = hyperparameter.plan(
            directives, self._context.reader, self._context.vars, self._context.parsing
        )
        # Only those of a params file have a place of their own by then.
        self._add(
            self._at(problem, problem.place.line or 0) if problem.place.path is None else problem
            for problem in hyper.problems
        )
        if directives.command is None:
            fields = self._from_directives(hyper)
        else:
            fields, name = self._from_command(directives.command, name)
        fields["vars"] = hyper.vars
        fields["params"] = [*_list(fields.get("params")), *hyper.params]
        for path in directives.of_kind("metric", "plot") if directives.command else ():
            self._add_output(fields, path)
        if directives.desc is not None:
            fields["desc"] = escape(directives.desc.text)
        if directives.frozen:
            fields["frozen"] = True
        if directives.always_changed:
            fields["always_changed"] = True
        self._check_paths(fields)
        self._check_fed(hyper, fields["cmd"])
        kept = {key: fields[key] for key in ORDER if fields.get(key)}
        meta: dict[str, object] = {}
        if self._context.notebook is not None:
            # A file name that is no UTF-8 is shown with escapes; YAML couldn't hold it otherwise.
            name_shown = self._context.notebook.encode("utf-8", "backslashreplace").decode()
            meta["notebook"] = escape(name_shown)
        meta["sha256"] = fingerprint(kept)
        kept["meta"] = {META_KEY: meta}
        warnings = tuple(problem for problem in self.problems if problem.severity == "warning")
        return Stage(name, kept, warnings)

    def _from_directives(self, hyper: hyperparameter.Plan) -> dict[str, object]:
        directives = self._directives
        words = ["python", _script_word(self._context.script)]
        for extra in directives.extras:
            text = " ".join(extra.text.split("\n")).strip()
            self._add(self._at(found, extra.line) for found in shell.problems(text, "dvc-extra"))
            words.append(text)
        for kind in _ARGUMENT_ORDER:
            for path in directives.paths:
                if path.kind == kind and path.param is not None:
                    words.append(option(path.param, path.path))
        words += hyper.arguments
        command = " ".join(word for word in words if word)
        fields: dict[str, object] = {"cmd": command_field(command)}
        fields["deps"] = [
            escape(path)
            for path in _distinct(
                [
                    str(self._context.script),
                    *(path.path for path in directives.of_kind("in")),
                    *map(str, self._context.modules),
                ]
            )
        ]
        for path in directives.paths:
            self._add_output(fields, path)
        return fields

    def _from_command(self, command: Text, name: str) -> tuple[dict[str, object], str]:
        from . import command as classic

        names = self._context.settings
        variables = classic.Variables(
            script=str(self._context.script),
            stage=name,
            path_name=names.var_py_cmd_path if names else "MLV_PY_CMD_PATH",
            file_name=names.var_py_cmd_name if names else "MLV_PY_CMD_NAME",
            meta_name=names.var_meta_filename if names else "MLV_DVC_META_FILENAME",
        )
        try:
            translated = classic.translate(command.text, variables)
        except Refused as refused:
            self._add(self._at(problem, command.line) for problem in refused.problems)
            return {"cmd": "false"}, name
        self._add(self._at(problem, command.line) for problem in translated.problems)
        fields = dict(translated.fields)
        fields["cmd"] = command_field(str(fields["cmd"]))
        wdir = str(fields.get("wdir", "."))
        own = [
            posixpath.relpath(str(path), wdir)
            for path in (self._context.script, *self._context.modules)
        ]
        given = [str(path) for path in _list(fields.get("deps"))]
        fields["deps"] = _distinct([*(escape(path) for path in own), *given])
        if translated.name is not None:
            name = stage_name(translated.name)
        if not name:
            self._problem("stage-name", command.line, name=translated.name or "")
        return fields, name

    def _name(self) -> str:
        text = self._directives.stage_name
        if text is None:
            return self._context.name
        name = stage_name(text.text)
        if not name.strip("_ "):
            self._problem("stage-name", text.line, name=text.text)
        return name

    def _add_output(self, fields: dict[str, object], path: PathDirective) -> None:
        if path.kind == "in":
            return
        flags: dict[str, object] = {}
        if path.kind == "out-persist":
            flags["persist"] = True
        if path.kind == "metric":
            flags["cache"] = False
        text = escape(path.path)
        bucket = fields.setdefault(_OUTPUT_FIELDS[path.kind], [])
        if isinstance(bucket, list):
            bucket.append({text: flags} if flags else text)

    def _check_related(self) -> None:
        """A name that was a template's is no template any more, and would be the shell's."""
        declared = {parameter.name for parameter in self._directives.params}
        related = [(f"dvc-{path.kind}", path.param, path.line) for path in self._directives.paths]
        related += [("dvc-param", h.param, h.line) for h in self._directives.hyperparameters]
        for key, name, line in related:
            if name is not None and name not in declared:
                self._problem("related-unknown", line, key=key, name=name)

    def _check_paths(self, fields: dict[str, object]) -> None:
        wdir = unescape(str(fields.get("wdir", ".")))
        lines = {posixpath.normpath(path.path): path.line for path in self._directives.paths}
        command = self._directives.command
        deps = [unescape(str(path)) for path in _list(fields.get("deps"))]
        outs = [
            unescape(path)
            for name in ("outs", "metrics", "plots")
            for element in _list(fields.get(name))
            for path, _ in outputs(element)
        ]
        seen: list[str] = []

        def line_of(path: str) -> int:
            return lines.get(posixpath.normpath(path), command.line if command else 0)

        for path in outs:
            full = posixpath.normpath(posixpath.join(wdir, path))
            if any(_overlap(full, other) for other in seen):
                self._problem("path-twice", line_of(path), path=path)
            seen.append(full)
            inside = Path(full).is_relative_to(self._context.root.absolute())
            if full == ".." or full.startswith("../") or (posixpath.isabs(full) and not inside):
                self._problem("path-outside", line_of(path), path=path)
        for path in deps:
            full = posixpath.normpath(posixpath.join(wdir, path))
            clash = next(
                (out for out, other in zip(outs, seen, strict=True) if _overlap(full, other)), None
            )
            if clash is not None:
                # No directive names the script or a module: then it is the output's line.
                self._problem("path-in-and-out", line_of(path) or line_of(clash), path=path)
            if _NO_FILE_NAME.search(path):
                self._problem("path-character", line_of(path), path=ascii(path))
        for path in outs:
            if path.endswith(".dvc") or posixpath.basename(path) == "dvc.yaml":
                self._problem("path-dvc-file", line_of(path), path=path)
            if _NO_FILE_NAME.search(path):
                self._problem("path-character", line_of(path), path=ascii(path))
        for path in dict.fromkeys([*deps, *outs]):
            if "  " in path and len(path) > _UNFOLDED:
                self._problem("path-spaces", line_of(path), path=path)

    def _check_fed(self, hyper: hyperparameter.Plan, command: object) -> None:
        fed = {path.param for path in self._directives.paths} | set(hyper.fed)
        texts = [extra.text for extra in self._directives.extras]
        if self._directives.command is not None:
            fed = set()
            texts = [str(text) for text in (command if isinstance(command, list) else [command])]
        if any(re.search(r"(?:^|\s)\$\{", text) for text in texts):
            # A whole mapping of params may stand there.
            return
        given = {name for text in texts for name in shell.options(text)}
        options = {parameter.option: parameter.name for parameter in self._directives.params}
        for name in given:
            matches = [name] if name in options else [o for o in options if o.startswith(name)]
            fed |= {options[match] for match in matches}
        for parameter in self._directives.params:
            if parameter.required and parameter.name not in fed:
                problem = warning("param-unfed", name=parameter.name, option=parameter.option)
                self._add([self._at(problem, parameter.line)])

    def _problem(self, code: str, line: int, **args: str) -> None:
        self._add([self._at(Problem(code, args), line)])

    def _at(self, problem: Problem, line: int) -> Problem:
        """The problem with its place in the cell, ``line`` counting in the docstring."""
        lines = self._doc.lines
        place = Place(None, self._doc.cell, lines[line - 1] if 0 < line <= len(lines) else None)
        return problem._replace(place=place)

    def _add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            key = (problem.code, tuple(problem.args.items()), problem.place)
            if key not in self._known:
                self._known.add(key)
                self.problems.append(problem)


# A line break is not beyond DVC. A NEL is (it comes back from dvc.lock as a space), and the others
# are beyond the operating system.
_NO_FILE_NAME = re.compile("[\x00\x85\ud800-\udfff]")
# DVC folds dvc.lock at column 80, and what is folded between two spaces comes back with one.
_UNFOLDED = 60


def _script_word(script: PurePosixPath) -> str:
    text = str(script)
    # python would take it for an option.
    return escape(shlex.quote("./" + text if text.startswith("-") else text))


def command_field(text: str) -> str | list[str]:
    """A command as ``cmd`` holds it, so that DVC runs it as one."""
    text = shell.without_space_runs(text)
    # DVC runs each line of a text as a command of its own, and a list's elements whole.
    return [text] if len(text.splitlines()) > 1 else text


def _distinct(paths: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for path in paths:
        found.setdefault(posixpath.normpath(path), path)
    return list(found.values())


def _overlap(one: str, other: str) -> bool:
    if "." in (one, other):
        return True
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []
