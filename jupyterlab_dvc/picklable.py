"""What a variable holds that can't be kept in a file, as far as the code tells."""

from __future__ import annotations

import ast
from collections.abc import Collection

# By the last name of what is called, or by all of it.
_CALLS = {
    "open": "an open file",
    "io.open": "an open file",
    "gzip.open": "an open file",
    "bz2.open": "an open file",
    "lzma.open": "an open file",
    "codecs.open": "an open file",
    "os.fdopen": "an open file",
    "tarfile.open": "an open file",
    "ZipFile": "an open file",
    "NamedTemporaryFile": "an open file",
    "TemporaryFile": "an open file",
    "csv.reader": "a reader of an open file",
    "csv.writer": "a writer to an open file",
    "DictReader": "a reader of an open file",
    "DictWriter": "a writer to an open file",
    "memoryview": "a view of memory",
    "sqlite3.connect": "a connection",
    "socket.socket": "a connection",
    "socket.create_connection": "a connection",
    "create_engine": "a connection",
    "Popen": "a process",
    "Pool": "a pool of processes",
    "ThreadPoolExecutor": "a pool of threads",
    "ProcessPoolExecutor": "a pool of processes",
    "Thread": "a thread",
    "Lock": "a lock",
    "RLock": "a lock",
    "Condition": "a lock",
    "Semaphore": "a lock",
    "Event": "a lock",
    "os.scandir": "an iterator over a folder",
    "import_module": "a module",
    "__import__": "a module",
}
_ANYWHERE = frozenset(name for name in _CALLS if name[0].isupper()) | {
    "create_engine",
    "import_module",
}
_CLASSES = frozenset(
    "namedtuple NamedTuple TypedDict NewType TypeVar ParamSpec Enum IntEnum StrEnum Flag IntFlag"
    " make_dataclass type".split()
)


def obstacle(value: ast.expr, generators: Collection[str], modules: Collection[str]) -> str | None:
    """What the value is, where it can't be kept; None where nothing speaks against it.

    Args:
        generators: functions of the notebook that make a generator.
        modules: names of modules.
    """
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if isinstance(value, ast.Lambda):
        return "a lambda"
    if isinstance(value, ast.Name) and value.id in modules:
        return "a module"
    if isinstance(value, ast.Call):
        called = dotted(value.func)
        last = called.rpartition(".")[2]
        if called in generators:
            return "a generator"
        if called in _CALLS or last in _ANYWHERE:
            return _CALLS[called if called in _CALLS else last]
        if isinstance(value.func, ast.Attribute) and value.func.attr == "open":
            owner = value.func.value
            if isinstance(owner, ast.Call) and dotted(owner.func).rpartition(".")[2] == "Path":
                return "an open file"
        if last == "defaultdict" and value.args and isinstance(value.args[0], ast.Lambda):
            return "a defaultdict with a lambda"
    for part in _held(value):
        inner = obstacle(part, generators, modules)
        if inner is not None:
            return inner
    return None


def is_plain(value: ast.expr) -> bool:
    """Whether it is a literal, or one of literals: no class of the notebook is in it."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.UnaryOp):
        return is_plain(value.operand)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return all(map(is_plain, value.elts))
    if isinstance(value, ast.Dict):
        return all(key is not None and is_plain(key) for key in value.keys) and all(
            map(is_plain, value.values)
        )
    return False


def makes_class(value: ast.expr) -> bool:
    """Whether a call makes a class, such as a named tuple's."""
    if not isinstance(value, ast.Call):
        return False
    last = dotted(value.func).rpartition(".")[2]
    return last in _CLASSES and (last != "type" or len(value.args) == 3)


def dotted(node: ast.expr) -> str:
    """``a.b.c`` as text; empty where it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def _held(value: ast.expr) -> list[ast.expr]:
    """The values in a display, and both of a choice."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return value.elts
    if isinstance(value, ast.Dict):
        return value.values
    if isinstance(value, ast.IfExp):
        return [value.body, value.orelse]
    if isinstance(value, ast.ListComp | ast.SetComp):
        return [value.elt]
    if isinstance(value, ast.DictComp):
        return [value.value]
    if isinstance(value, ast.NamedExpr | ast.Starred):
        return [value.value]
    return []
