"""POST ``check``: all that is wrong with a step, its script, its stage and the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .. import api
from .handler import Action, Handler


class CheckHandler(Handler):
    ACTIONS: ClassVar[Mapping[str, Action]] = {"POST": "read"}

    async def post(self) -> None:
        asked = self.body(api.PathRequest)
        self.reply(await self.work(lambda: self._compute(asked.path)))

    def _compute(self, path: str) -> api.Checked:
        root = self.context.root
        found = root.notebook(path)
        self.project = root.project_of(found)
        project = root.open(found)
        return api.Checked(
            problems=[
                api.Finding.of(root.shown(problem, project.root))
                for problem in project.check([found])
            ]
        )
