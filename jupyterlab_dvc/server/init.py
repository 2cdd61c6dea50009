"""POST ``init``: a folder becomes a DVC project."""

from __future__ import annotations

from pathlib import Path

from .. import api_pipeline, initialization
from ..errors import Conflict, NotFound, Place, Problem
from .handler import Forbidden, Handler


class InitHandler(Handler):
    async def post(self) -> None:
        asked = self.body(api_pipeline.InitRequest)
        if not self.context.settings.allow_sync:
            raise Forbidden.of("sync-not-allowed")
        root = self.context.root
        folder = root.entry(asked.path)
        if not folder.is_dir():
            raise NotFound.of("path-unknown", Place(asked.path))
        made = await self.work(lambda: self._make(folder))
        self.project = folder
        await self.context.projects.changed(folder)
        answer = api_pipeline.Initialized(
            project=root.name(folder), git=made.git, done=list(made.done)
        )
        self.reply(answer)

    def _make(self, folder: Path) -> initialization.Initialized:
        above = self.context.root.project_of(folder)
        if above is not None:
            raise Conflict(Problem("project-exists", {}, Place(str(above))))
        return initialization.initialize(folder)
