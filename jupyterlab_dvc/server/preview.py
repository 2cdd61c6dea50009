"""POST ``preview``: what a sync would write; nothing is written, nothing of the project runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from .. import api, conversion, notebook
from ..errors import Problem
from ..project import Project
from .confinement import Confinement
from .handler import Action, Handler


class PreviewHandler(Handler):
    ACTIONS: ClassVar[Mapping[str, Action]] = {"POST": "read"}

    async def post(self) -> None:
        asked = self.body(api.PathRequest)
        self.reply(await self.work(lambda: self._compute(asked.path)))

    def _compute(self, path: str) -> api.Preview:
        root = self.context.root
        found = root.notebook(path)
        self.project = root.project_of(found)
        return compute(root, root.open(found), found)


def compute(root: Confinement, project: Project, path: Path) -> api.Preview:
    """
    Raises:
        Refused: the notebook, its project's settings or pipeline have errors, or a target that is
            nobody's to write to.
    """
    plan = project.plan_sync([path])
    root.refuse_targets(project.root, plan)
    converted = conversion.convert(project.root, project.settings, path)
    changes = {change.path: change for change in plan.changes}
    script = changes[converted.target]
    stages = changes.get(project.root / "dvc.yaml")

    def shown(problem: Problem) -> api.Error:
        return api.Error.of(root.shown(problem, project.root))

    return api.Preview(
        rev=plan.rev,
        script=converted.script.text,
        script_path=root.name(converted.target),
        script_diff=script.diff(),
        lines=list(converted.script.lines),
        prose=[
            api.Prose(cell=cell.number, text=cell.source)
            for cell in notebook.read(path).cells
            if cell.kind == "markdown"
        ],
        dvc_yaml_diff="" if stages is None else stages.diff(),
        dvc_yaml_old="" if stages is None else _text(stages.old),
        dvc_yaml_new="" if stages is None else _text(stages.new),
        clashes=[api.Clash(error=shown(clash.problem), diff=clash.diff) for clash in plan.clashes],
        warnings=[shown(problem) for problem in plan.warnings],
        writes=not plan.up_to_date,
    )


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
