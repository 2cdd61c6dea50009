"""Hypothesis strategies for the core's nouns: all that a docstring can say."""

from __future__ import annotations

import keyword
import os
from collections.abc import Callable
from typing import ParamSpec

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from jupyterlab_dvc import parameter
from jupyterlab_dvc.model import (
    Directives,
    Hyperparameter,
    Parameter,
    ParamType,
    PathDirective,
    PathKind,
    Text,
)

P = ParamSpec("P")

# A commit's verdict hangs on the commit alone: other examples are for who looks for a bug.
DERANDOMIZE = "FUZZ_RANDOM" not in os.environ

_examples = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "100")),
    derandomize=DERANDOMIZE,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def fuzzed(test: Callable[P, None]) -> Callable[P, None]:
    """A property whose number of examples FUZZ_EXAMPLES sets."""
    return pytest.mark.fuzzed(_examples(test))


LETTERS = "abcxyzABC_0189äéﬁ中"
# What shells, YAML, Jinja, reST, Python and DVC each give a meaning to.
HOSTILE = "ab .-_/:;#'\"`$(){}[]<>|&*?!~%@=+,^äß中🙂\\"

names = (
    st.text(LETTERS, min_size=1, max_size=6)
    .map(parameter.normal_name)
    .filter(lambda name: parameter.check_name(name) is None and not keyword.issoftkeyword(name))
)
"""Names that a param can have."""

lines = (
    st.text(HOSTILE, min_size=1, max_size=24)
    .map(lambda text: text.strip(" "))
    .filter(lambda text: text and text[0] not in ":{")
)
"""Text of one line that no field and no template begins with, as paths and commands have."""

prose = st.lists(lines, max_size=3).map("\n".join)
"""A description: up to three lines."""

scalars = st.sampled_from(["str", "int", "float", "bool", "Path", "pathlib.Path"])
literals = st.lists(
    st.one_of(st.integers(-9, 9), st.text(HOSTILE, max_size=4)),
    min_size=1,
    max_size=3,
    unique_by=str,
).map(lambda choices: f"Literal[{', '.join(map(repr, choices))}]")
_items = st.one_of(scalars, literals)
_plain = st.one_of(
    _items,
    st.just("list"),
    _items.map(lambda item: f"List[{item}]"),
    _items.map(lambda item: f"list[ {item} ]"),
)
type_texts = st.one_of(
    st.just(""),
    _plain,
    _plain.map(lambda text: f"Optional[{text}]"),
    _plain.map(lambda text: f"{text} | None"),
    _plain.map(lambda text: f"{text}?"),
)
"""Types as a user writes them; empty for none."""


@st.composite
def values(draw: st.DrawFn, type: ParamType) -> object:
    """A Python value that such a param can have."""
    if type.optional and draw(st.booleans()):
        return None
    if type.base == "list":
        return draw(st.lists(values(type.item or ParamType()), max_size=3))
    if type.base == "Literal":
        return draw(st.sampled_from(type.choices))
    return draw(
        {
            "str": st.text(HOSTILE, max_size=8),
            "Path": st.text(HOSTILE, max_size=8),
            "int": st.integers(),
            "float": st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers()),
            "bool": st.booleans(),
        }[type.base]
    )


@st.composite
def parameters(draw: st.DrawFn, name: str) -> Parameter:
    """A param of that name; one in two with a default."""
    type = parameter.parse_type(draw(type_texts))
    text = draw(prose)
    if draw(st.booleans()):
        value = repr(draw(values(type)))
        text = parameter.with_default(text, type, value)
    default, _ = parameter.default_of(text, type)
    return Parameter(name, type, text, default)


texts = lines.map(Text)
commands = lines.filter(lambda line: not line.endswith("\\")).map(Text)
path_kinds: st.SearchStrategy[PathKind] = st.sampled_from(
    ["in", "out", "out-persist", "metric", "plot"]
)


@st.composite
def directives(draw: st.DrawFn) -> Directives:
    """What a docstring without errors can say."""
    found = draw(st.lists(names, max_size=4, unique=True))
    params = tuple(draw(parameters(name)) for name in found)
    switches = {item.name for item in params if item.type.base == "bool"}
    params = tuple(
        item for item in params if item.name.removeprefix("no_") not in switches - {item.name}
    )
    paths_of = [item.name for item in params if item.type.base in ("str", "Path")]
    any_of = [item.name for item in params]
    whole = draw(st.booleans())
    kinds = st.sampled_from(["metric", "plot"]) if whole else path_kinds
    paths = st.builds(PathDirective, kinds, lines, st.sampled_from([None, *paths_of]))
    keys = st.builds(
        Hyperparameter,
        lines.filter(lambda line: ":" not in line),
        st.one_of(st.none(), lines.filter(lambda line: line.removeprefix("./") != "params.yaml")),
        st.sampled_from([None, *any_of]),
    ).filter(lambda item: item.file is None or not item.file.endswith(" "))
    return Directives(
        params=params,
        paths=tuple(draw(st.lists(paths, max_size=4))),
        extras=() if whole else tuple(draw(st.lists(texts, max_size=2))),
        command=draw(commands) if whole else None,
        hyperparameters=tuple(draw(st.lists(keys, max_size=2))),
        stage_name=draw(st.none() | texts),
        desc=draw(st.none() | prose.filter(bool).map(Text)),
        frozen=draw(st.booleans()),
        always_changed=draw(st.booleans()),
    )
