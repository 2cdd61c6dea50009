"""A key of a params file is set, and everything else in the file stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_dvc import params, params_edit
from jupyterlab_dvc.errors import Refused
from jupyterlab_dvc.parameter import parse_type
from jupyterlab_dvc.params import MISSING
from jupyterlab_dvc.typed_value import Unfit, parse
from tests.core.strategies import HOSTILE, fuzzed

YAML = """\
# What the model learns with
train:
  rate: 1e-5   # careful
  layers: [64, 32]  # two
  name: 'a b'

  deep:
    seed: 42
split: 0.2 # last
"""


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("train.rate", parse("0.01", None), "1e-5   # careful", "0.01   # careful"),
        ("train.rate", parse("2e-3", None), "1e-5", "2e-3"),
        ("train.layers", parse("[1,  2]", None), "[64, 32]  # two", "[1,  2]  # two"),
        ("train.layers", [1, 2], "[64, 32]", "[1, 2]"),
        ("train.name", "yes", "'a b'", "'yes'"),
        ("train.deep.seed", 7, "seed: 42", "seed: 7"),
        ("split", "0.3", "0.2 #", "'0.3' #"),
        ("split", None, "0.2 #", "null #"),
        ("train.deep.more", True, "seed: 42\n", "seed: 42\n    more: true\n"),
        ("train.new.a.b", "x", "seed: 42\n", "seed: 42\n  new:\n    a:\n      b: x\n"),
        ("other.key", 1, "split: 0.2 # last\n", "split: 0.2 # last\nother:\n  key: 1\n"),
        ("train.rate", MISSING, "  rate: 1e-5   # careful\n", ""),
        ("split", MISSING, "split: 0.2 # last\n", ""),
        ("train.deep.seed", MISSING, "  deep:\n    seed: 42\n", ""),
        ("train.none", MISSING, "", ""),
        ("none", MISSING, "", ""),
    ],
)
def test_yaml(key: str, value: object, old: str, new: str) -> None:
    expected = YAML.replace(old, new) if old else YAML
    assert params_edit.edited(YAML, "params.yaml", key, value) == expected
    windows = YAML.replace("\n", "\r\n")
    if "\n" not in old and "\n" not in new:
        after = params_edit.edited(windows, "params.yaml", key, value)
        assert after == expected.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("file", "text", "key", "value", "expected"),
    [
        ("params.yaml", "", "a.b", 1, "a:\n  b: 1\n"),
        ("params.yaml", "# only prose", "a", 1, "# only prose\na: 1\n"),
        ("params.yaml", "---\n", "a", 1, "---\na: 1\n"),
        ("params.yaml", "a: 1\n", "a", MISSING, ""),
        ("params.yaml", "# c\na: 1\n# d\n", "a", MISSING, "# c\n# d\n"),
        ("params.yaml", "a: {b: 1}\n", "a.c", 2, "a: {b: 1, c: 2}\n"),
        ("params.yaml", "a: {b: 1, c: 2}\n", "a.b", MISSING, "a: {c: 2}\n"),
        ("params.yaml", "{}\n", "a", 1, "{a: 1}\n"),
        ("params.yaml", "a:\n", "a", 1, "a: 1\n"),
        ("params.yaml", "a:\n", "a.b", 1, "a:\n  b: 1\n"),
        ("params.yaml", "a: 1", "b", 2, "a: 1\nb: 2\n"),
        ("params.yaml", "\ufeffa: 1\n", "a", 2, "\ufeffa: 2\n"),
        ("params.yaml", "a: &x 1\nb: 2\n", "b", 3, "a: &x 1\nb: 3\n"),
        ("params.yaml", "a: [1, 2]\n", "a", "text", "a: text\n"),
        ("params.yaml", "a:\n- 1\n- 2\nb: 3\n", "a", [3], "a:\n- 3\nb: 3\n"),
        ("params.json", '{\n  "a": {"b": 1},\n  "c": "x"\n}\n', "a.b", 2,
         '{\n  "a": {"b": 2},\n  "c": "x"\n}\n'),
        ("params.json", '{\n  "a": 1\n}\n', "c.d", "ä", '{\n  "a": 1,\n  "c": {"d": "ä"}\n}\n'),
        ("params.json", '{"a": 1}', "b", [1, "x"], '{"a": 1, "b": [1, "x"]}'),
        ("params.json", "{}", "b", True, '{"b": true}'),
        ("params.json", "", "b", 1, '{\n  "b": 1\n}\n'),
        ("params.json", '{"a": 1, "b": 2}', "a", MISSING, '{"b": 2}'),
        ("params.json", '{"a": 1, "b": 2}', "b", MISSING, '{"a": 1}'),
        ("params.json", '{"a": 1}', "a", MISSING, "{}"),
        ("params.json", '{\n\t"a": 1\n}', "a", 2, '{\n\t"a": 2\n}'),
        ("params.toml", "# c\n[a]\nb = 1 # why\n", "a.b", 2, "# c\n[a]\nb = 2 # why\n"),
        ("params.toml", "a = 1\n", "b.c", 0.5, "a = 1\n\n[b]\nc = 0.5\n"),
        ("params.toml", "a = 1\nb = 2\n", "a", MISSING, "b = 2\n"),
    ],
)  # fmt: skip
def test_files_of_each_kind(file: str, text: str, key: str, value: object, expected: str) -> None:
    assert params_edit.edited(text, file, key, value) == expected


@pytest.mark.parametrize(
    ("file", "text", "key", "code"),
    [
        ("params.py", "a = 1", "a", "params-format"),
        ("dvc.yaml", "a: 1", "a", "params-format"),
        ("dvc.lock", "a: 1", "a", "params-format"),
        ("notebook.ipynb", "{}", "a", "params-format"),
        ("params.yaml", "[1]", "a", "params-shape"),
        ("params.yaml", "text", "a", "params-shape"),
        ("params.yaml", "a: [", "a", "yaml-invalid"),
        ("params.yaml", "a: 1\na: 2", "a", "yaml-duplicate-key"),
        ("params.json", "{", "a", "params-invalid"),
        ("params.toml", "a = ", "a", "params-invalid"),
        # Another key would change with it.
        ("params.yaml", "a: &x 1\nb: *x\n", "a", "params-entangled"),
        ("params.yaml", "a: &x {c: 1}\nb: *x\n", "b.c", "params-entangled"),
        ("params.yaml", "1: 2\n", "1", "params-entangled"),
    ],
)
def test_what_can_t_be_changed(file: str, text: str, key: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        params_edit.edited(text, file, key, 5)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert str(caught.value)


@pytest.mark.parametrize(
    ("text", "type", "value"),
    [
        ("3", "int", 3),
        ("-1_000", "int", -1000),
        ("3.0", "int", Unfit),
        ("3", "float", 3),
        ("1e-5", "float", 1e-5),
        ("inf", "float", float("inf")),
        ("٣", "int", Unfit),
        ("true", "int", Unfit),
        ("True", "bool", True),
        ("no", "bool", Unfit),
        ("yes", "str", "yes"),
        ("", "str", ""),
        ("", "Optional[str]", ""),
        ("null", "Optional[str]", None),
        ("", "int?", None),
        ("None", "int | None", None),
        ("", "int", Unfit),
        ("2", "Literal[1, 2]", 2),
        ("3", "Literal[1, 2]", Unfit),
        ("[1, 2]", "list[int]", [1, 2]),
        ("[1, x]", "list[int]", Unfit),
        ("[a, 'b c']", "list[str]", ["a", "b c"]),
        ("[true]", "list[int]", Unfit),
        ("[1, 2.5]", "list[float]", [1, 2.5]),
        ("1, 2", "list", Unfit),
        ("[1", "list", Unfit),
        ("[[a]]", "list", Unfit),
        ("3", None, 3),
        ("3.5", None, 3.5),
        ("true", None, True),
        ("text", None, "text"),
        ("2024-01-01", None, "2024-01-01"),
        ("", None, ""),
        ("null", None, None),
    ],
)
def test_what_is_typed_is_of_its_type(text: str, type: str | None, value: object) -> None:
    kind = None if type is None else parse_type(type)
    if value is Unfit:
        with pytest.raises(Unfit):
            parse(text, kind)
        return
    found = parse(text, kind)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)
    # It is read from the file as what it was written as.
    written = params_edit.edited("a: x\n", "params.yaml", "a", found)
    assert params.select(params.parse(written, "params.yaml"), "a") == value


def test_text_stays_text_where_no_type_is_known() -> None:
    assert parse("3", None, "old") == "3"
    assert parse("3", None, 2) == 3


@pytest.mark.parametrize(
    ("text", "key", "source"),
    [
        (YAML, "train.rate", "1e-5"),
        (YAML, "train.layers", "[64, 32]"),
        (YAML, "train.name", None),
        (YAML, "train.deep", None),
        (YAML, "train", None),
        (YAML, "none.at.all", None),
        ("a: &x 1\n", "a", None),
    ],
)
def test_what_a_value_is_spelled_like(text: str, key: str, source: str | None) -> None:
    assert params_edit.spelled(text, "params.yaml", key) == source


values = st.one_of(
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(HOSTILE + "\n\t", max_size=8),
    st.lists(st.one_of(st.integers(-9, 9), st.text(HOSTILE, max_size=3)), min_size=1, max_size=3),
)
keys = st.sampled_from(["a", "b", "a.b", "a.c.d", "e f", "ä.🙂"])


@fuzzed
@given(
    st.lists(st.tuples(keys, values | st.just(MISSING)), max_size=6),
    st.sampled_from(["yaml", "json"]),
)
def test_after_any_edits_the_file_says_what_was_set(
    edits: list[tuple[str, object]], suffix: str
) -> None:
    file, text = f"params.{suffix}", ""
    said: dict[str, object] = {}
    for key, value in edits:
        try:
            text = params_edit.edited(text, file, key, value)
        except Refused as error:
            # A value where a mapping was is what the mapping's own keys speak against.
            assert [problem.code for problem in error.problems] == ["params-entangled"]
            continue
        said = {
            k: v
            for k, v in said.items()
            if not k.startswith(f"{key}.") and not key.startswith(f"{k}.")
        }
        said[key] = value
    data = params.parse(text, file)
    for key, value in said.items():
        assert params.select(data, key) == value or value is MISSING
    if suffix == "json" and text:
        json.loads(text)
