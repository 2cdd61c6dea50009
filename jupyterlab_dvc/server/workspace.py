"""A project as a docstring's rows need it, each file read again only when it has changed."""

from __future__ import annotations

import os
import posixpath
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeVar, cast

from .. import conf, graph, params, script_header
from ..dvc import config
from ..dvcyaml import DvcYaml
from ..errors import JupyterLabDVCError
from ..makers import Makers
from ..stage_fields import DEFAULT_PARAMS_FILE
from .confinement import Confinement

T = TypeVar("T")
PathState = Literal["file", "folder", "tracked", "made", "missing"]
_Stamp = tuple[int, int, int] | None

_MOST = 32
LONGEST = 4_096
"""Characters of a path; no file system takes a longer one."""
_lock = threading.Lock()
_known: OrderedDict[tuple[Path, Path], Workspace] = OrderedDict()


class Workspace:
    """The project in ``folder``; what can't be read is raised when it is asked for."""

    def __init__(self, root: Confinement, folder: Path) -> None:
        self._root = root
        self.folder = folder
        self._kept: dict[str, tuple[list[_Stamp], object]] = {}
        self._of_templates: list[str] = [DEFAULT_PARAMS_FILE]

    @classmethod
    def of(cls, root: Confinement, folder: Path) -> Workspace:
        """
        Raises:
            Refused: a file of the project lies outside of the root.
        """
        root.refuse_links(folder)
        key = (root.root, folder)
        with _lock:
            known = _known.get(key)
            if known is None or known._root != root:
                known = _known[key] = cls(root, folder)
            _known.move_to_end(key)
            while len(_known) > _MOST:
                _known.popitem(last=False)
            return known

    @property
    def settings(self) -> conf.Settings:
        files = [self.folder / conf.MLVTOOLS, self.folder / conf.PYPROJECT]
        return self._once("settings", files, lambda: conf.load(self.folder))

    @property
    def file(self) -> DvcYaml:
        path = self.folder / "dvc.yaml"
        return self._once("dvc.yaml", [path], lambda: DvcYaml.read(path, "dvc.yaml"))

    @property
    def parsing(self) -> dict[str, str]:
        """DVC's settings for how it writes out a mapping in a command."""

        def read() -> dict[str, str]:
            found = {name: config.read(self.folder, "parsing", name) for name in ("bool", "list")}
            return {name: value for name, value in found.items() if value is not None}

        return self._once("parsing", config.files(self.folder), read)

    @property
    def makers(self) -> Makers:
        """Who makes what by ``dvc.yaml``; nobody does by one that can't be read."""
        used: list[str] = [DEFAULT_PARAMS_FILE]

        def read(file: str) -> object:
            used.append(file)
            return self.params(file)

        def make() -> Makers:
            try:
                made = Makers(graph.nodes(self.file, read))
            except JupyterLabDVCError:
                made = Makers([])
            self._of_templates = list(dict.fromkeys(used))
            return made

        names = ["dvc.yaml", *self._of_templates]
        return self._once("makers", [self.folder / name for name in names], make)

    def variables(self) -> dict[str, object] | None:
        """What templates in a docstring are resolved from; None without a configuration.

        Raises:
            JupyterLabDVCError: it can't be read.
        """
        path = self.settings.docstring_conf
        if path is None or not self._root.holds(path):
            return None
        return self._once("variables", [path], lambda: conf.load_docstring_conf(path))

    def params(self, file: str) -> object:
        """The data of a params file; None where there is none in the root.

        Raises:
            Refused: it can't be parsed.
        """
        path = self.folder / file
        if not self._root.holds(path):
            return None
        return self._once(f"params {file}", [path], lambda: params.load(path, file))

    def source_of(self, script: Path) -> str | None:
        """The notebook that a script was generated from, by its header."""

        def read() -> str | None:
            try:
                return script_header.source(script.read_bytes().decode("utf-8", "replace"))
            except OSError:
                return None

        return self._once(f"script {script}", [script], read) if self._root.holds(script) else None

    def state(self, path: str, entry: str) -> tuple[PathState | None, str | None]:
        """What is at a path (relative to the project), and which stage makes it.

        ``entry`` is the stage whose output doesn't count. Of what isn't shown to the page, because
        it is hidden or outside of the root, nothing is said.
        """
        if not path or "://" in path or "\0" in path or len(path) > LONGEST:
            return None, None
        normal = posixpath.normpath(path)
        maker = self.makers.maker(normal, entry)
        hidden = any(part.startswith(".") and part not in (".", "..") for part in normal.split("/"))
        target = self.folder / normal
        if (hidden and not self._root.allow_hidden) or not self._root.holds(target):
            return ("made" if maker else None), maker
        try:
            if os.path.isdir(target):
                return "folder", maker
            if os.path.lexists(target):
                return "file", maker
            if self._is_tracked(normal):
                return "tracked", maker
        except (OSError, ValueError):
            # Such a name no file can have.
            return "missing", maker
        return ("made" if maker else "missing"), maker

    def _is_tracked(self, normal: str) -> bool:
        """Whether ``dvc add`` has recorded the path, or a folder that it lies in."""
        while normal and normal not in (".", "..", "/"):
            if os.path.isfile(self.folder / f"{normal}.dvc"):
                return True
            normal = posixpath.dirname(normal)
        return False

    def _once(self, key: str, files: Sequence[Path], make: Callable[[], T]) -> T:
        stamps = [_stamp(path) for path in files]
        kept = self._kept.get(key)
        if kept is None or kept[0] != stamps:
            value: object
            try:
                value = make()
            except JupyterLabDVCError as error:
                value = error
            kept = self._kept[key] = (stamps, value)
        if isinstance(kept[1], JupyterLabDVCError):
            raise kept[1].with_traceback(None)
        return cast(T, kept[1])


def _stamp(path: Path) -> _Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
