"""The calls in a cell that read or write a file, as its code alone tells; nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from . import cellcode

Kind = Literal["in", "out"]


class Text(NamedTuple):
    """A piece of a path in plain letters."""

    value: str


class Name(NamedTuple):
    """A piece that a variable holds."""

    id: str


class Joined(NamedTuple):
    """Pieces one after the other, or joined as paths are."""

    parts: tuple[Part, ...]
    separator: Literal["", "/"]


class Unknown(NamedTuple):
    """A piece that only running the code would tell."""


Part = Text | Name | Joined | Unknown


class Access(NamedTuple):
    """``certain``: the call does what ``kind`` says, and no more.

    ``sure`` tells that the argument is a path whatever it looks like; else it may be other text.
    """

    kind: Kind
    path: Part
    line: int
    certain: bool = True
    sure: bool = True


@lru_cache(maxsize=5_000)
def of(prepared: str) -> tuple[Access, ...]:
    """The accesses of a cell's code, as ``cellcode.read`` gives it, in the order of its calls."""
    if _MENTIONED.search(prepared) is None:
        return ()
    try:
        tree = cellcode.parse(prepared)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    # A call is made once those in its arguments are.
    calls.sort(key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))
    return tuple(
        access
        for node in calls
        for access in _Call(node).accesses()
        if not isinstance(access.path, Unknown)
    )


_FORMATS = (
    r"csv|tsv|table|fwf|parquet|json|jsonl|ndjson|excel|pickle|feather|hdf|hdf5|stata|sas|spss|orc"
    r"|xml|html|latex|markdown|ipc|avro|netcdf|zarr|file|image|video|audio|delta|arrow|ods|text"
)
_READS = re.compile(
    rf"(?:read|scan)_(?:{_FORMATS})|loadtxt|genfromtxt|fromfile|imread|open_dataset"
)
_MAY_READ = re.compile(
    r"read_(?!sql|clipboard|gbq)\w+|load(?:_\w+)?|open_\w+|from_(?:csv|file|json|pretrained)|mmread"
    r"|loadmat|read|memmap|run_path|connect"
)
_WRITES = re.compile(
    rf"(?:to|write|sink)_(?:{_FORMATS})|savetxt|savez(?:_compressed)?|savefig"
    r"|imsave|imwrite|tofile|ExcelWriter|PdfPages|_mlvtools_write"
)
_MAY_WRITE = re.compile(r"save_\w+|write_\w+|sink_\w+|savemat|mmwrite|write|export_\w+|extractall")
_EITHER_ARGUMENT = frozenset({"save", "dump"})
_OPENERS = frozenset(
    {"io", "builtins", "gzip", "bz2", "lzma", "codecs", "tarfile", "Image", "PIL.Image",
     "rasterio", "fitz", "wave", "xr", "aiofiles"}
)  # fmt: skip
_MODE_SECOND = frozenset({"ZipFile", "TarFile", "File", "Dataset", "HDFStore"})
_KEYWORDS = (
    "filepath_or_buffer", "path_or_buf", "path_or_buffer", "path", "io", "filename", "file",
    "fname", "filepath", "excel_writer", "fp", "f", "source", "uri",
)  # fmt: skip
_MENTIONED = re.compile(
    r"open|read|load|scan|from|mm|mem|run_path|connect|to_|to|write|sink|save|im|Excel|Pdf|export"
    r"|extract|dump|copy|move|rename|replace|glob|listdir|retrieve|walk|iterdir|touch|File|Dataset|HDFStore"
)


class _Call:
    def __init__(self, node: ast.Call) -> None:
        self._node = node
        function = node.func
        self._receiver = function.value if isinstance(function, ast.Attribute) else None
        if isinstance(function, ast.Attribute):
            self._name = function.attr
        else:
            self._name = function.id if isinstance(function, ast.Name) else ""
        self._base = _dotted(self._receiver) if self._receiver is not None else ""

    def accesses(self) -> Iterator[Access]:
        name = self._name
        if name == "open":
            yield from self._open()
        elif name in _MODE_SECOND:
            kind, certain = _of_mode(self._argument(1, "mode"))
            yield from self._one(kind, 0, certain, sure=False)
        elif name in ("read_text", "read_bytes") or (name == "iterdir" and not self._node.args):
            yield from self._own("in")
        elif name in ("write_text", "write_bytes", "touch"):
            yield from self._own("out")
        elif name in ("glob", "rglob", "iglob"):
            yield from self._glob()
        elif name in ("listdir", "scandir", "walk") and self._base in ("", "os"):
            yield from self._one("in", 0)
        elif name in ("copy", "copy2", "copyfile", "copytree", "move") and self._base == "shutil":
            yield from self._one("in", 0, certain=name != "move", keywords=("src",))
            yield from self._one("out", 1, keywords=("dst",))
        elif name in ("copyfile", "copytree", "copy2") and not self._base:
            yield from self._one("in", 0)
            yield from self._one("out", 1)
        elif name in ("rename", "replace"):
            yield from self._rename()
        elif name == "urlretrieve":
            yield from self._one("out", 1, keywords=("filename",))
        elif name in _EITHER_ARGUMENT:
            yield from self._either()
        elif _READS.fullmatch(name):
            yield from self._one("in", 0)
        elif _WRITES.fullmatch(name):
            yield from self._one("out", 0)
        elif _MAY_WRITE.fullmatch(name):
            yield from self._one("out", 0, certain=name != "extractall", sure=False)
        elif _MAY_READ.fullmatch(name):
            yield from self._one("in", 0, certain=name != "connect", sure=False)

    def _open(self) -> Iterator[Access]:
        if self._receiver is None or self._base in _OPENERS:
            kind, certain = _of_mode(self._argument(1, "mode"))
            yield from self._one(kind, 0, certain)
        else:
            # A path's own method takes the mode first.
            kind, certain = _of_mode(self._argument(0, "mode"))
            yield from self._own(kind, certain)

    def _own(self, kind: Kind, certain: bool = True) -> Iterator[Access]:
        if self._receiver is not None:
            yield Access(kind, part(self._receiver), self._node.lineno, certain)

    def _one(
        self,
        kind: Kind,
        position: int,
        certain: bool = True,
        sure: bool = True,
        keywords: Sequence[str] = _KEYWORDS,
    ) -> Iterator[Access]:
        argument = self._argument(position, *keywords)
        if argument is not None:
            yield Access(kind, part(argument), argument.lineno, certain, sure)

    def _either(self) -> Iterator[Access]:
        """``save(path, data)`` and ``dump(data, path)``: whichever of the two is a path."""
        named = self._argument(9, *_KEYWORDS)
        for argument in [*self._node.args[:2], *([named] if named is not None else [])]:
            yield Access("out", part(argument), argument.lineno, True, sure=False)

    def _glob(self) -> Iterator[Access]:
        pattern = self._argument(0, "pattern", "pathname")
        if (self._receiver is None or self._base == "glob") and pattern is not None:
            found = part(pattern)
            if isinstance(found, Text):
                folder = re.split(r"[*?\[]", found.value)[0].rpartition("/")[0]
                found = Text(folder or ".")
            yield Access("in", found, pattern.lineno, certain=False)
        else:
            yield from self._own("in", certain=False)

    def _rename(self) -> Iterator[Access]:
        if self._base == "os":
            yield from self._one("in", 0, certain=False, keywords=("src",))
            yield from self._one("out", 1, keywords=("dst",))
        elif isinstance(self._receiver, ast.Call) and len(self._node.args) == 1:
            # Of text there are two arguments; a path is made by a call.
            yield from self._own("in", certain=False)
            yield from self._one("out", 0, keywords=("target",))

    def _argument(self, position: int, *keywords: str) -> ast.expr | None:
        if position < len(self._node.args):
            found = self._node.args[position]
            return None if isinstance(found, ast.Starred) else found
        for keyword in self._node.keywords:
            if keyword.arg in keywords:
                return keyword.value
        return None


def part(node: ast.expr) -> Part:
    """What of a path an expression gives."""
    if isinstance(node, ast.Constant):
        return Text(node.value) if isinstance(node.value, str) else Unknown()
    if isinstance(node, ast.Name):
        return Name(node.id)
    if isinstance(node, ast.JoinedStr):
        return _joined([_formatted(value) for value in node.values], "")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
        separator: Literal["", "/"] = "/" if isinstance(node.op, ast.Div) else ""
        return _joined([part(node.left), part(node.right)], separator)
    if isinstance(node, ast.Call):
        return _of_call(node)
    return Unknown()


def _formatted(node: ast.expr) -> Part:
    if isinstance(node, ast.FormattedValue):
        plain = node.conversion == -1 and node.format_spec is None
        return part(node.value) if plain else Unknown()
    return part(node)


def _of_call(node: ast.Call) -> Part:
    name = _dotted(node.func)
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        return Unknown()
    arguments = [part(argument) for argument in node.args]
    joins = name in ("join", "os.path.join", "path.join", "posixpath.join") and len(arguments) > 1
    if joins or name.rpartition(".")[2] in ("Path", "PurePath", "PosixPath"):
        return _joined(arguments or [Text(".")], "/")
    if name in ("str", "os.fspath", "os.path.abspath", "os.path.normpath") and arguments:
        return arguments[0]
    if isinstance(node.func, ast.Attribute):
        own = part(node.func.value)
        if node.func.attr == "joinpath":
            return _joined([own, *arguments], "/")
        if node.func.attr in ("resolve", "absolute", "as_posix") and not arguments:
            return own
    return Unknown()


def _joined(parts: list[Part], separator: Literal["", "/"]) -> Part:
    if all(isinstance(one, Unknown) for one in parts):
        return Unknown()
    return parts[0] if len(parts) == 1 else Joined(tuple(parts), separator)


def _of_mode(node: ast.expr | None) -> tuple[Kind, bool]:
    if node is None:
        return "in", True
    mode = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(mode, str):
        return "in", False
    if "a" in mode or "+" in mode:
        # What is there already counts too.
        return "out", False
    return ("out", True) if "w" in mode or "x" in mode else ("in", True)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        above = _dotted(node.value)
        return f"{above}.{node.attr}" if above else ""
    return ""
