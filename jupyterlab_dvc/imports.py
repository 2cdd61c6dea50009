"""Modules of the project that code imports from a folder, found without importing anything."""

from __future__ import annotations

import ast
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_IMPORT = re.compile(r"(?:^|[;:])[ \t\f]*(?:import|from)\b", re.MULTILINE)


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


def beside(folder: Path, sources: Iterable[str]) -> list[Path]:
    """The files below ``folder`` that the sources import, with those that they import in turn."""
    found: dict[Import, None] = {}
    names = _importable(folder)
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
            _follow(folder, one.module, one.names, files)
    return sorted(files)


@lru_cache(maxsize=20_000)
def mentions(source: str, mention: str) -> bool:
    """Whether an import in the source may be one of the names that the pattern finds."""
    return "import" in source and (not source.isascii() or re.search(mention, source) is not None)


def _importable(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = {entry.name.partition(".")[0] for entry in entries if _is_module(entry)}
    except OSError:
        return []
    return sorted(names - set(sys.builtin_module_names))


def _is_module(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".py") or (entry.name.isidentifier() and entry.is_dir())


def _follow(folder: Path, module: str, names: tuple[str, ...], files: dict[Path, None]) -> None:
    parts = module.split(".")
    if parts[0] in sys.builtin_module_names or not all(part.isidentifier() for part in parts):
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
                _follow(folder, inner.module, inner.names, files)
            else:
                _follow_relative(folder, file, inner, files)


def _follow_relative(folder: Path, file: Path, found: Import, files: dict[Path, None]) -> None:
    package = file.parent
    for _ in range(found.level - 1):
        package = package.parent
    if package != folder and folder in package.parents:
        inside = ".".join((*package.relative_to(folder).parts, *filter(None, [found.module])))
        _follow(folder, inside, found.names, files)


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
