"""The files and modules that a step uses, and whether its docstring says so."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .. import cellcode, command, fieldview, imports, uses
from ..api_step import FieldChange, FieldText, Use
from ..conf import Settings
from ..errors import Refused
from ..model import Cell, Directives
from ..stage_fields import outputs


def found(
    path: Path,
    project: Path | None,
    cells: Sequence[Cell],
    kept: Sequence[Cell],
    first: str,
    directives: Directives,
    settings: Settings | None,
) -> list[Use]:
    """What the cells of the script use, in the order of the notebook; modules come last.

    Args:
        cells: all code cells, ``kept`` those of the script.
        first: the code of the first cell, which binds the params.
    """
    known = uses.values(directives, first, [code_of(cell) for cell in cells])
    declared = _Declared(directives, settings or Settings(Path(), Path(), Path()))
    files = uses.find(kept, known, folder_of(path, project))
    both = {one.path for one in files if one.kind == "in"} & {
        one.path for one in files if one.kind == "out"
    }
    answer = []
    for one in files:
        use = one._replace(path=inside(one.path, project))
        is_declared = declared.file(use)
        field = None
        if not is_declared and use.whole and one.path not in both:
            field = declared.field(use)
        answer.append(
            Use(
                kind=use.kind,
                path=use.path,
                cell=use.cell,
                line=use.line,
                param=use.param,
                certain=use.certain,
                declared=is_declared,
                field=field,
            )
        )
    return [*answer, *_modules(path, project, kept, declared)]


def code_of(cell: Cell) -> str:
    """The cell's code as Python; nothing of one with errors."""
    code = cellcode.read(cell.source)
    return "" if code.problems else code.prepared


def folder_of(path: Path, project: Path | None) -> str:
    """The notebook's folder as seen from the project, where a relative path in a cell begins."""
    if project is None:
        return ""
    folder = Path(os.path.relpath(path.parent, project)).as_posix()
    return "" if folder == "." else folder


def inside(path: str, project: Path | None) -> str:
    """An absolute path below the project as it is called there."""
    if project is not None and path.startswith(f"{project.as_posix()}/"):
        return path[len(project.as_posix()) + 1 :]
    return path


def is_outside(path: str) -> bool:
    return path.startswith("/") or path == ".." or path.startswith("../")


class _Declared:
    """What the docstring says of the step's files."""

    def __init__(self, directives: Directives, settings: Settings) -> None:
        self._directives = directives
        self._origins = fieldview.origins(directives)
        self._ins = [_normal(item.path) for item in directives.of_kind("in")]
        self._outs = [_normal(item.path) for item in directives.paths if item.kind != "in"]
        if directives.command is not None:
            ins, outs = _of_command(directives.command.text, settings)
            self._ins += ins
            self._outs += outs

    def file(self, use: uses.Use) -> bool:
        """Whether a directive names the file, a folder above it, or the param that has it."""
        if any(
            item.param is not None
            and item.param == use.param
            and (item.kind == "in") == (use.kind == "in")
            for item in self._directives.paths
        ):
            return True
        return self.path(use.path, use.kind == "in")

    def path(self, path: str, is_input: bool) -> bool:
        # What the step itself makes is no input that is missing.
        named = [*self._ins, *self._outs] if is_input else self._outs
        return any(path == one or path.startswith(f"{one}/") for one in named)

    def field(self, use: uses.Use) -> FieldChange | None:
        """The change that names it, where there can be such a directive."""
        if use.kind == "out" and is_outside(use.path):
            return None
        if self._directives.command is not None:
            # Beside a whole command no field can name what is missing in it.
            return None
        param = use.param
        if param is not None and not self._is_free(param):
            param = None
        return _add(use.kind, use.path, param)

    def _is_free(self, name: str) -> bool:
        types = {one.name: one.type.base for one in self._directives.params}
        origin = self._origins.get(name)
        feeds = origin is not None and origin.kind in ("none", "default")
        return feeds and types.get(name) in ("str", "Path")


def _of_command(text: str, settings: Settings) -> tuple[list[str], list[str]]:
    variables = command.Variables(
        script="script.py",
        stage="stage",
        path_name=settings.var_py_cmd_path,
        file_name=settings.var_py_cmd_name,
        meta_name=settings.var_meta_filename,
    )
    try:
        fields = command.translate(text, variables).fields
    except Refused:
        return [], []
    folder = str(fields.get("wdir") or ".")

    def paths(*names: str) -> list[str]:
        elements = [e for name in names for e in _list(fields.get(name))]
        return [
            _normal(posixpath.join(folder, path))
            for element in elements
            for path, _ in outputs(element)
        ]

    return paths("deps"), paths("outs", "metrics", "plots")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _modules(
    path: Path, project: Path | None, kept: Sequence[Cell], declared: _Declared
) -> Iterator[Use]:
    folder = path.parent
    codes = {cell.number: code_of(cell) for cell in kept}
    beside = imports.beside(folder, codes.values())
    found = [(folder, file) for file in beside]
    if project is not None:
        folders = (folder, project, project / "src")
        found += imports.further(folders, codes.values(), beside)
    for base, file in found:
        shown = Path(os.path.relpath(file, project or folder)).as_posix()
        cell, line = _imported(file, base, codes)
        is_declared = declared.path(shown, True)
        yield Use(
            kind="module",
            path=shown,
            cell=cell,
            line=line,
            param=None,
            # Whether Python finds it there hangs on its path.
            certain=base == folder,
            declared=is_declared,
            field=None if is_declared or is_outside(shown) else _add("in", shown, None),
        )


def _imported(file: Path, folder: Path, codes: dict[int, str]) -> tuple[int, int]:
    """The cell and line of the import that brings the module in; of the first one, if another
    module does."""
    top = file.relative_to(folder).parts[0].removesuffix(".py")
    named = re.compile(rf"^[ \t]*(?:import|from)\b.*?(?<!\w){re.escape(top)}(?!\w)", re.MULTILINE)
    any_ = re.compile(r"^[ \t]*(?:import|from)\b", re.MULTILINE)
    for pattern in (named, any_):
        for cell, code in codes.items():
            at = pattern.search(code)
            if at is not None:
                return cell, code.count("\n", 0, at.start()) + 1
    return next(iter(codes), 1), 1


def _add(kind: fieldview.FieldKind, path: str, param: str | None) -> FieldChange:
    return FieldChange(op="add", field=FieldText(kind=kind, path=path, param=param))


def _normal(path: str) -> str:
    return path if "://" in path else posixpath.normpath(path)
