"""The use cases: a notebook becomes a script and a stage, and what stands in a project agrees.

Each is computed as a ``Plan`` first; ``Project.apply`` carries one out. What a call doesn't need
is not imported: a conversion loads no YAML, no templates and no DVC.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import conf, conversion, discovery, files
from .conversion import Converted
from .errors import Conflict, JupyterLabDVCError, NotFound, Place, Problem, Refused
from .plan import EXECUTABLE, Change, Overwrite, Plan
from .writes import Write, digest

if TYPE_CHECKING:
    from .dvc.locks import Holder
    from .dvc.recommit import Report


@dataclass(frozen=True)
class Project:
    """A folder with a ``dvc.yaml`` (there or to be), and its settings."""

    root: Path
    settings: conf.Settings

    @classmethod
    def at(cls, work_dir: Path, conf_file: Path | None = None) -> Project:
        """The classic commands' project: the working directory, DVC or not."""
        root = Path(os.path.abspath(discovery.existing_folder(work_dir)))
        return cls(root, conf.load(root, conf_file))

    @classmethod
    def above(cls, start: Path) -> Project:
        """The project of ``start`` (a file or a folder): the nearest folder above with ``.dvc``."""
        root = discovery.enclosing(start, ".dvc")
        if root is None:
            raise NotFound.of("no-project", Place(str(start)))
        return cls(root, conf.load(root))

    # Computing

    def plan_script(
        self, path: Path, output: Path | None = None, overwrite: Overwrite = "nothing"
    ) -> Plan:
        """``ipynb_to_python``: the script alone; DVC is never called."""
        converted = conversion.convert(self.root, self.settings, path, output)
        conversion.refuse_taken_names([converted])
        change = self._script(converted)
        return Plan(
            changes=(change,),
            clashes=tuple(conversion.clashes(change, overwrite)),
            warn=lambda: (*self.settings.problems, *converted.step.problems),
            sources=(converted.source,),
        )

    def plan_sync(
        self,
        paths: Iterable[Path],
        overwrite: Overwrite = "generated",
        *,
        executables: bool | None = None,
        docstring_conf: Path | None = None,
        on_notebook: Callable[[Path], None] | None = None,
    ) -> Plan:
        """Script and stage of each notebook, and of each step below a folder, as one plan.

        ``executables`` asks for the classic commands' executables; None takes the settings' word.
        ``on_notebook`` hears of each notebook before it is read.

        Raises:
            Refused: with every error of every notebook.
        """
        from . import staging

        converted, skipped = self._convert_all(paths, on_notebook)
        conversion.refuse_taken_names(converted)
        scripts = [self._script(one) for one in converted]
        plan = staging.plan(
            self.root,
            self.settings,
            [staging.of_notebook(one) for one in converted],
            overwrite,
            executables=self._executables(executables),
            docstring_conf=docstring_conf,
        )
        return replace(
            plan,
            changes=(*scripts, *plan.changes),
            clashes=(
                *(clash for one in scripts for clash in conversion.clashes(one, overwrite)),
                *plan.clashes,
            ),
            warn=lambda: (
                *self.settings.problems,
                *skipped,
                *(problem for one in converted for problem in one.step.problems),
                *plan.warnings,
            ),
            same_code=tuple(one.path for one in scripts if conversion.only_looks_different(one)),
            sources=tuple(one.source for one in converted),
        )

    def plan_stage(
        self,
        path: Path,
        executable: Path | None = None,
        overwrite: Overwrite = "nothing",
        *,
        executables: bool | None = None,
        docstring_conf: Path | None = None,
    ) -> Plan:
        """``gen_dvc``: the stage of a script; ``executable`` says where an executable is wanted."""
        from . import staging

        plan = staging.plan(
            self.root,
            self.settings,
            [staging.of_script(path, self.root)],
            overwrite,
            executables=self._executables(executables) or executable is not None,
            executable_path=executable,
            docstring_conf=docstring_conf,
        )
        return replace(plan, warn=lambda: (*self.settings.problems, *plan.warnings))

    def inconsistencies(self, notebook: Path, script: Path) -> list[Problem]:
        """Where a script does something else than its notebook; looks don't count."""
        from . import check

        converted = conversion.convert(self.root, self.settings, notebook, script)
        return check.differences(converted.step, files.read(script), str(script))

    def check(
        self, paths: Iterable[Path], on_notebook: Callable[[Path], None] | None = None
    ) -> Iterator[Problem]:
        """All that is wrong with the steps below the paths, their scripts and stages, the graph."""
        try:
            converted, skipped = self._convert_all(paths, on_notebook)
        except Refused as error:
            yield from error.problems
            return
        from . import staging

        yield from self.settings.problems
        yield from skipped

        for one in converted:
            yield from one.step.problems
            yield from self._check_script(one)
        yield from staging.check(self.root, self.settings, converted)

    # Carrying out

    def apply(
        self,
        plan: Plan,
        on_wait: Callable[[tuple[Holder, ...]], None] | None = None,
        timeout: float | None = None,
    ) -> Report | None:
        """Write what differs, and have DVC recommit the stages whose script only looks different.

        ``timeout`` is how many seconds there are to wait for whoever uses a file (None: no end).

        Raises:
            Busy: somebody uses one of the files for longer than that; nothing is written.
            Conflict: the plan has clashes.
            Refused: a notebook or a target changed since the plan was made; nothing is written.
        """
        if plan.clashes:
            raise Conflict(
                (clash.problem for clash in plan.clashes),
                "".join(clash.diff for clash in plan.clashes),
            )
        if changed := files.changed_since(plan):
            raise Refused(Problem("changed-meanwhile", {}, Place(str(path))) for path in changed)
        writes = plan.differing
        if not writes:
            return None
        from .dvc import recommit

        return recommit.apply(
            discovery.enclosing(self.root, ".dvc"),
            [Write(change.path, change.new, change.mode, digest(change.old)) for change in writes],
            plan.same_code,
            on_wait,
            sources=plan.sources,
            timeout=timeout,
        )

    # The parts

    def _convert_all(
        self, paths: Iterable[Path], on_notebook: Callable[[Path], None] | None
    ) -> tuple[list[Converted], list[Problem]]:
        """The steps among the notebooks, and what is worth saying of those passed over."""
        problems: list[Problem] = []
        skipped: list[Problem] = []
        converted: list[Converted] = []
        for path, walked in discovery.notebooks(paths):
            if on_notebook is not None:
                on_notebook(path)
            try:
                if not walked:
                    converted.append(conversion.convert(self.root, self.settings, path))
                elif step := conversion.convert_step(self.root, self.settings, path):
                    converted.append(step)
            except JupyterLabDVCError as error:
                if walked and all(p.code == "notebook-language" for p in error.problems):
                    skipped += (p._replace(severity="warning") for p in error.problems)
                else:
                    problems += error.problems
        if problems:
            raise Refused(problems)
        return converted, skipped

    def _script(self, converted: Converted) -> Change:
        return files.change(self.root, converted.target, converted.script.text.encode(), EXECUTABLE)

    def _check_script(self, one: Converted) -> Iterator[Problem]:
        from . import check

        if one.target.is_file():
            yield from check.differences(one.step, files.read(one.target), str(one.target))
        else:
            inside = one.target.is_relative_to(self.root)
            shown = one.target.relative_to(self.root) if inside else one.target
            yield Problem("not-synced", {"script": str(shown)}, Place(str(one.path)))

    def _executables(self, asked: bool | None) -> bool:
        return self.settings.dvc_cmd_root is not None if asked is None else asked
