"""Generated notebooks: the script's cells have the notebook's syntax tree, and do what it did."""

from __future__ import annotations

import ast
import contextlib
import io
import runpy
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_dvc import check, script

from .corpus.running import VALUES, IPython, convert, run_script
from .strategies import DERANDOMIZE

NAMES = st.sampled_from(["a", "b", "c"])
TEXT = st.text(alphabet="ab #'\"\\{}\n\t\r\f%!?é\u2028", max_size=8)


def _triple(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return f'"""{body}"""'


def _format(text: str) -> str:
    body = text.replace("\\", "").replace('"', "").replace("\r", "")
    return f'f"""{body.replace("{", "{{").replace("}", "}}")}{{\n len([1, 2])  \n!r:>{{2 + 1}}}}"""'


LITERALS = st.one_of(
    st.integers(-3, 99).map(repr),
    TEXT.map(repr),
    TEXT.map(ascii),
    TEXT.map(_triple),
    TEXT.map(_format),
    TEXT.map(lambda text: repr(text.encode())),
)
COMMENTS = st.one_of(
    st.just(""),
    st.text(alphabet="ab #'\"\\{}!%é", max_size=8).map(lambda text: "  # " + text),
)
FILLERS = st.sampled_from(["", "", "# comment", "\n", "  # \"'''", "   ", "\n\n# x\n"])


@st.composite
def statements(draw: st.DrawFn, depth: int = 0) -> str:
    """One statement, its lines with comments and blank lines among them."""
    indent = draw(st.sampled_from(["  ", "    ", "\t"]))
    value, name, comment = draw(LITERALS), draw(NAMES), draw(COMMENTS)
    simple = [
        f"{name} = {value}{comment}",
        f"{name} = [{value},{comment}\n\n  {draw(LITERALS)}\n# c\n]",
        f"{name} = {value} \\\n   if 1 else \\\n 2{comment}",
        f"{name} = {value}; {draw(NAMES)} = {draw(LITERALS)};{comment}",
        f"global {name}{comment}",
        f"{name} = ({value}{comment}\n  , 1)",
    ]
    if depth > 1 or draw(st.booleans()):
        return draw(st.sampled_from(simple))
    body = draw(blocks(depth + 1))
    block = "\n".join(body)
    inner = "\n".join(indent + line for line in _pieces(block))
    return draw(
        st.sampled_from(
            [
                f"if True:{comment}\n{inner}",
                f"for {name} in range(2):{comment}\n{inner}",
                f"try:\n{inner}\nfinally:{comment}\n{indent}pass",
                f"with __import__('contextlib').nullcontext():\n{inner}",
            ]
        )
    )


def _pieces(block: str) -> list[str]:
    """The block's logical lines, each of which is indented as one piece."""
    pieces: list[str] = []
    current = ""
    for line in block.split("\n"):
        current = current + "\n" + line if current else line
        try:
            compile("if 1:\n " + current if current[:1] in " \t" else current, "", "exec")
        except SyntaxError:
            continue
        pieces += current.split("\n")[:1] if "\n" not in current else [current]
        current = ""
    return [*pieces, *([current] if current else []), "pass"]


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        parts += [draw(FILLERS) if depth == 0 else "", draw(statements(depth))]
    return parts


def _valid(cell: str) -> bool:
    try:
        compile(cell, "", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


CELLS = blocks().map("\n".join).filter(_valid)
NOTEBOOKS = st.lists(CELLS, min_size=1, max_size=3)


class _WithoutGlobal(ast.NodeTransformer):
    def visit_Global(self, node: ast.Global) -> ast.stmt:
        return ast.Pass()


def _keeps_the_tree(cells: list[str]) -> None:
    folder = Path("/nonexistent")
    step, made = convert(["zero = 0", *cells], folder)
    guard = ast.parse(made.text).body[-1]
    assert isinstance(guard, ast.If)
    expected: list[str] = []
    for cell in ["zero = 0", *cells]:
        tree = _WithoutGlobal().visit(ast.parse(cell))
        expected += [ast.dump(statement) for statement in tree.body]
    assert [ast.dump(statement) for statement in guard.body[1:]] == expected
    assert check.differences(step, made.text.encode(), "s.py") == []
    assert script.is_unedited(made.text)
    for number, line in enumerate(made.text.split("\n"), 1):
        found = script.origin(made, number)
        if found is not None and found[0] > 1 and line.strip() and "pass" not in line:
            assert line.strip() in cells[found[0] - 2] or line.endswith("\\")


def _does_the_same(cells: list[str], run: Callable[[list[str], Path], str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, made = convert([*cells, VALUES], Path(folder))
        path = Path(folder, "mlvtools_case.py")
        path.write_text(made.text, encoding="utf-8", newline="")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            runpy.run_path(str(path), {"_mlvtools_given": {}}, "__main__")
        assert output.getvalue() == run([*cells, VALUES], Path(folder))


def _cell_by_cell(cells: list[str], folder: Path) -> str:
    """What Python makes of the cells one after the other, as a notebook runs them."""
    names: dict[str, object] = {"__name__": "__main__"}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        for cell in cells:
            exec(compile(cell, "<cell>", "exec", dont_inherit=True), names)
    return output.getvalue()


quick = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
long = settings(quick, max_examples=1000, derandomize=DERANDOMIZE)


@quick
@given(NOTEBOOKS)
def test_the_cells_keep_their_syntax_tree(cells: list[str]) -> None:
    _keeps_the_tree(cells)


@quick
@given(NOTEBOOKS)
def test_the_script_does_what_its_cells_do(cells: list[str]) -> None:
    _does_the_same(cells, _cell_by_cell)


@pytest.mark.faults
@long
@given(NOTEBOOKS)
def test_the_cells_keep_their_syntax_tree_for_long(cells: list[str]) -> None:
    _keeps_the_tree(cells)


@pytest.mark.faults
@long
@given(NOTEBOOKS)
def test_the_script_does_what_its_cells_do_for_long(cells: list[str]) -> None:
    _does_the_same(cells, _cell_by_cell)


def _as_ipython_does(cells: list[str], ipython: IPython) -> None:
    with tempfile.TemporaryDirectory() as name:
        places = [Path(name, one) for one in ("a", "b", "c", "d")]
        for place in places:
            place.mkdir()
        _, made = convert([*cells, VALUES], places[0])
        ours = run_script(made, places[0], places[2])
        assert ours == ipython.run([*cells, VALUES], places[1], places[3])


# IPython's newest version empties blank lines within strings, which no script does.
WITHOUT_BLANK_LINES = NOTEBOOKS.filter(
    lambda cells: not any(line.isspace() for cell in cells for line in cell.splitlines())
)


@settings(quick, max_examples=8)
@given(WITHOUT_BLANK_LINES)
def test_the_script_does_what_ipython_did(cells: list[str]) -> None:
    with IPython() as ipython:
        _as_ipython_does(cells, ipython)


@pytest.mark.faults
def test_the_script_does_what_ipython_did_for_long() -> None:
    with IPython() as ipython:

        @settings(long, max_examples=200)
        @given(WITHOUT_BLANK_LINES)
        def run(cells: list[str]) -> None:
            _as_ipython_does(cells, ipython)

        run()
