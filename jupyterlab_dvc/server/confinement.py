"""The server's root: which paths lie in it, and how they are called there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .. import conf, here
from ..errors import Arg, NotFound, Place, Problem, Refused
from ..plan import Plan

if TYPE_CHECKING:
    from ..project import Project

READ = (conf.MLVTOOLS, conf.PYPROJECT, "dvc.yaml", "dvc.lock", "params.yaml", ".dvc/config")
"""Files of a project that are read and quoted without anybody naming them."""
_PARENT = ".."
_NOT_A_NAME = re.compile(r"[\x00]|[\\:]" if os.name == "nt" else r"[\x00]")


@dataclass(frozen=True)
class Confinement:
    """Everything that a request names is looked for below ``root`` (absolute, without links)."""

    root: Path
    allow_hidden: bool = False

    @classmethod
    def of(cls, root: str, allow_hidden: bool = False) -> Confinement:
        return cls(Path(os.path.realpath(os.path.expanduser(root))), allow_hidden)

    def notebook(self, path: str) -> Path:
        """The absolute path of an existing file.

        Raises:
            NotFound: there is none, it lies outside or is hidden; which of them isn't said.
        """
        found = self._joined(path)
        if found is None or not found.is_file() or not self.holds(found):
            raise NotFound.of("path-unknown", Place(_shown(path)))
        return found

    def entry(self, path: str) -> Path:
        """The absolute path of an existing file or folder; the empty path is the root.

        Raises:
            NotFound: there is none, it lies outside or is hidden; which of them isn't said.
        """
        found = self._joined(path) if path else self.root
        if found is None or not self.holds(found):
            raise NotFound.of("path-unknown", Place(_shown(path)))
        return found

    def place(self, path: str) -> Path:
        """The absolute path of a file that may still have to be made, in a folder that is there.

        Raises:
            NotFound: it is a folder, lies outside or is hidden; which of them isn't said.
        """
        parts = self._parts(path)
        if parts:
            found = self.root.joinpath(*parts)
            try:
                found.lstat()
                free = not found.is_dir()
            except FileNotFoundError:
                free = found.parent.is_dir()
            except (OSError, ValueError):
                # No folder in its place, a name too long or with what no name can have.
                free = False
            if free and self.holds(found):
                return found
        raise NotFound.of("path-unknown", Place(_shown(path)))

    def project_of(self, path: Path) -> Path | None:
        """The nearest folder with a ``.dvc`` above ``path`` or at it, the root's own at most."""
        for folder in (path, *path.parents):
            if not folder.is_relative_to(self.root):
                return None
            if (folder / ".dvc").is_dir():
                # A link may lead to a project elsewhere; that one is not ours to touch.
                return folder if self.holds(folder / ".dvc") else None
        return None

    def project(self, path: Path) -> Path:
        """
        Raises:
            NotFound: the notebook is in no project.
        """
        found = self.project_of(path)
        if found is None:
            raise NotFound.of("no-project", Place(self.name(path)))
        return found

    def open(self, notebook: Path) -> Project:
        """The project of a notebook; it reads the project's settings.

        Raises:
            NotFound: the notebook is in no project below the root.
            Refused: the settings are wrong, or a file of the project lies outside of the root.
        """
        from ..project import Project

        folder = self.project(notebook)
        self.refuse_links(folder)
        return Project.at(folder)

    def refuse_links(self, project: Path, *further: Path) -> None:
        """
        Raises:
            Refused: a file of the project, or a further one, lies outside of the root.
        """
        every = [*(project / name for name in READ), *further]
        outside = [path for path in every if not self.holds(path)]
        if outside:
            raise Refused(Problem("link-outside", {}, Place(self.name(path))) for path in outside)

    def holds(self, path: Path) -> bool:
        """Whether the path, all links followed, is in the root."""
        try:
            return Path(os.path.realpath(path)).is_relative_to(self.root)
        except (OSError, ValueError):
            return False

    def name(self, path: Path) -> str:
        """What the page calls it; an absolute path where it lies outside."""
        absolute = Path(os.path.abspath(path))
        if not absolute.is_relative_to(self.root):
            return absolute.as_posix()
        name = absolute.relative_to(self.root).as_posix()
        return "" if name == "." else name

    def refuse_targets(self, project: Path, plan: Plan) -> None:
        """Refuse to write outside of the root, or to a file or folder that is hidden.

        A project's configuration names where scripts go, and whoever made the project wrote it.

        Raises:
            Refused: with each such target.
        """
        problems = []
        real = Path(os.path.realpath(project))
        for change in plan.changes:
            target = Path(os.path.abspath(change.path))
            own = target == project / ".dvc" / "config"
            behind = Path(os.path.realpath(target))
            plain = _is_plain(target, project) and _is_plain(behind, real)
            if not self.holds(target) or not (own or plain):
                problems.append(Problem("target-refused", {}, Place(self.name(target))))
        if problems:
            raise Refused(problems)

    def shown(self, problem: Problem, project: Path | None = None) -> Problem:
        """The problem with its paths as the page calls them."""
        path = problem.place.path
        place = (
            problem.place
            if path is None
            else problem.place._replace(path=self.called(path, project))
        )
        args = {key: self._argument(value) for key, value in problem.args.items()}
        return problem._replace(place=place, args=args)

    def called(self, path: str, project: Path | None) -> str:
        """What the page calls a path that a message names."""
        if os.path.isabs(path):
            return self.name(Path(path))
        # Messages name a file from where the reader is, or from the project.
        for folder in (here.folder(), project):
            if folder is not None and os.path.lexists(folder / path):
                found = Path(os.path.abspath(folder / path))
                if found.is_relative_to(self.root):
                    return self.name(found)
        return path

    def _argument(self, value: Arg) -> Arg:
        prefix = os.path.join(str(self.root), "")
        if isinstance(value, str):
            return value.replace(prefix, "")
        return value

    def _parts(self, path: str) -> tuple[str, ...] | None:
        """The names in a path that stays below the root; None of one that doesn't."""
        if not path or _NOT_A_NAME.search(path) or path.startswith("/"):
            return None
        parts = PurePosixPath(path).parts
        if _PARENT in parts or (not self.allow_hidden and any(p.startswith(".") for p in parts)):
            return None
        return parts

    def _joined(self, path: str) -> Path | None:
        parts = self._parts(path)
        if parts is None:
            return None
        joined = self.root.joinpath(*parts)
        try:
            joined.lstat()
        except (OSError, ValueError):
            # Missing, no folder in its place, a name too long or with what no name can have.
            return None
        return joined


def _is_plain(target: Path, project: Path) -> bool:
    if not target.is_relative_to(project):
        return False
    return not any(part.startswith(".") for part in target.relative_to(project).parts)


def _shown(path: str) -> str:
    """A path that was sent, short enough for a message."""
    return path if len(path) <= 200 else path[:200] + "…"
