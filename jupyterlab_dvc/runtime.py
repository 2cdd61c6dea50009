"""The functions that a script brings along for what IPython did; standard library only."""

from __future__ import annotations

_EXPAND = '''\
def _mlvtools_expand(text, frame):
    """Fill in {expressions} and $names as IPython does; text that can't be filled in stays."""
    import re
    import string

    names = {**frame.f_globals, **frame.f_locals}
    dollar = re.compile(r"\\$(\\$?[\\w.]+)(?=(?:[^']*'[^']*')*[^']*$)")
    formatter = string.Formatter()
    parts = []
    try:
        for literal, field, specification, conversion in formatter.parse(text):
            position = 0
            for found in dollar.finditer(literal):
                parts.append(literal[position : found.start()])
                name = found[1]
                parts.append(name if name[0] == "$" else format(eval(name, dict(names))))
                position = found.end()
            parts.append(literal[position:])
            if field is not None:
                if specification:
                    field = field + ":" + specification
                value = formatter.convert_field(eval(field, dict(names)), conversion)
                parts.append(format(value))
    except Exception:
        return text
    return "".join(parts)
'''

_SHELL = '''\
def _mlvtools_shell(command):
    """Run a shell command; its exit code only goes to _exit_code."""
    import os
    import subprocess
    import sys

    frame = sys._getframe(1)
    command = _mlvtools_expand(command, frame)
    sys.stdout.flush()
    sys.stderr.flush()
    code = subprocess.call(command, shell=True, executable=os.environ.get("SHELL"))
    frame.f_globals["_exit_code"] = code
'''

_LINES = '''\
def _mlvtools_lines(command):
    """The lines that a shell command prints."""
    import os
    import subprocess
    import sys

    command = _mlvtools_expand(command, sys._getframe(1))
    sys.stdout.flush()
    sys.stderr.flush()
    output = subprocess.run(
        command,
        shell=True,
        executable=os.environ.get("SHELL"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ).stdout
    return output.decode("utf-8", "replace").splitlines()
'''

_SCRIPT = '''\
def _mlvtools_script(program, check, *rest):
    """Run a shell's script; what it prints on the streams o and e is returned, if asked for."""
    import subprocess
    import sys

    *captured, text = rest
    streams = captured[0] if captured else ""
    sys.stdout.flush()
    sys.stderr.flush()
    done = subprocess.run(
        [program],
        input=text.encode(),
        stdout=subprocess.PIPE if "o" in streams else None,
        stderr=subprocess.PIPE if "e" in streams else None,
    )
    if check:
        done.check_returncode()
    outputs = {"o": done.stdout, "e": done.stderr}
    return [outputs[stream].decode("utf-8", "replace") for stream in streams]
'''

_WRITE = '''\
def _mlvtools_write(name, mode, text):
    """Write or append a text to a file."""
    import os
    import sys

    name = os.path.expanduser(_mlvtools_expand(name, sys._getframe(1)))
    with open(name, mode, encoding="utf-8") as file:
        file.write(text)
'''

_ENV = '''\
def _mlvtools_env(text):
    """Set an environment variable, or get it."""
    import os
    import sys

    text = _mlvtools_expand(text, sys._getframe(1))
    name, sign, value = text.partition("=" if "=" in text else " ")
    if not sign:
        return os.environ[name.strip()]
    os.environ[name.strip()] = value.strip()
'''

_ONCE = '''\
def _mlvtools_once(text):
    """Run a statement that was only timed: what it binds is gone after it."""
    import sys

    frame = sys._getframe(1)
    exec(text, {**frame.f_globals, **frame.f_locals})
'''

_IMPORT_FROM = '''\
def _mlvtools_import_from(folder):
    """Import modules from the notebook's folder first, as its kernel does."""
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.normpath(os.path.join(here, folder)))
'''

_RUN = '''\
def _mlvtools_run():
    """Run the cells as what they are: the module's own code, in which await may stand."""
    import ast
    import asyncio

    with open(__file__, "rb") as file:
        tree = ast.parse(file.read(), __file__)
    cells = next(node for node in tree.body[-1].body if isinstance(node, ast.AsyncFunctionDef))
    module = ast.Module(cells.body, [])
    cells = eval(compile(module, __file__, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), globals())
    if cells is not None:
        asyncio.run(cells)
'''

_FUNCTIONS = {
    "expand": _EXPAND,
    "shell": _SHELL,
    "lines": _LINES,
    "script": _SCRIPT,
    "write": _WRITE,
    "env": _ENV,
    "once": _ONCE,
    "import_from": _IMPORT_FROM,
    "run": _RUN,
}
_EXPANDING = frozenset({"shell", "lines", "write", "env"})


def functions(needs: frozenset[str]) -> list[str]:
    """The lines of the functions needed, each after two blank lines, always in one order."""
    if needs & _EXPANDING:
        needs = needs | {"expand"}
    lines: list[str] = []
    for name, text in _FUNCTIONS.items():
        if name in needs:
            lines += ["", "", *text.rstrip("\n").split("\n")]
    return lines
