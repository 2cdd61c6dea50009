"""GET ``variants``: a step's variants. POST: one more, another one, one less, or as it was."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from .. import (
    api,
    api_pipeline,
    conversion,
    difference,
    files,
    parameter,
    staging,
    variant_edit,
    variant_text,
)
from ..dvc.locks import OnWait
from ..dvcyaml import DvcYaml
from ..errors import Conflict, JupyterLabDVCError, NotFound, Place, Problem, Refused
from ..model import Parameter
from ..plan import Plan, Source
from ..project import Project
from .confinement import Confinement
from .handler import Forbidden, Handler

T = TypeVar("T")

_MOST_BEFORES = 50


class Befores:
    """The texts of ``dvc.yaml`` before the last changes of variants, by a name for each change.

    What a hand wrote into a variant's stage comes back with it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Path, str, str]] = OrderedDict()

    def keep(self, path: Path, before: DvcYaml, after: DvcYaml) -> str:
        change = secrets.token_hex(8)
        self._kept[change] = (path, before.text, after.etag)
        while len(self._kept) > _MOST_BEFORES:
            self._kept.popitem(last=False)
        return change

    def of(self, change: str, path: Path, now: DvcYaml) -> str:
        """What the file held before the change.

        Raises:
            NotFound: it was taken back already, the server was restarted since, or it is too long
                ago.
            Conflict: the file isn't any more as the change left it.
        """
        found, before, etag = self._kept.get(change, (None, "", ""))
        if found != path:
            raise NotFound.of("variant-undo-unknown", Place(str(path)))
        if etag != now.etag:
            raise Conflict(Problem("variant-undo-outdated", {}, Place(str(path))))
        return before

    def forget(self, change: str) -> None:
        self._kept.pop(change, None)


class VariantsHandler(Handler):
    async def get(self) -> None:
        root = self.context.root
        found = root.notebook(self.argument("path"))
        self.project = root.project_of(found)
        self.reply(await self.work(lambda: _listed(root, root.open(found), found)))

    async def post(self) -> None:
        asked = self.body(api_pipeline.VariantsRequest)
        settings = self.context.settings
        if not settings.allow_sync:
            raise Forbidden.of("sync-not-allowed")
        root = self.context.root
        found = root.notebook(asked.path)
        self.project = root.project_of(found)
        befores = self.context.befores
        with self.context.projects.waiting(self.project) as on_wait:
            change = _Change(root, found, asked, befores, on_wait, settings.wait_timeout)
            answer = await self.work(change.made)
        await self.context.projects.changed(self.project)
        self.reply(answer)


def _listed(root: Confinement, project: Project, path: Path) -> api_pipeline.Variants:
    """A step's variants; where it can't be read, nothing but why."""
    try:
        return _Step.of(root, project, path).listed()
    except JupyterLabDVCError as error:
        return api_pipeline.Variants(
            stage="",
            etag="",
            params=[],
            paths=[],
            variants=[],
            obstacle=_shown(root, project, error.problems[0].at(path=str(path))),
            diff="",
            undo=None,
        )


@dataclass(frozen=True)
class _Change:
    """A change of a step's variants; away from the loop."""

    root: Confinement
    path: Path
    asked: api_pipeline.VariantsRequest
    befores: Befores
    on_wait: OnWait
    timeout: float

    def made(self) -> api_pipeline.Variants:
        """
        Raises:
            Refused: the notebook, or a file of the project, has errors; or the variant has.
            Conflict: ``dvc.yaml`` isn't what the page has, or a hand's edit would be lost.
            Busy: a run reads it for longer than that.
        """
        project = self.root.open(self.path)
        if self.asked.op == "undo":
            return self._taken_back(project, _needed(self.asked.undo, "undo"))
        step = _Step.of(self.root, project, self.path)
        after = step.after(self.asked)
        diff = self._write(project, step.file, after, (step.converted.source,))
        return self._told(project, step.listed(after), step.file, after, diff)

    def _taken_back(self, project: Project, change: str) -> api_pipeline.Variants:
        """The notebook has no part in it, so that it may be broken by now."""
        now = _read(project)
        before = self.befores.of(change, project.root / staging.DVC_YAML, now)
        after = DvcYaml(before, now.shown)
        diff = self._write(project, now, after, ())
        self.befores.forget(change)
        return self._told(project, _listed(self.root, project, self.path), now, after, diff)

    def _write(
        self, project: Project, before: DvcYaml, after: DvcYaml, sources: tuple[Source, ...]
    ) -> str:
        path = project.root / staging.DVC_YAML
        change = files.change(project.root, path, after.text.encode())
        if self.asked.etag not in (None, before.etag):
            raise Conflict(Problem("variants-outdated", {}, Place(str(path))), change.diff())
        plan = Plan(changes=(change,), sources=sources)
        self.root.refuse_targets(project.root, plan)
        if change.old != before.text.encode():
            raise Conflict(Problem("changed-meanwhile", {}, Place(str(path))), change.diff())
        try:
            project.apply(plan, self.on_wait, self.timeout)
        except Refused as error:
            # Somebody else wrote it between our look and now.
            if diff := files.changed_targets(plan):
                raise Conflict(error.problems, diff) from error
            raise
        return change.diff()

    def _told(
        self,
        project: Project,
        answer: api_pipeline.Variants,
        before: DvcYaml,
        after: DvcYaml,
        diff: str,
    ) -> api_pipeline.Variants:
        undo = self.befores.keep(project.root / staging.DVC_YAML, before, after)
        return msgspec.structs.replace(answer, diff=diff, undo=undo)


@dataclass(frozen=True)
class _Step:
    """A notebook's step as the base of its variants; away from the loop."""

    root: Confinement
    project: Project
    converted: conversion.Converted
    file: DvcYaml
    builder: staging.Builder
    own: variant_text.Own

    @classmethod
    def of(cls, root: Confinement, project: Project, path: Path) -> _Step:
        """
        Raises:
            Refused: the notebook, or a file of the project, has errors.
        """
        converted = conversion.convert(project.root, project.settings, path)
        source = staging.of_notebook(converted)
        file = _read(project)
        builder = staging.Builder(project.root, project.settings, file, None)
        return cls(root, project, converted, file, builder, builder.own(source))

    def after(self, asked: api_pipeline.VariantsRequest) -> DvcYaml:
        """``dvc.yaml`` with the change that is asked for."""
        if asked.op == "remove":
            return variant_edit.remove(self.file, self.own, _needed(asked.name, "name"))
        given = _needed(asked.variant, "variant")
        text = variant_text.VariantText(given.name, given.values, given.paths, given.matrix)
        if asked.op == "add":
            return variant_edit.add(self.file, self.own, text, self.builder.read)
        name = _needed(asked.name, "name")
        return variant_edit.replace(self.file, self.own, name, text, self.builder.read)

    def listed(self, file: DvcYaml | None = None) -> api_pipeline.Variants:
        """The variants in the file as it is, or as it was just written."""
        file = file or self.file
        own = self.own
        fed = variant_text.given(own, own.stage.fields)
        return api_pipeline.Variants(
            stage=own.name,
            etag=file.etag,
            params=[
                api_pipeline.VariantParam(
                    name=one.name,
                    type=one.type.source or "str",
                    text=one.text,
                    value=_value(one, fed.get(one.name)),
                )
                for one in own.params
            ],
            paths=[
                api_pipeline.VariantPath(
                    path=one.path, kind=one.kind, param=one.param, fixed=one.param is None
                )
                for one in own.directives.paths
            ],
            variants=[
                self._shown(file, one) for one in variant_edit.every(file, own, self.builder.read)
            ],
            obstacle=None
            if own.obstacle is None
            else _shown(self.root, self.project, own.obstacle.at(path=str(self.converted.path))),
            diff="",
            undo=None,
        )

    def _shown(self, file: DvcYaml, one: variant_edit.Read) -> api_pipeline.Variant:
        before, after = file.text, (one.after or file).text
        return api_pipeline.Variant(
            name=one.text.name,
            values=dict(one.text.values),
            paths=dict(one.text.paths),
            matrix={name: list(values) for name, values in one.text.matrix.items()},
            problems=[
                api.Finding.of(self.root.shown(problem, self.project.root))
                for problem in one.problems
            ],
            mend=None if one.mend is None else _wire(one.mend),
            diff=difference.of_file(before.encode(), after.encode(), file.shown),
        )


def _read(project: Project) -> DvcYaml:
    return DvcYaml.read(project.root / staging.DVC_YAML, staging.DVC_YAML)


def _shown(root: Confinement, project: Project, problem: Problem) -> api.Error:
    return api.Error.of(root.shown(problem, project.root))


def _wire(text: variant_text.VariantText) -> api_pipeline.VariantText:
    return api_pipeline.VariantText(
        name=text.name,
        values=dict(text.values),
        paths=dict(text.paths),
        matrix={name: list(values) for name, values in text.matrix.items()},
    )


def _value(one: Parameter, words: list[str] | None) -> str | None:
    """As a person types it: a text without the quotes that it has as Python's."""
    if words is not None:
        return variant_text.value_of(one, words)
    value = None if one.default is None else parameter.value_of(one.default)
    return value if isinstance(value, str) else one.default


def _needed(value: T | None, name: str) -> T:
    if value is None:
        raise Refused.of("request-invalid", reason=f"it takes a `{name}`")
    return value
