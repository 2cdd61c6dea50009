"""One field is changed in the source of a cell, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import docstring, literal
from jupyterlab_dvc.docstring_edit import Add, Change, Move, Remove, Replace, edit, edit_text, plan
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.fields import read_fields
from tests.core.strategies import directives, fuzzed, lines

DATA = "    :param str  data : the data\n        over two lines\n"
N = "    :param int n:   how many\n"
TWO = '""":dvc-in: a\n  :dvc-out: b"""'
BEFORE = '''# why
"""Title  "quoted" \\\\ \\x41

    :param str  data : the data
        over two lines
    :param int n:   how many
\t :dvc-in data: ./a\\\\b
    text after it, kept

    :returns:  nothing
    """
data = "x"
'''


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Replace(6, ":dvc-in data: ./c"), "\t :dvc-in data: ./a\\\\b\n", "\t :dvc-in data: ./c\n"),
        (Replace(6, ":dvc-out: a\\b"), "\t :dvc-in data: ./a\\\\b\n", "\t :dvc-out: a\\\\b\n"),
        (
            Replace(3, ":param Path data: it"),
            DATA,
            "    :param Path data: it\n",
        ),
        (
            Replace(5, ":param int n: how\n    many"),
            N,
            "    :param int n: how\n        many\n",
        ),
        (Remove(5), N, ""),
        (Remove(3), DATA, ""),
        # Without the blank line the text would become part of the param above.
        (Remove(6), "\t :dvc-in data: ./a\\\\b\n", "\n"),
        (Add(":param b: x"), "how many\n", "how many\n    :param b: x\n"),
        (Add(":dvc-metric: m"), "after it, kept\n", "after it, kept\n\t :dvc-metric: m\n"),
        (Add(":param b: x", before=3), "\n\n    :param str", "\n\n    :param b: x\n    :param str"),
        (
            Move(5, before=3),
            DATA + N,
            N + DATA,
        ),
        (
            Move(3, before=6),
            DATA + N,
            N + DATA,
        ),
        (Move(3, before=5), "", ""),
        (Move(3, before=3), "", ""),
    ],
)
def test_only_its_own_lines_change(change: Change, old: str, new: str) -> None:
    assert BEFORE.count(old) == 1 or not old
    assert edit(BEFORE, change) == BEFORE.replace(old, new)


GROUPS = '"""\n:param int n: x\n\n:dvc-in: aa\n:dvc-in: ab\n:dvc-out: b\n"""\n'


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # Blank lines part groups: what goes before a field stays in that one's.
        (Move(5, before=4), ":param int n: x\n\n:dvc-in: ab\n:dvc-in: aa\n:dvc-out: b\n"),
        (Move(6, before=4), ":param int n: x\n\n:dvc-out: b\n:dvc-in: aa\n:dvc-in: ab\n"),
        (Add(":dvc-in: z", before=4), "n: x\n\n:dvc-in: z\n:dvc-in: aa\n"),
    ],
)
def test_a_field_goes_right_before_the_one_that_was_named(change: Change, expected: str) -> None:
    assert expected in edit(GROUPS, change)


@pytest.mark.parametrize(
    ("change", "splice"),
    [
        (Remove(4), (21, 33, "")),
        (Remove(5), (33, 45, "")),
        (Add(":dvc-in: ac"), (45, 45, ":dvc-in: ac\n")),
        (Add(":dvc-in: ac", before=5), (33, 33, ":dvc-in: ac\n")),
    ],
)
def test_whole_lines_come_and_go(change: Change, splice: tuple[int, int, str]) -> None:
    """A cursor in the line below stays there, though the lines begin alike."""
    assert tuple(plan(GROUPS, change)) == splice


@pytest.mark.parametrize(
    ("source", "change", "expected"),
    [
        # No docstring yet.
        ("", Add(":dvc-in: a"), '"""\n:dvc-in: a\n"""'),
        ("x = 1", Add(":dvc-in: a"), '"""\n:dvc-in: a\n"""\nx = 1'),
        ("(a, b) = 1, 2", Add(":dvc-in: a"), '"""\n:dvc-in: a\n"""\n(a, b) = 1, 2'),
        ("'a'.upper()", Add(":dvc-in: a"), '"""\n:dvc-in: a\n"""\n\'a\'.upper()'),
        ("  x = 1\r\n", Add(":dvc-in: a"), '  """\r\n  :dvc-in: a\r\n  """\r\n  x = 1\r\n'),
        ("# c\nx = 1", Add(':param a: """'), '"""\n:param a: \\"\\"\\"\n"""\n# c\nx = 1'),
        # An empty one.
        ('""""""', Add(":dvc-in: a"), '"""\n:dvc-in: a"""'),
        ('"""\n"""', Add(":dvc-in: a"), '"""\n:dvc-in: a\n"""'),
        ('"""Prose."""', Add(":dvc-in: a"), '"""Prose.\n\n:dvc-in: a"""'),
        ('    """Prose.\n    """', Add(":dvc-in: a"), '    """Prose.\n\n    :dvc-in: a\n    """'),
        # The opening and the closing quotes share their lines with fields.
        ('""":dvc-in: a"""', Add(":dvc-out: b"), '""":dvc-in: a\n:dvc-out: b"""'),
        ('""":dvc-in: a"""', Remove(1), '""""""'),
        ('""":dvc-in: a"""', Replace(1, ':dvc-in: b"'), '""":dvc-in: b\\""""'),
        (TWO, Remove(1), '"""\n  :dvc-out: b"""'),
        (TWO, Remove(2), '""":dvc-in: a"""'),
        (TWO, Move(1), '"""\n  :dvc-out: b\n  :dvc-in: a"""'),
        (TWO, Move(2, 1), '"""\n  :dvc-out: b\n  :dvc-in: a"""'),
        (
            TWO, Add(":param c:", 1),
            '"""\n  :param c:\n  :dvc-in: a\n  :dvc-out: b"""',
        ),
        # Quotes of each kind, and what has to be escaped in them.
        ("'''\n:dvc-in: a\n'''", Replace(2, ":dvc-in: a '''"), "'''\n:dvc-in: a \\'\\'\\'\n'''"),
        ("':dvc-in: a'", Replace(1, ":dvc-in: it's"), "':dvc-in: it\\'s'"),
        ("':dvc-in: a'", Add(":dvc-out: b"), "':dvc-in: a\\n:dvc-out: b'"),
        ("':dvc-in: a\\n:dvc-out: b'", Remove(1), "'\\n:dvc-out: b'"),
        ('r"""\n:dvc-in: a\n"""', Replace(2, ":dvc-in: b\\c"), 'r"""\n:dvc-in: b\\c\n"""'),
        ('r""":dvc-in: a"""', Add(":dvc-out: b\\"), 'r""":dvc-in: a\n:dvc-out: b\\\n"""'),
        ('"""\n:dvc-in: a\n"""', Replace(2, ":dvc-in: b\\c"), '"""\n:dvc-in: b\\\\c\n"""'),
        (
            '"""\n:dvc-in: a\n"""', Replace(2, ":param a: \x07\ud800"),
            '"""\n:param a: \\x07\\ud800\n"""',
        ),
        # Line ends stay what they are.
        (
            '"""\r\n:dvc-in: a\r\n"""\r\n', Add(":dvc-out: b"),
            '"""\r\n:dvc-in: a\r\n:dvc-out: b\r\n"""\r\n',
        ),
        ('"""\r:dvc-in: a\r"""', Add(":dvc-out: b"), '"""\r:dvc-in: a\r:dvc-out: b\r"""'),
        # What follows the docstring need not be Python.
        ('"""\n:dvc-in: a\n"""\n%%x (', Replace(2, ":dvc-in: b"), '"""\n:dvc-in: b\n"""\n%%x ('),
        # Strings that Python joins, as long as the change stays in one.
        ('":dvc-in: a\\n" "b"', Replace(1, ":dvc-in: c"), '":dvc-in: c\\n" "b"'),
    ],
)  # fmt: skip
def test_a_change_in_any_kind_of_literal(source: str, change: Change, expected: str) -> None:
    assert edit(source, change) == expected


@pytest.mark.parametrize(
    ("source", "change", "code"),
    [
        ('"""\n:dvc-in: a\n"""', Remove(1), "edit-no-field"),
        ('"""\n:dvc-in: a\n"""', Remove(99), "edit-no-field"),
        ('"""\n:dvc-in: a\n"""', Move(2, 1), "edit-no-field"),
        ('"""\n:dvc-in: a\n"""', Add(":dvc-in: b", 3), "edit-no-field"),
        ("x = 1", Remove(1), "edit-no-field"),
        ('"""\n"""', Add("prose"), "edit-not-one"),
        ('"""\n"""', Add(""), "edit-not-one"),
        ('"""\n"""', Add(":dvc-in: a\n:dvc-in: b"), "edit-not-one"),
        ('"""\n"""', Add(":dvc-in: a\nb"), "edit-not-one"),
        ('"""\n"""', Add(":unknown: a"), "edit-not-one"),
        ('"""\n"""', Add(":dvc-in: a\n"), "edit-not-one"),
        ('"""\n"""', Add(":dvc-in:"), "path-missing"),
        ('"""\n:dvc-in: a\n"""', Replace(2, ":param help:"), "param-name-help"),
        ("%%time\nx = 1", Add(":dvc-in: a"), "edit-magic"),
        ('"""broken', Add(":dvc-in: a"), "edit-broken"),
        ('f"""{x}"""', Add(":dvc-in: a"), "edit-broken"),
        ("('a' 'b'", Add(":dvc-in: a"), "edit-broken"),
        ("(a, b = 1", Add(":dvc-in: a"), "edit-broken"),
        ("r':dvc-in: a'", Add(":dvc-in: b"), "edit-one-line"),
        ("r':dvc-in: a'", Replace(1, ":dvc-in: b'"), "edit-impossible"),
        ('r"""\n:dvc-in: a\n"""', Replace(2, ':dvc-in: """'), "edit-impossible"),
    ],
)
def test_what_cannot_be_changed_is_refused(source: str, change: Change, code: str) -> None:
    with pytest.raises(Refused) as caught:
        edit(source, change)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert str(caught.value)


def test_bare_text_is_changed_too() -> None:
    text = ":param a: x\n:dvc-in a: p"
    assert edit_text(text, Replace(1, ":param b: y")) == ":param b: y\n:dvc-in a: p"
    assert edit_text(text, Remove(1)) == ":dvc-in a: p"
    assert edit_text(text, Remove(2)) == ":param a: x"
    assert edit_text(text, Move(2, 1)) == ":dvc-in a: p\n:param a: x"
    assert edit_text("", Add(":dvc-in: a")) in (":dvc-in: a", "\n:dvc-in: a")


LITERALS = [("", '"""'), ("", "'''"), ("r", '"""'), ("", '"'), ("", "'"), ("r", "'''")]


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A cell's source with a docstring: fields among prose, in some literal, among other code."""
    prefix, quote = draw(st.sampled_from(LITERALS))
    indent = draw(st.sampled_from(["", "    ", "\t"]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    blocks = docstring.write(draw(directives())).split("\n")
    for place in draw(st.lists(st.integers(0, len(blocks)), max_size=3)):
        blocks[place:place] = ["", draw(lines), ""] if draw(st.booleans()) else [""]
    if draw(st.booleans()):
        blocks = ["", *blocks, ""]
    text = [line if number == 0 else indent + line for number, line in enumerate(blocks)]
    if prefix == "r":
        body = newline.join(line.replace(quote[0], "").rstrip("\\") for line in text)
    else:
        escaped = [line.replace("\\", "\\\\").replace(quote[0], "\\" + quote[0]) for line in text]
        body = (newline if len(quote) == 3 else "\\n").join(escaped)
    above = draw(st.sampled_from(["", "# why" + newline]))
    below = draw(st.sampled_from(["", newline, f"{newline}{indent}x = 1{newline}!ls (", "; x"]))
    return f"{above}{indent}{prefix}{quote}{body}{quote}{below}"


def located(source: str) -> str:
    found = docstring.locate(source, None)
    assert found is not None
    return found.text


def fields_of(text: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(field.key, field.args, field.first, field.rest) for field in read_fields(text)]


def kept_lines(text: str, own: tuple[int, int]) -> list[str]:
    """The lines that have text, but for those of the field itself."""
    numbered = enumerate(text.split("\n"), 1)
    return [line.strip() for n, line in numbered if line.strip() and not own[0] <= n <= own[1]]


@fuzzed
@given(cells(), st.data())
def test_an_edit_touches_its_field_and_can_be_undone(source: str, data: st.DataObject) -> None:
    text = located(source)
    fields = read_fields(text)
    new = docstring.write(data.draw(directives())).replace("\n\n", "\n")
    texts = [
        "\n".join(new.split("\n")[field.line - 1 : field.end]) for field in read_fields(new)
    ] or [":dvc-in: x"]
    text_of = st.sampled_from(texts)
    changes: list[st.SearchStrategy[Change]] = [st.builds(Add, text_of)]
    if fields:
        line = st.sampled_from([field.line for field in fields])
        changes += [
            st.builds(Add, text_of, line),
            st.builds(Replace, line, text_of),
            st.builds(Remove, line),
            st.builds(Move, line, st.none() | line),
        ]
    change = data.draw(st.one_of(changes))
    try:
        splice = plan(source, change)
    except Refused as error:
        # A raw literal can't hold each text; any other can.
        assert {problem.code for problem in error.problems} <= {"edit-impossible", "edit-one-line"}
        assert 'r"""' in source or "r'''" in source
        return
    after = splice.apply(source)
    assert splice.inverse(source).apply(after) == source
    # Nothing outside the literal moved, and nothing in it but the field.
    bounds = literal.find(source)
    assert bounds is not None and bounds.start <= splice.start <= splice.stop <= bounds.stop
    changed = located(after)
    old, left = fields_of(text), fields_of(changed)
    if isinstance(change, Add):
        (added,) = fields_of(change.text)
        assert sorted(left) == sorted([*old, added])
        # Where a field like it was there before, any of them may be the new one.
        places = [n for n in range(len(left)) if left[:n] + left[n + 1 :] == old]
        spans = [(read_fields(changed)[n].line, read_fields(changed)[n].end) for n in places]
        assert kept_lines(text, (0, 0)) in [kept_lines(changed, span) for span in spans]
        return
    chosen = next(n for n, field in enumerate(fields) if field.line == change.line)
    own_lines = (fields[chosen].line, fields[chosen].end)
    others = old[:chosen] + old[chosen + 1 :]
    if isinstance(change, Remove):
        assert left == others
        assert kept_lines(changed, (0, 0)) == kept_lines(text, own_lines)
    elif isinstance(change, Replace):
        assert left == [*old[:chosen], *fields_of(change.text), *old[chosen + 1 :]]
        own = read_fields(changed)[chosen]
        assert kept_lines(changed, (own.line, own.end)) == kept_lines(text, own_lines)
    else:
        before = next((n for n, field in enumerate(fields) if field.line == change.before), None)
        place = len(others) if before is None else before - (before > chosen)
        assert left == [*others[:place], old[chosen], *others[place:]]
        assert sorted(kept_lines(changed, (0, 0))) == sorted(kept_lines(text, (0, 0)))


@fuzzed
@given(cells(), lines)
def test_what_is_added_can_be_removed_again_to_the_byte(source: str, path: str) -> None:
    try:
        after = edit(source, Add(f":dvc-out: {path}"))
    except Refused:
        assert 'r"""' in source or "r'''" in source
        return
    old, new = fields_of(located(source)), fields_of(located(after))
    # Where a field like it was there before, any of them may be the new one.
    places = [n for n in range(len(new)) if new[:n] + new[n + 1 :] == old]
    without = [edit(after, Remove(read_fields(located(after))[n].line)) for n in places]
    if located(after).count("\n") == located(source).count("\n") + 1 and places[0]:
        assert source in without
    else:
        # Blank lines that keep prose apart stay.
        assert {tuple(fields_of(located(each))) for each in without} == {tuple(old)}
