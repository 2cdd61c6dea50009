"""POST ``repair``: DVC's list of files in use is made right again, where that is safe."""

from __future__ import annotations

from pathlib import Path

from .. import api, api_pipeline
from ..dvc import locks, rwlock
from ..errors import NotFound, Place, Problem
from .handler import Forbidden, Handler


class RepairHandler(Handler):
    async def post(self) -> None:
        asked = self.body(api_pipeline.RepairRequest)
        if not self.context.settings.allow_runs:
            raise Forbidden.of("runs-not-allowed")
        root = self.context.root
        folder = root.entry(asked.path)
        if not folder.is_dir():
            raise NotFound.of("path-unknown", Place(asked.path))
        project = self.project = root.project(folder)
        done = await self.work(lambda: self._repair(project))
        if done:
            await self.context.projects.changed(project)
        self.reply(
            api_pipeline.Repaired(
                done=[api.Finding.of(root.shown(problem, project)) for problem in done]
            )
        )

    def _repair(self, project: Path) -> tuple[Problem, ...]:
        # Nothing is changed through a link that leads out of the root.
        self.context.root.refuse_links(project, rwlock.file_of(project))
        return locks.repair(project)
