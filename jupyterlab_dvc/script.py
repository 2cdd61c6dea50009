"""A step as a script: the cells at module level, run by ``python`` or by calling its function."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from . import argument_parser, cellcode, names, naming, runtime, script_header, script_reading
from .cellcode import CellCode
from .errors import Place, Problem, Refused
from .model import Cell, Script, Step

_GIVEN = "_mlvtools_given"
_PARAMETERS = "_mlvtools_parameters"
_CELLS = "_mlvtools_cells"

source = script_header.source
is_unedited = script_header.is_unedited
read_docstring = script_reading.read_docstring

_INDENT = "    "

Origin = tuple[int, int] | None


def code_of(step: Step) -> list[tuple[Cell, CellCode]]:
    """The step's cells as they stand in its script, whose problems are not raised here."""
    found = [(cell, cellcode.read(cell.source, _has_docstring(step, cell))) for cell in step.cells]
    if any(code.awaits for _, code in found):
        return [
            (cell, cellcode.read(cell.source, _has_docstring(step, cell), True))
            for cell, _ in found
        ]
    return found


def _has_docstring(step: Step, cell: Cell) -> bool:
    return step.docstring is not None and step.docstring.cell == cell.number


def render(step: Step) -> Script:
    """The script's text and its line map.

    Raises:
        Refused: a cell is no valid Python by itself, or not as a part of the script.
    """
    cells = code_of(step)
    problems = [
        problem.at(step.notebook, cell.number) for cell, code in cells for problem in code.problems
    ]
    if problems:
        raise Refused(problems)
    return _Assembly(step, cells).script()


class _Assembly:
    """Puts the script together, and keeps account of the cell and line that each line came from."""

    def __init__(self, step: Step, cells: list[tuple[Cell, CellCode]]) -> None:
        self._step = step
        self._cells = [(cell, code) for cell, code in cells if code.lines]
        self._needs = frozenset[str]().union(*(code.needs for _, code in cells))
        self._awaits = any(code.awaits for _, code in cells)

    def script(self) -> Script:
        indent = _INDENT * (2 if self._awaits else 1)
        top = [*self._above(), *self._guard()]
        if self._awaits:
            top += ["", f"{_INDENT}async def {_CELLS}():"]
        parts = ["\n".join(top) + "\n"]
        origins: list[Origin] = [None] * (script_header.HEIGHT + len(top))
        for cell, code in self._cells:
            parts += [indent, "# %%\n", cellcode.block(code, indent)]
            origins.append(None)
            origins += [(cell.number, line.number) for line in code.lines]
        if self._awaits:
            if not self._cells:
                parts.append(f"{indent}pass\n")
            parts.append("\n    _mlvtools_run()\n")
            origins += [None, None]
        body = "".join(parts)
        script = Script(script_header.with_header(self._step.source, body), tuple(origins))
        self._compile(script, parts[0])
        return script

    def _compile(self, script: Script, top: str) -> None:
        """Refuse what is no valid Python together, though each cell is by itself.

        The statements of different cells can't be at odds with each other once `global` and
        `from __future__` are rewritten, so it is enough to compile each cell's block once, which
        is remembered; only where one fails, or cells await, the whole is compiled.
        """
        blocks = [cellcode.block(code, _INDENT) for _, code in self._cells if not code.proven]
        if not self._awaits and all(cellcode.block_compiles(block) for block in blocks):
            text, cells = top, False
        else:
            text, cells = script.text, self._awaits
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                compile(text, "<script>", "exec", dont_inherit=True)
                if cells:
                    _compile_cells(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise Refused([_traced(script, self._step, error)]) from None

    def _above(self) -> Iterator[str]:
        step = self._step
        futures = sorted({name for _, code in self._cells for name in code.futures})
        if futures:
            yield f"from __future__ import {', '.join(futures)}"
        yield ""
        yield ""
        parameters = step.directives.params
        yield f"def {step.function}({argument_parser.signature(parameters)}):"
        if step.docstring is not None:
            yield from quoted_docstring(step.docstring.text).split("\n")
        given = ", ".join(f"{p.name!a}: {argument_parser.handed_over(p)}" for p in parameters)
        yield f"    given = {{{_GIVEN!a}: {{{given}}}}}"
        yield '    return __import__("runpy").run_path(__file__, given, "__main__")'
        yield ""
        yield ""
        yield from argument_parser.function(_PARAMETERS, _GIVEN, parameters)
        needs = self._needs | ({"import_from"} if step.import_folders else set())
        yield from runtime.functions(needs | ({"run"} if self._awaits else set()))
        yield ""
        yield ""

    def _guard(self) -> Iterator[str]:
        step = self._step
        yield 'if __name__ == "__main__":'
        values = ", ".join(parameter.name for parameter in step.directives.params)
        yield f"    [{values}] = {_PARAMETERS}()" if values else f"    {_PARAMETERS}()"
        if "matplotlib" in self._needs:
            yield '    __import__("os").environ.setdefault("MPLBACKEND", "Agg")'
        for folder in reversed(step.import_folders):
            yield f"    _mlvtools_import_from({folder!a})"
        if self._reads_display():
            yield "    try:"
            yield "        from IPython.display import display"
            yield "    except ImportError:"
            yield "        display = print"

    def _reads_display(self) -> bool:
        """Whether the cells count on the ``display`` that every notebook has."""
        if any(parameter.name == "display" for parameter in self._step.directives.params):
            return False
        for _, code in self._cells:
            if "display" in code.prepared:
                found = names.of(code.prepared)
                if "display" in found.binds or "display" in found.reads:
                    return "display" not in found.binds
        return False


def quoted_docstring(text: str) -> str:
    """The literal for a function's docstring, its lines kept, ASCII only."""
    lines = [line.encode("unicode_escape").decode("ascii") for line in text.split("\n")]
    # A quote beside another, or beside the closing ones, would end the literal.
    body = re.sub(r'"(?="|\Z)', r'\\"', "\n".join(lines))
    return f'    """{body}"""'


def _compile_cells(text: str) -> None:
    tree = ast.parse(text)
    last = tree.body[-1]
    assert isinstance(last, ast.If)
    cells = next(node for node in last.body if isinstance(node, ast.AsyncFunctionDef))
    flags = cellcode.FLAGS
    compile(ast.Module(cells.body, []), "<script>", "exec", flags, dont_inherit=True)


def _traced(script: Script, step: Step, error: BaseException) -> Problem:
    found = cellcode.problem(error, script.text)
    origin = None
    if found.place.line is not None and found.place.line <= len(script.lines):
        origin = script.lines[found.place.line - 1]
    if origin is None:
        return found._replace(place=Place(step.notebook))
    return found._replace(place=Place(step.notebook, *origin))


def origin(script: Script, line: int) -> Origin:
    """The cell and line that a line of the script came from."""
    return script.lines[line - 1] if 0 < line <= len(script.lines) else None


def same_code(a: str, b: str) -> bool:
    """Whether two scripts have one syntax tree, the step's docstring and its help texts aside.

    False where either is no Python.
    """
    first, second = _comparable(a), _comparable(b)
    return first is not None and first == second


def _comparable(text: str) -> str | None:
    tree = script_reading.syntax_tree(text)
    if tree is None:
        return None
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        if node.name.startswith(naming.PREFIX) and ast.get_docstring(node, False) is not None:
            node.body = node.body[1:]
        elif node.name == _PARAMETERS:
            for part in ast.walk(node):
                if isinstance(part, ast.keyword) and part.arg == "help":
                    part.value = ast.Constant("")
    return ast.dump(tree)


def joined(code: CellCode) -> str:
    """A cell's code by itself, as it would stand at a module's own level."""
    return "\n".join(line.text for line in code.lines) + "\n"
