"""POST ``sync``: write a notebook's script and stage, once the file is what the page shows."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

from .. import api, files, notebook
from ..dvc.locks import OnWait
from ..dvc.recommit import Report
from ..errors import Conflict, JupyterLabDVCError, NotFound, Place, Problem, Refused
from ..plan import Plan
from ..project import Project
from . import fingerprint
from .confinement import Confinement
from .handler import Forbidden, Handler

_LOOK_EVERY = 0.05
"""Seconds between looks at whether the file was saved."""


class SyncHandler(Handler):
    async def post(self) -> None:
        settings = self.context.settings
        asked = self.body(api.SyncRequest)
        if not settings.allow_sync:
            raise Forbidden.of("sync-not-allowed")
        root = self.context.root
        found = root.notebook(asked.path)
        self.project = root.project_of(found)
        with self.context.projects.waiting(self.project) as on_wait:
            sync = Sync(root, found, asked, on_wait, settings.wait_timeout)
            answer = await self.work(
                lambda: sync.carry_out(root.open(found), settings.save_timeout)
            )
        await self.context.projects.changed(self.project)
        self.reply(answer)


@dataclass(frozen=True)
class Sync:
    """One sync, away from the loop: it sleeps and waits."""

    root: Confinement
    path: Path
    asked: api.SyncRequest
    on_wait: OnWait
    wait_timeout: float

    def carry_out(self, project: Project, save_timeout: float) -> api.Synced:
        """
        Raises:
            Refused: the file isn't saved, or has errors; nothing is written.
            Conflict: what was edited by hand would be lost, or isn't what the page has seen.
            Busy: a run uses a file for longer than we were told to wait.
        """
        plan = self._plan(project, self.asked.sources_sha256, save_timeout)
        self.root.refuse_targets(project.root, plan)
        if plan.clashes:
            raise Conflict(
                (clash.problem for clash in plan.clashes),
                "".join(clash.diff for clash in plan.clashes),
            )
        if self.asked.preview not in (None, plan.rev):
            raise Conflict(Problem("preview-outdated", {}, Place(str(self.path))), plan.diff())
        writes = plan.differing
        report = self._apply(project, plan)
        problems = [
            *plan.warnings,
            *(problem for _, problem in report.left_stale),
            *report.problems,
        ]
        return api.Synced(
            written=[self.root.name(change.path) for change in writes],
            recommitted=list(report.recommitted),
            stage=plan.stages[0].name if plan.stages else "",
            script=self.root.name(plan.changes[0].path),
            warnings=[api.Error.of(self.root.shown(p, project.root)) for p in problems],
        )

    def _plan(self, project: Project, digest: str, timeout: float) -> Plan:
        """A plan of exactly the sources that the page has."""
        end = time.monotonic() + timeout
        seen = ""
        while True:
            # A large notebook is read again only when it has been written.
            mark = fingerprint.notebook(self.path)
            if mark != seen:
                seen = mark
                data = self._read()
                if digest_of(data, str(self.path)) == digest:
                    plan = project.plan_sync(
                        [self.path], "all" if self.asked.force else "generated"
                    )
                    if plan.sources == (files.source(self.path, data),):
                        return plan
                    # Between our look and the plan's it was saved once more.
                    seen = ""
            if time.monotonic() >= end:
                raise Refused.of("file-not-saved", Place(str(self.path)), seconds=f"{timeout:g}")
            time.sleep(_LOOK_EVERY)

    def _read(self) -> bytes:
        try:
            return files.read(self.path)
        except NotFound:
            # In the middle of being replaced.
            return b""

    def _apply(self, project: Project, plan: Plan) -> Report:
        try:
            return project.apply(plan, self.on_wait, self.wait_timeout) or Report()
        except Refused as error:
            # Somebody else wrote one of them between our look and now.
            if diff := files.changed_targets(plan):
                raise Conflict(error.problems, diff) from error
            raise


def digest_of(data: bytes, shown: str) -> str | None:
    """The SHA-256 of the cells' sources as the page computes it; None of what is no notebook."""
    try:
        sources = [cell.source for cell in notebook.parse(data, shown).cells]
    except JupyterLabDVCError:
        # Half written; or broken, which the plan will say.
        return None
    text = json.dumps(sources, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(_well_formed(text).encode()).hexdigest()


def _well_formed(text: str) -> str:
    """Half of a pair of surrogates escaped, as ``JSON.stringify`` does."""
    if text.isascii():
        return text
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)
