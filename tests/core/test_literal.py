"""Where a docstring stands in a cell's source, and what Python makes of it."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import docstring
from jupyterlab_dvc.model import Docstring
from tests.core.strategies import fuzzed


@pytest.mark.parametrize(
    ("source", "text", "lines"),
    [
        ('"""a"""', "a", (1,)),
        ("'''a\nb'''\nx = 1", "a\nb", (1, 2)),
        ('"a"', "a", (1,)),
        ("'a'", "a", (1,)),
        ('r"""a\\b"""', "a\\b", (1,)),
        ('R"""a"""', "a", (1,)),
        ('u"""a"""', "a", (1,)),
        ('"""a"""; x = 1', "a", (1,)),
        ('"""a"""  # why', "a", (1,)),
        ('# why\n\n# No effect\n"""a\nb"""', "a\nb", (4, 5)),
        ('    """\n    a\n    """\n    x = 1', "\n    a\n    ", (1, 2, 3)),
        ('\t"""a"""', "a", (1,)),
        ('\n\n  \n"""a"""', "a", (4,)),
        ('\f"""a"""', "a", (1,)),
        ('\ufeff"""a"""', "a", (1,)),
        ('"""a"""\r\n%matplotlib inline\r\n!ls ?', "a", (1,)),
        ('"""a"""\nthis is ( no Python', "a", (1,)),
        ('"""a\r\nb\rc"""', "a\nb\nc", (1, 2, 3)),
        ('"""a \\\n  b\nc"""', "a   b\nc", (1, 3)),
        ('"""a\\nb\n c"""', "a\nb\n c", (1, 1, 2)),
        ('"a" "b"', "ab", (1,)),
        ('"a" \\\n"b"', "ab", (1,)),
        ('(\n  "a\\n"  # one\n  "b"\n)', "a\nb", (2, 2)),
        ('"""\\x41\\u00e4\\N{BULLET}\\101\\""""', 'Aä•A"', (1,)),
        ('"""\\d"""', "\\d", (1,)),
        ('""""""', "", (1,)),
    ],
)
def test_a_docstring_is_the_first_statement(source: str, text: str, lines: tuple[int, ...]) -> None:
    assert docstring.locate(source, 2) == Docstring(text, 2, lines)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# only a comment",
        "x = 1",
        'x = 1\n"""a"""',
        "import os; 'a'",
        '%matplotlib inline\n"""a"""',
        '%%time\n"""a"""',
        '!ls\n"""a"""',
        'b"""a"""',
        'f"""a"""',
        'rb"""a"""',
        '"""a""" + b',
        '"""a""".strip()',
        '"""a""", 1',
        '"""a""" % x',
        '("a", )',
        '("a"',
        '"a" f"{b}"',
        '"""a',
        '"a\nb"',
        '"""\\x1"""',
        '"""\\N{NO SUCH THING}"""',
        '"""\\U00110000"""',
    ],
)
def test_what_is_no_docstring(source: str) -> None:
    assert docstring.locate(source, None) is None


@fuzzed
@given(st.text("ab\\\"'\n\r {}xNu0178ä", max_size=12), st.sampled_from(["", "r"]), st.booleans())
def test_the_text_is_what_python_reads(body: str, prefix: str, triple: bool) -> None:
    quote = '"""' if triple else "'"
    source = f"{prefix}{quote}{body}{quote}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            statement = ast.parse(source).body[0]
        except (SyntaxError, IndexError):
            return  # What comes after a docstring may be anything; the table above has these.
    value = getattr(getattr(statement, "value", None), "value", None)
    expected = value if isinstance(value, str) else None
    found = docstring.locate(source, None)
    assert (found and found.text) == expected
    if found is not None:
        assert len(found.lines) == found.text.count("\n") + 1
