"""Notebook → script, as files: where the script belongs, and what would be lost by writing it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import cellcode, discovery, docstring, files, naming, notebook, script, step
from .conf import Settings
from .errors import Place, Problem, Refused
from .model import Directives, Notebook, Script, Step
from .plan import Change, Clash, Overwrite, Source


@dataclass(frozen=True)
class Converted:
    """A notebook's step and script, and where the script belongs."""

    source: Source
    step: Step
    script: Script
    target: Path

    @property
    def path(self) -> Path:
        return self.source.path


def convert(root: Path, settings: Settings, path: Path, output: Path | None = None) -> Converted:
    """The script of a notebook, by default in the settings' folder; nothing is written.

    Raises:
        Refused: with every error of the notebook.
    """
    read, data = notebook.read_file(path)
    return _convert(root, settings, path, data, read, output)


def convert_step(root: Path, settings: Settings, path: Path) -> Converted | None:
    """The same for a notebook that may be none of the pipeline's: None without any directive.

    Raises:
        Refused: with every error of the notebook, or it is no notebook of Python.
    """
    read, data = notebook.read_file(path)
    return _convert(root, settings, path, data, read) if is_step(read) else None


def _convert(
    root: Path,
    settings: Settings,
    path: Path,
    data: bytes,
    read: Notebook,
    output: Path | None = None,
) -> Converted:
    try:
        source_name(path).encode()
    except UnicodeEncodeError:
        # Neither a script nor dvc.yaml could name it.
        raise Refused.of("name-not-utf-8", Place(str(path))) from None
    target = output or settings.script_root / naming.script_file(path)
    made = step.read(
        read,
        source=source_name(path),
        notebook_path=path.absolute(),
        script_folder=Path(os.path.abspath(target)).parent,
        root=root,
        ignore_keys=settings.ignore_keys,
    )
    return Converted(files.source(path, data), made, script.render(made), target)


def is_step(read: Notebook) -> bool:
    """Whether its first code cell's docstring has a directive, right or wrong."""
    for cell in read.cells:
        if cell.kind == "code" and cellcode.holds_code(cell.source):
            found = docstring.locate(cell.source, cell.number)
            if found is None:
                return False
            parsed = docstring.parse(found)
            return parsed.directives != Directives() or bool(parsed.errors)
    return False


def source_name(path: Path) -> str:
    """What ``# Generated from`` says: relative to the nearest ``.dvc``, ``.git``, or the name."""
    for marker in (".dvc", ".git"):
        root = discovery.enclosing(path, marker)
        if root is not None:
            return Path(os.path.abspath(path)).relative_to(root).as_posix()
    return path.name


def clashes(change: Change, overwrite: Overwrite) -> Iterator[Clash]:
    """What writing the script would replace though nobody said so."""
    if change.old is None or change.old == change.new or overwrite == "all":
        return
    if overwrite == "nothing":
        yield Clash(Problem("would-overwrite", {}, Place(str(change.path))), change.diff())
    elif not script.is_unedited(change.old.decode("utf-8", "replace")):
        yield Clash(Problem("script-edited", {}, Place(str(change.path))), change.diff())


def only_looks_different(change: Change) -> bool:
    """Whether the new script is other text for the same code."""
    if change.old is None or change.old == change.new:
        return False
    return script.same_code(change.old.decode("utf-8", "replace"), change.new.decode())


def refuse_taken_names(converted: Sequence[Converted]) -> None:
    """Two notebooks can't have one script; an existing script of a notebook that is gone can go.

    Raises:
        Refused: naming both notebooks, for each pair.
    """
    problems = []
    first: dict[str, Converted] = {}
    for one in converted:
        other = first.setdefault(os.path.abspath(one.target), one)
        taken = str(other.path) if other is not one else _other_source(one)
        if taken is not None:
            arguments = {"name": one.step.function, "other": taken}
            problems.append(Problem("name-taken", arguments, Place(str(one.path))))
    if problems:
        raise Refused(problems)


def _other_source(one: Converted) -> str | None:
    """The other notebook, still there, that the script in our place was generated from."""
    if not one.target.is_file():
        return None
    source = script.source(files.read(one.target).decode("utf-8", "replace"))
    if source is None or source == one.step.source:
        return None
    base = discovery.enclosing(one.target, ".dvc") or discovery.enclosing(one.target, ".git")
    other = (base or one.path.absolute().parent) / source
    if not other.is_file() or os.path.samefile(other, one.path):
        return None
    return source
