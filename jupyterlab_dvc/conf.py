"""A project's settings: `.mlvtools` (JSON) or `[tool.jupyterlab-dvc]` of `pyproject.toml`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import NotFound, Place, Problem, Refused, warning

MLVTOOLS = ".mlvtools"
PYPROJECT = "pyproject.toml"
TABLE = "jupyterlab-dvc"

_PATHS = ("python_script_root_dir", "dvc_cmd_root_dir", "dvc_metadata_root_dir")
_VARIABLES = {
    "dvc_var_python_cmd_path": "MLV_PY_CMD_PATH",
    "dvc_var_python_cmd_name": "MLV_PY_CMD_NAME",
    "dvc_var_meta_filename": "MLV_DVC_META_FILENAME",
}
_KEYS = ("path", "ignore_keys", *_VARIABLES, "docstring_conf", "python", "keep_runs")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A configuration is a page; more is a mistake or an attack (aliases multiply what a file holds).
_MOST_BYTES = 10_000_000
_MOST_NODES = 100_000
_DEEPEST = 200


@dataclass(frozen=True)
class Settings:
    """What the configuration says, defaults filled in; paths are joined to ``work_dir``.

    ``dvc_cmd_root`` is None where it isn't set; the classic commands then use the default.
    ``origin`` is the file that was read, None without one. ``python`` is the interpreter for runs,
    ``keep_runs`` how many of them are kept. ``problems`` are warnings.
    """

    work_dir: Path
    script_root: Path
    dvc_cmd_root_default: Path
    dvc_cmd_root: Path | None = None
    metadata_root_set: bool = False
    ignore_keys: tuple[str, ...] = ("# No effect",)
    var_py_cmd_path: str = "MLV_PY_CMD_PATH"
    var_py_cmd_name: str = "MLV_PY_CMD_NAME"
    var_meta_filename: str = "MLV_DVC_META_FILENAME"
    docstring_conf: Path | None = None
    python: str | None = None
    keep_runs: int | None = None
    origin: Path | None = None
    problems: tuple[Problem, ...] = ()


def load(work_dir: Path, conf_file: Path | None = None) -> Settings:
    """The settings for a working folder: from ``conf_file``, else from what stands in it.

    `.mlvtools` wins over `pyproject.toml`, as a whole; that is said in ``problems``. Only a
    ``conf_file`` that ends in `.toml` is read as TOML.

    Raises:
        NotFound: the ``conf_file`` is not there.
        Refused: a file that can't be read, broken JSON or TOML, unknown keys, wrong types.
    """
    if conf_file is not None:
        text = _text(conf_file)
        if conf_file.suffix == ".toml":
            return _settings(work_dir, conf_file, text, _table(conf_file, text) or {})
        return _settings(work_dir, conf_file, text, _json(conf_file, text))
    pyproject = work_dir / PYPROJECT
    toml = _text(pyproject) if pyproject.is_file() else ""
    # Without the name there is no table, and nothing needs a TOML parser.
    mentioned = TABLE in toml
    mlvtools = work_dir / MLVTOOLS
    if mlvtools.exists():
        text = _text(mlvtools)
        both: tuple[Problem, ...] = ()
        if mentioned and _table(pyproject, toml) is not None:
            both = (warning("conf-both", Place(str(mlvtools)), table=TABLE),)
        return _settings(work_dir, mlvtools, text, _json(mlvtools, text), both)
    table = _table(pyproject, toml) if mentioned else None
    if table is None:
        return _settings(work_dir, None, "", {})
    return _settings(work_dir, pyproject, toml, table)


def load_docstring_conf(path: Path) -> dict[str, object]:
    """The configuration of templates (YAML 1.2); an empty file is an empty one.

    Raises:
        NotFound: it is not there.
        Refused: no YAML, no mapping, or more than a configuration can hold.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = _text(path)
    place = Place(str(path))
    try:
        found = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        reason = error.problem or error.context or "it is not valid"
        raise Refused.of("conf-yaml", place._replace(line=line), reason=_one_line(reason)) from None
    except (YAMLError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refused.of("conf-yaml", place, reason=_one_line(reason)) from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Refused.of("conf-yaml", place, reason="it holds no mapping")
    _nodes(found, place, {}, ())
    return found


def _nodes(value: object, place: Place, known: dict[int, int], above: tuple[int, ...]) -> int:
    """How many nodes the value has with its aliases written out."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) in known:
        return known[id(value)]
    if id(value) in above or len(above) > _DEEPEST:
        raise Refused.of("conf-yaml", place, reason="it is nested too deeply")
    inner = value.values() if isinstance(value, dict) else value
    total = 1 + sum(_nodes(item, place, known, (*above, id(value))) for item in inner)
    if total > _MOST_NODES:
        raise Refused.of("conf-yaml", place, reason="it holds too much")
    known[id(value)] = total
    return total


def _text(path: Path) -> str:
    place = Place(str(path))
    try:
        if path.is_file() and path.stat().st_size > _MOST_BYTES:
            raise Refused.of("file-unreadable", place, reason="it is too big for a configuration")
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound.of("conf-missing", place) from None
    except OSError as error:
        raise Refused.of("file-unreadable", place, reason=error.strerror or str(error)) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused.of("conf-not-utf8", place._replace(line=line)) from None


def _json(path: Path, text: str) -> Mapping[str, object]:
    place = Place(str(path))

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Refused.of("conf-twice", _at(path, text, twice), key=twice)
        return found

    try:
        found = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        place = place._replace(line=error.lineno, column=error.colno)
        raise Refused.of("conf-json", place, reason=error.msg) from None
    except (RecursionError, ValueError):
        raise Refused.of("conf-json", place, reason="it is nested too deeply") from None
    if not isinstance(found, dict):
        raise Refused.of("conf-json", place, reason="it holds no object")
    return found


def _table(path: Path, text: str) -> Mapping[str, object] | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        # Without a line it is the end of the document.
        place = Place(str(path), line=int(line[1]) if line else text.rstrip().count("\n") + 1)
        reason = re.sub(r" \(at [^)]*\)$", "", str(error))
        raise Refused.of("conf-toml", place, reason=_one_line(reason)) from None
    tool = found.get("tool")
    table = tool.get(TABLE) if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise Refused.of("conf-type", _at(path, text, TABLE), key=f"tool.{TABLE}", type="a table")
    return table


def _settings(
    work_dir: Path,
    origin: Path | None,
    text: str,
    found: Mapping[str, object],
    problems: tuple[Problem, ...] = (),
) -> Settings:
    reader = _Reader(origin or work_dir, text)
    reader.unknown(found, _KEYS, "")
    folders = reader.mapping(found, "path")
    reader.unknown(folders, _PATHS, "path.")
    scripts, commands, metadata = (reader.path(folders, key, "path.") for key in _PATHS)
    ignore_keys = reader.texts(found, "ignore_keys")
    variables = {key: reader.variable(found, key) or name for key, name in _VARIABLES.items()}
    if len(set(variables.values())) < len(variables):
        reader.refuse("conf-same-variable", "dvc_var_python_cmd_path", keys=", ".join(_VARIABLES))
    docstring_conf = reader.path(found, "docstring_conf")
    python = reader.text(found, "python")
    keep_runs = reader.count(found, "keep_runs")
    if reader.problems:
        raise Refused(reader.problems)
    if metadata is not None:
        place = reader.place("dvc_metadata_root_dir")
        problems += (warning("conf-without-effect", place, key="path.dvc_metadata_root_dir"),)
    defaults = Settings(work_dir, work_dir / "pipeline" / "scripts", work_dir / "pipeline" / "dvc")
    return Settings(
        work_dir=work_dir,
        script_root=defaults.script_root if scripts is None else work_dir / scripts,
        dvc_cmd_root_default=defaults.dvc_cmd_root_default,
        dvc_cmd_root=None if commands is None else work_dir / commands,
        metadata_root_set=metadata is not None,
        ignore_keys=defaults.ignore_keys if ignore_keys is None else ignore_keys,
        var_py_cmd_path=variables["dvc_var_python_cmd_path"],
        var_py_cmd_name=variables["dvc_var_python_cmd_name"],
        var_meta_filename=variables["dvc_var_meta_filename"],
        docstring_conf=None if docstring_conf is None else work_dir / docstring_conf,
        python=python,
        keep_runs=keep_runs,
        origin=origin,
        problems=problems,
    )


class _Reader:
    """Takes values out of a parsed configuration and collects what is wrong with them."""

    def __init__(self, path: Path, text: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._text = text

    def place(self, key: str) -> Place:
        return _at(self._path, self._text, key)

    def refuse(self, code: str, key: str, prefix: str = "", **args: str) -> None:
        self.problems.append(Problem(code, {"key": prefix + key, **args}, self.place(key)))

    def unknown(self, found: Mapping[str, object], keys: tuple[str, ...], prefix: str) -> None:
        for key in found:
            if key in keys:
                continue
            import difflib

            near = difflib.get_close_matches(key.replace("-", "_").lower(), keys, 1, 0.0)
            proposal = f"`{prefix}{near[0]}`" if near else ""
            known = ", ".join(prefix + name for name in keys)
            self.refuse("conf-unknown", key, prefix, near=proposal or known, known=known)

    def mapping(self, found: Mapping[str, object], key: str) -> Mapping[str, object]:
        value = found.get(key)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.refuse("conf-type", key, type="an object with " + ", ".join(_PATHS))
        return {}

    def text(self, found: Mapping[str, object], key: str, prefix: str = "") -> str | None:
        value = found.get(key)
        if value is None:
            return None
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value
        self.refuse("conf-type", key, prefix, type="a text that is not empty, on one line")
        return None

    path = text

    def texts(self, found: Mapping[str, object], key: str) -> tuple[str, ...] | None:
        value = found.get(key)
        if value is None:
            return None
        # An empty one would stand in every comment.
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(value)
        self.refuse("conf-type", key, type="a list of texts that are not empty")
        return None

    def count(self, found: Mapping[str, object], key: str) -> int | None:
        value = found.get(key)
        if value is None or (isinstance(value, int) and value is not True and value > 0):
            return value
        self.refuse("conf-type", key, type="a number from 1")
        return None

    def variable(self, found: Mapping[str, object], key: str) -> str | None:
        value = self.text(found, key)
        if value is None or _VARIABLE.fullmatch(value):
            return value
        self.refuse("conf-variable", key, value=value)
        return None


def _at(path: Path, text: str, key: str) -> Place:
    """Where the key stands; its first mention will do, since a configuration is short."""
    found = re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])[\"']?\s*[:=\]]", text)
    return Place(str(path), line=text.count("\n", 0, found.start()) + 1 if found else None)


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
