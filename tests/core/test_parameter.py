"""Types, names and defaults of params."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import parameter
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.model import Parameter, ParamType
from tests.core.strategies import fuzzed, prose, type_texts, values

INT = ParamType("int")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("str", ParamType("str")),
        ("int", INT),
        ("float", ParamType("float")),
        ("bool", ParamType("bool")),
        ("Path", ParamType("Path")),
        ("pathlib.Path", ParamType("Path")),
        ("list", ParamType("list")),
        ("List", ParamType("list")),
        ("list[int]", ParamType("list", INT)),
        ("List[int]", ParamType("list", INT)),
        ("typing.List[ int ]", ParamType("list", INT)),
        ("List[Literal['a']]", ParamType("list", ParamType("Literal", choices=("a",)))),
        ("Optional[int]", ParamType("int", optional=True)),
        ("typing.Optional[int]", ParamType("int", optional=True)),
        ("int | None", ParamType("int", optional=True)),
        ("int|None", ParamType("int", optional=True)),
        ("None | int", ParamType("int", optional=True)),
        ("int?", ParamType("int", optional=True)),
        ("int ?", ParamType("int", optional=True)),
        ("Optional[List[int]]", ParamType("list", INT, True)),
        ("list[int] | None", ParamType("list", INT, True)),
        ("Literal['a', \"b\", 1, -2, True]", ParamType("Literal", choices=("a", "b", 1, -2, True))),
        ("Literal['a', None]", ParamType("Literal", None, True, ("a",))),
        ("Literal['a'] | None", ParamType("Literal", None, True, ("a",))),
        ("Literal['a:b, c]', ' ']", ParamType("Literal", choices=("a:b, c]", " "))),
    ],
)
def test_a_type_is_read(text: str, expected: ParamType) -> None:
    found = parameter.parse_type(f" {text} ")
    assert found.source == text
    assert (found.base, found.item and found.item.base, found.optional, found.choices) == (
        expected.base,
        expected.item and expected.item.base,
        expected.optional,
        expected.choices,
    )
    assert [type(choice) for choice in found.choices] == [type(c) for c in expected.choices]


def test_no_type_is_text() -> None:
    assert parameter.parse_type("") == ParamType()


@pytest.mark.parametrize(
    "text",
    [
        "dict", "tuple", "set", "bytes", "complex", "object", "Any", "np.ndarray", "a.b.Path",
        "Str", "None", "?", "Optional", "Optional[]", "Optional[int", "Literal", "Literal[]",
        "Literal[a]", "Literal[b'a']", "Literal[1j]", "Literal[None]",
        "Literal[1, 1e400]", "List[]", "List[dict]",
        "List[List[int]]", "List[Optional[int]]", "List[int, str]", "Dict[str, int]", "int | str",
        "int | str | None", "None | None", "Union[int, None]", "int or None", "str int", "'int'",
        "int # a", "int)", "(int", "int,", "1", "lambda: 1", "list(int)", "\x00", "int\ud800",
        "[" * 5_000, "List[" * 5_000, "int" + "|None" * 30_000,
    ],
)  # fmt: skip
def test_any_other_type_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parameter.parse_type(text)
    assert caught.value.problems[0].code == "param-type-unknown"


@pytest.mark.parametrize(
    "text", ["Literal[1, '1']", "Literal[True, 'True']", "Literal['None', None]"]
)
def test_choices_that_look_the_same_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="look the same"):
        parameter.parse_type(text)


@pytest.mark.parametrize(
    "name", ["a", "C_list", "_", "_a", "match", "type", "self", "h", "no_x", "ä", "x1"]
)
def test_a_name_that_will_do(name: str) -> None:
    assert parameter.check_name(name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "param-name-invalid"),
        ("1a", "param-name-invalid"),
        ("a-b", "param-name-invalid"),
        ("a.b", "param-name-invalid"),
        ("--a", "param-name-invalid"),
        ("a$(x)", "param-name-invalid"),
        ("class", "param-name-keyword"),
        ("None", "param-name-keyword"),
        ("async", "param-name-keyword"),
        ("help", "param-name-help"),
        ("__file__", "param-name-dunder"),
        ("__debug__", "param-name-keyword"),
    ],
)
def test_a_name_that_will_not_do(name: str, code: str) -> None:
    problem = parameter.check_name(name)
    assert problem is not None and problem.code == code
    assert problem.message and problem.hint


@pytest.mark.parametrize(("name", "option"), [("C_list", "--C-list"), ("a", "--a"), ("_a", "---a")])
def test_the_option_of_a_name(name: str, option: str) -> None:
    assert Parameter(name).option == option


@pytest.mark.parametrize(
    ("type", "text", "default"),
    [
        ("int", "Defaults to 5.", "5"),
        ("int", "The depth. Defaults to 5.", "5"),
        ("int", "The depth. Defaults  to\n  5 .", "5"),
        ("int", "Defaults to -1_000.", "-1_000"),
        ("int", "Defaults to 0x1F.", "0x1F"),
        ("float", "Defaults to 0.5.", "0.5"),
        ("float", "Defaults to 5.", "5"),
        ("float", "Defaults to 5..", "5."),
        ("float", "Defaults to -1e-5.", "-1e-5"),
        ("bool", "Defaults to True.", "True"),
        ("str", "Defaults to 'a'.", "'a'"),
        ("str", 'Defaults to "a. b".', '"a. b"'),
        ("str", "Defaults to 'Defaults to 1.'.", "'Defaults to 1.'"),
        ("str", r"Defaults to '\n\x00\''.", r"'\n\x00\''"),
        ("str", "Defaults to r'\\d'.", "r'\\d'"),
        ("str", "Defaults to '\\d'.", "'\\d'"),
        ("", "Defaults to ''.", "''"),
        ("Path", "Defaults to './a b'.", "'./a b'"),
        ("list", "Defaults to ['a'].", "['a']"),
        ("List[int]", "Defaults to [1, -2].", "[1, -2]"),
        ("List[float]", "Defaults to [1, .5].", "[1, .5]"),
        ("List[int]", "Defaults to [].", "[]"),
        ("List[int]", "Defaults to [1,\n   2].", "[1, 2]"),
        ("Optional[int]", "Defaults to None.", "None"),
        ("int | None", "Defaults to 3.", "3"),
        ("Literal['a', 1]", "Defaults to 1.", "1"),
        ("Literal['a', 1]", 'Defaults to "a".', '"a"'),
        ("int", "Not 4. Defaults to 4. Defaults to 5.", "5"),
    ],
)
def test_a_default_is_the_literal_at_the_end(type: str, text: str, default: str) -> None:
    assert parameter.default_of(text, parameter.parse_type(type)) == (default, None)


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("int", "Defaults to -4.", -4),
        ("Optional[int]", "Defaults to None.", None),
        ("List[int]", "Defaults to [1,\n   2].", [1, 2]),
        ("str", "Defaults to 'a'\n   'b'.", "ab"),
        ("str", "Defaults to '''a\n  b'''\n   'c'.", "a\n  bc"),
    ],
)
def test_a_default_s_value(type: str, text: str, value: object) -> None:
    default, _ = parameter.default_of(text, parameter.parse_type(type))
    assert default is not None
    assert parameter.value_of(default) == value


@pytest.mark.parametrize(
    ("type", "text", "code"),
    [
        ("int", "", None),
        ("int", "How many.", None),
        ("int", "The default is chosen elsewhere.", None),
        ("int", "See mydefaults to 5.", None),
        ("int", "Defaults to 5. Or more.", "param-default-not-literal"),
        ("int", "Defaults to 5", "param-default-form"),
        ("int", "defaults to 5.", "param-default-form"),
        ("int", "Default: 5", "param-default-form"),
        ("int", "default=5", "param-default-form"),
        ("int", "Defaults to five.", "param-default-not-literal"),
        ("int", "Defaults to 5.0.", "param-default-not-literal"),
        ("int", "Defaults to '5'.", "param-default-not-literal"),
        ("int", "Defaults to True.", "param-default-not-literal"),
        ("int", "Defaults to None.", "param-default-not-literal"),
        ("int", "Defaults to 5  # five.", "param-default-not-literal"),
        ("int", "Defaults to 1, 2.", "param-default-not-literal"),
        ("int", "Defaults to 1)+(2.", "param-default-not-literal"),
        ("int", "Defaults to 1 + 2.", "param-default-not-literal"),
        ("int", "Defaults to int('5').", "param-default-not-literal"),
        ("int", "Defaults to " + "9" * 5_000 + ".", "param-default-not-literal"),
        ("float", "Defaults to 1j.", "param-default-not-literal"),
        ("float", "Defaults to inf.", "param-default-not-literal"),
        ("bool", "Defaults to 1.", "param-default-not-literal"),
        ("bool", "Defaults to true.", "param-default-not-literal"),
        ("str", "Defaults to a.", "param-default-quotes"),
        ("str", "Defaults to `a`.", "param-default-quotes"),
        ("str", "Defaults to b'a'.", "param-default-quotes"),
        ("str", "Defaults to f'a'.", "param-default-quotes"),
        ("Path", "Defaults to ./a.", "param-default-quotes"),
        ("Path", "Defaults to Path('a').", "param-default-quotes"),
        ("List[int]", "Defaults to (1, 2).", "param-default-not-literal"),
        ("List[int]", "Defaults to ['a'].", "param-default-not-literal"),
        ("Literal['a', 1]", "Defaults to True.", "param-default-not-literal"),
        ("Literal['a', 1]", "Defaults to 'b'.", "param-default-not-literal"),
    ],
)
def test_anything_else_is_prose_and_mentioned_where_it_looks_like_one(
    type: str, text: str, code: str | None
) -> None:
    default, mention = parameter.default_of(text, parameter.parse_type(type))
    assert default is None
    assert (mention and mention.code) == code
    if mention is not None:
        assert mention.severity == "warning"


@fuzzed
@given(type_texts, prose, st.data())
def test_a_default_that_is_set_is_read_again(
    text: str, description: str, data: st.DataObject
) -> None:
    type = parameter.parse_type(text)
    first, second = (repr(data.draw(values(type))) for _ in range(2))
    described = parameter.with_default(description, type, first)
    assert parameter.default_of(described, type) == (first, None)
    changed = parameter.with_default(described, type, second)
    assert parameter.default_of(changed, type) == (second, None)
    assert parameter.with_default(changed, type, None) == description.rstrip()
