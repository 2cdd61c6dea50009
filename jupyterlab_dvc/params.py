"""``params.yaml`` and other files of hyperparameters, read as DVC reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

from .errors import Place, Refused

ReadParams = Callable[[str], object]
"""From a file's path relative to ``dvc.yaml`` to its data; None where the file is missing."""

MISSING: Final = object()
"""What ``select`` gives for a key that isn't there (None is a value)."""


def reader(root: Path) -> ReadParams:
    """Reads each file once."""
    known: dict[str, object] = {}

    def read(file: str) -> object:
        if file not in known:
            known[file] = load(root / file, file)
        return known[file]

    return read


def load(path: Path, shown: str) -> object:
    """A params file's data as DVC reads them, by the file's suffix; None where there is no file.

    Raises:
        Refused: the file can't be read or parsed.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise Refused.of("yaml-not-utf8", Place(shown)) from error
    except OSError as error:
        raise Refused.of(
            "file-unreadable", Place(shown), reason=error.strerror or str(error)
        ) from error
    return parse(text, shown)


def parse(text: str, shown: str) -> object:
    """The data in a params file's text, by the suffix of its name.

    Raises:
        Refused: it can't be parsed.
    """
    suffix = PurePath(shown).suffix.lower()
    try:
        if suffix == ".json":
            return json.loads(text) if text.strip() else {}
        if suffix == ".toml":
            return _toml(text)
        if suffix == ".py":
            return _python(text)
    except (ValueError, SyntaxError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise Refused.of("params-invalid", Place(shown, line=line), reason=str(error)) from error
    from .yaml_nodes import Document

    document = Document(text.removeprefix("\ufeff"), shown)
    return document.data(document.root) if document.root is not None else {}


def _toml(text: str) -> object:
    try:
        import tomllib
    except ImportError:  # Python 3.10
        import tomlkit

        return tomlkit.parse(text).unwrap()
    return tomllib.loads(text)


def _python(text: str) -> dict[str, object]:
    import ast

    def value_of(node: ast.expr) -> object:
        return ast.literal_eval(node)

    def collect(body: Sequence[ast.stmt], only_self: bool = False) -> Iterator[tuple[str, object]]:
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                yield statement.name, dict(collect(statement.body))
            elif isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                yield from collect(statement.body, only_self=True)
            elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
                targets = (
                    [statement.target]
                    if isinstance(statement, ast.AnnAssign)
                    else statement.targets
                )
                if len(targets) != 1 or statement.value is None:
                    continue
                target = targets[0]
                if isinstance(target, ast.Name) and not only_self:
                    name = target.id
                elif (
                    isinstance(target, ast.Attribute)
                    and isinstance(target.value, ast.Name)
                    and target.value.id == "self"
                ):
                    name = target.attr
                else:
                    continue
                try:
                    yield name, value_of(statement.value)
                except ValueError:
                    continue

    return dict(collect(ast.parse(text).body))


def select(data: object, key: str) -> object:
    """The value of a dotted key; ``MISSING`` where there is none."""
    for part in key.split("."):
        if isinstance(data, Mapping) and part in data:
            data = data[part]
        elif isinstance(data, (list, tuple)) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return MISSING
    return data
