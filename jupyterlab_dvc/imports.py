"""Modules of the project that code imports from a folder, found without importing anything."""

from __future__ import annotations

import ast
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_IMPORT = re.compile(r"(?:^|[;:])[ \t\f]*(?:import|from)\b", re.MULTILINE)


_BUILTIN = frozenset(sys.builtin_module_names)


class Import(NamedTuple):
    """``names`` are what ``from module import …`` asks for, any of which may be a module."""

    module: str
    names: tuple[str, ...]
    level: int


@lru_cache(maxsize=5_000)
def statements(source: str) -> tuple[Import, ...]:
    """The imports anywhere in Python source; none where it isn't valid."""
    if _IMPORT.search(source) is None:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            tree = compile(source, "<imports>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_found(tree))


def _found(tree: ast.AST) -> Iterator[Import]:
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(name.name, (), 0)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(name.name for name in node.names if name.name != "*")
            yield Import(node.module or "", names, node.level)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """All statements within, at any depth; expressions hold none."""
    for key in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, key, ()):
            if isinstance(child, ast.stmt):
                yield child
            yield from _statements(child)


def beside(folder: Path, sources: Iterable[str], skipped: Set[str] = _BUILTIN) -> list[Path]:
    """The files below ``folder`` that the sources import, with those that they import in turn.

    Args:
        skipped: the modules, by their outermost name, that Python finds elsewhere.
    """
    found: dict[Import, None] = {}
    names = sorted(_importable(folder) - skipped)
    if not names:
        return []
    # Most cells name no module of the project, and need no parser to tell.
    mention = rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"
    for source in sources:
        if mentions(source, mention):
            found.update(dict.fromkeys(statements(source)))
    files: dict[Path, None] = {}
    for one in found:
        if one.level == 0:
            _follow(folder, one.module, one.names, files, skipped)
    return sorted(files)


@lru_cache(maxsize=20_000)
def mentions(source: str, mention: str) -> bool:
    """Whether an import in the source may be one of the names that the pattern finds."""
    return "import" in source and (not source.isascii() or re.search(mention, source) is not None)


def further(
    folders: Iterable[Path], sources: Iterable[str], found: Sequence[Path]
) -> list[tuple[Path, Path]]:
    """What the sources, and the files ``found`` beside them, import from other folders: each of the
    folders with a file below it.

    Files were found in the first of the folders; what one has is not looked for in those after it.
    Whether Python looks there hangs on its path, on which the standard library may stand before.
    """
    first, *others = dict.fromkeys(folders)
    texts = [*sources, *map(_source, found)]
    seen = set(found)
    skipped = _BUILTIN | sys.stdlib_module_names | _modules(first)
    files: list[tuple[Path, Path]] = []
    for folder in others:
        more = [file for file in beside(folder, texts, skipped) if file not in seen]
        seen.update(more)
        files += ((folder, file) for file in more)
        texts += map(_source, more)
        skipped |= _modules(folder)
    return files


def _modules(folder: Path) -> frozenset[str]:
    """The names that an import finds there; a folder alone may be a package of several places."""
    return frozenset(name for name in _importable(folder) if any(_loaded(folder, [name])))


def _importable(folder: Path) -> frozenset[str]:
    """The outermost names of what could be imported from a folder."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name.partition(".")[0] for entry in entries if _is_module(entry))
    except OSError:
        return frozenset()


def _is_module(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".py") or (entry.name.isidentifier() and entry.is_dir())


def _follow(
    folder: Path,
    module: str,
    names: tuple[str, ...],
    files: dict[Path, None],
    skipped: Set[str],
) -> None:
    parts = module.split(".")
    if parts[0] in skipped or not all(part.isidentifier() for part in parts):
        return
    loaded = list(_loaded(folder, parts))
    last = folder.joinpath(*parts)
    if not loaded and not last.is_dir():
        return
    for name in names:
        loaded += _loaded(last, [name])
    for file in loaded:
        if file in files:
            continue
        files[file] = None
        for inner in statements(_source(file)):
            if inner.level == 0:
                _follow(folder, inner.module, inner.names, files, skipped)
            else:
                _follow_relative(folder, file, inner, files, skipped)


def _follow_relative(
    folder: Path, file: Path, found: Import, files: dict[Path, None], skipped: Set[str]
) -> None:
    package = file.parent
    for _ in range(found.level - 1):
        package = package.parent
    if package != folder and folder in package.parents:
        inside = ".".join((*package.relative_to(folder).parts, *filter(None, [found.module])))
        _follow(folder, inside, found.names, files, skipped)


def _loaded(folder: Path, parts: list[str]) -> Iterator[Path]:
    """The files of a dotted module, outermost package first; nothing where it isn't there.

    A folder without ``__init__.py`` counts only as far as a file in it is imported, since any
    package that is installed goes before it.
    """
    files: list[Path] = []
    for index, part in enumerate(parts):
        folder = folder / part
        package, module = folder / "__init__.py", folder.with_name(part + ".py")
        if package.is_file():
            files.append(package)
        elif module.is_file():
            files.append(module)
            break
        elif not folder.is_dir() or index == len(parts) - 1:
            break
    yield from files


def _source(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return ""


def relative(folder: Path, start: Path) -> str:
    """``folder`` as seen from ``start``, POSIX."""
    return Path(os.path.relpath(folder, start)).as_posix()
