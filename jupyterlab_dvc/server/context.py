"""What the handlers of one server have in common: its root, its settings, its threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from logging import Logger
from typing import TYPE_CHECKING, TypeVar

from .confinement import Confinement
from .settings import JupyterLabDVC

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from .projects import Projects
    from .variants import Befores

T = TypeVar("T")

THREADS = 8
"""A sync may wait for a run; whoever comes after must not wait for the sync."""
FIND_RUNS_AFTER = 3.0
"""Seconds after which a new server looks for runs that are on already."""


class Context:
    """Made once for a server, when the extension is loaded."""

    def __init__(self, serverapp: ServerApp, settings: JupyterLabDVC) -> None:
        self.serverapp = serverapp
        self.settings = settings
        self._threads = ThreadPoolExecutor(THREADS, "jupyterlab-dvc")
        self._projects: Projects | None = None
        self._befores: Befores | None = None

    @property
    def befores(self) -> Befores:
        """What changes of variants can be taken back to."""
        if self._befores is None:
            from .variants import Befores

            self._befores = Befores()
        return self._befores

    @property
    def log(self) -> Logger:
        log: Logger = self.serverapp.log
        return log

    @property
    def root(self) -> Confinement:
        """As the server's contents are confined now; it is what the page's paths count from."""
        contents = self.serverapp.contents_manager
        folder = getattr(contents, "root_dir", "") or self.serverapp.root_dir
        return Confinement.of(folder, contents.allow_hidden)

    @property
    def projects(self) -> Projects:
        """What is known of the projects that somebody asked about."""
        if self._projects is None:
            from .projects import Projects

            self._projects = Projects(self)
        return self._projects

    async def find_runs(self) -> None:
        """Look for the runs that are on already; a root that can't be read is no reason to fail."""
        try:
            await self.projects.find_runs()
        except Exception:
            self.log.exception("Runs that are on can't be looked for")

    async def work(self, function: Callable[[], T]) -> T:
        """Call what reads files or waits, away from the server's loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)
