"""GET ``complete``: paths of the project and keys of its params files that begin with a prefix."""

from __future__ import annotations

import itertools
import os
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from .. import hyperparameter
from ..api_step import Completion, Completions
from ..errors import JupyterLabDVCError, Refused
from ..stage_fields import DEFAULT_PARAMS_FILE
from .confinement import Confinement
from .handler import Handler
from .rows import text_of
from .workspace import Workspace

MOST = 200
_MOST_ENTRIES = 20_000
"""Entries of one folder, and keys of one file, that are looked at."""
_DEEPEST = 30
_KINDS = ("in", "out", "key", "param-file")
_PARAM_FILES = (".yaml", ".yml", ".json", ".toml", ".py")
_DVC_FILES = frozenset({"dvc.yaml", "dvc.lock"})


class CompleteHandler(Handler):
    async def get(self) -> None:
        root = self.context.root
        path = root.place(self.argument("path"))
        kind, prefix = self.argument("kind"), self.argument("prefix")
        if kind not in _KINDS:
            raise Refused.of("request-invalid", reason=f"`kind` is one of {', '.join(_KINDS)}")
        self.project = root.project_of(path)
        self.reply(await self.work(lambda: completions(root, path, kind, prefix)))


def completions(root: Confinement, notebook: Path, kind: str, prefix: str) -> Completions:
    """What could stand there, sorted; in no project the files beside the notebook.

    Raises:
        Refused: a file of the project lies outside of the root.
    """
    # The first step is often there before its project is, which is made around it then.
    folder = root.project_of(notebook) or notebook.parent
    if "\0" in prefix or len(prefix) > 4_096:
        return Completions(items=[], more=False)
    workspace = Workspace.of(root, folder)
    found: dict[str, Completion] = {}
    for item in (
        _keys(workspace, prefix) if kind == "key" else _paths(root, workspace, kind, prefix)
    ):
        known = found.get(item.text)
        if known is None or (item.maker is not None and known.maker is None):
            found[item.text] = item
    items = [found[text] for text in sorted(found)]
    return Completions(items=items[:MOST], more=len(items) > MOST)


def _paths(root: Confinement, workspace: Workspace, kind: str, prefix: str) -> Iterator[Completion]:
    above, _, begin = prefix.rpartition("/")
    base = posixpath.normpath(above) if above else "."
    hidden = any(part.startswith(".") and part != "." for part in [*above.split("/"), begin])
    if prefix.startswith("/") or (hidden and not root.allow_hidden):
        return
    if base.startswith("..") or not root.holds(workspace.folder / base):
        return
    # What was typed stays as it is, such as `./data/`; what DVC calls the folder is looked up.
    shown = f"{above}/" if above else ""
    folder = "" if base == "." else f"{base}/"
    yield from _entries(root, workspace, kind, base, shown, begin)
    if kind != "in":
        return
    for path, maker in workspace.makers.outputs:
        if not path.startswith(folder + begin) or path.startswith(("/", "..")) or "://" in path:
            continue
        if _is_hidden(path) and not root.allow_hidden:
            continue
        # A folder on the way is completed before what is in it.
        name, slash, _ = path[len(folder) :].partition("/")
        if slash:
            yield Completion(text=f"{shown}{name}/", kind="folder", maker=None, value=None)
        else:
            yield Completion(text=shown + name, kind="output", maker=maker, value=None)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _entries(
    root: Confinement, workspace: Workspace, kind: str, base: str, shown: str, begin: str
) -> Iterator[Completion]:
    try:
        with os.scandir(workspace.folder / base) as entries:
            for number, entry in enumerate(entries):
                if number >= _MOST_ENTRIES:
                    return
                name = entry.name
                if not name.startswith(begin) or not _is_text(name):
                    continue
                if name.startswith(".") and not root.allow_hidden:
                    continue
                if entry.is_symlink() and not root.holds(Path(entry.path)):
                    continue
                yield from _entry(workspace, kind, base, shown, entry)
    except OSError:
        return


def _entry(
    workspace: Workspace, kind: str, base: str, shown: str, entry: os.DirEntry[str]
) -> Iterator[Completion]:
    text = shown + entry.name
    if entry.is_dir():
        yield Completion(text=text + "/", kind="folder", maker=None, value=None)
    elif kind == "param-file":
        if entry.name.endswith(_PARAM_FILES) and entry.name not in _DVC_FILES:
            yield Completion(text=text, kind="file", maker=None, value=None)
    elif entry.name.endswith(".dvc"):
        if kind == "in":
            yield Completion(text=text.removesuffix(".dvc"), kind="tracked", maker=None, value=None)
    elif entry.name not in _DVC_FILES:
        maker = workspace.makers.maker(posixpath.join(base, entry.name))
        made = maker is not None and kind == "in"
        yield Completion(text=text, kind="output" if made else "file", maker=maker, value=None)


def _is_text(name: str) -> bool:
    """Whether the name can be sent, and stand on one line."""
    return name.isprintable()


def _keys(workspace: Workspace, prefix: str) -> Iterator[Completion]:
    file, colon, begin = prefix.rpartition(":")
    if colon and (not file or _is_hidden(posixpath.normpath(file)) or file.startswith("/")):
        return
    try:
        data = workspace.params(file or DEFAULT_PARAMS_FILE)
    except JupyterLabDVCError:
        # That the file has errors is said where it is used.
        return
    for key, value in itertools.islice(_dotted(data, "", _DEEPEST), _MOST_ENTRIES):
        if key.startswith(begin):
            shown = None if isinstance(value, Mapping) else text_of(value)
            yield Completion(text=f"{file}{colon}{key}", kind="key", maker=None, value=shown)


def _dotted(data: object, above: str, levels: int) -> Iterator[tuple[str, object]]:
    for name, value in data.items() if isinstance(data, Mapping) else ():
        # What DVC can't look up, or would look up as something else, is no key of a step.
        if isinstance(name, str) and "." not in name and hyperparameter.is_key(name):
            yield above + name, value
            if levels:
                yield from _dotted(value, f"{above}{name}.", levels - 1)
