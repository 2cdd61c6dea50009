"""Generated files, generated changes: outside of the stage's own lines every byte stays."""

from __future__ import annotations

import io
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_dvc import yaml_text
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.model import Stage
from jupyterlab_dvc.stage_fields import META_KEY, fingerprint
from jupyterlab_dvc.yaml_nodes import Document, Other

from .strategies import DERANDOMIZE

FEW = settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
MANY = settings(FEW, max_examples=1500, derandomize=DERANDOMIZE)

# Texts that YAML takes for something else, or that need quotes, among ordinary ones.
TRICKY = [
    "yes",
    "no",
    "on",
    "y",
    "null",
    "~",
    "1e-5",
    "010",
    "0o17",
    "0x1F",
    "12:30:45",
    "1_000",
    ".5",
    "-1",
    "+1",
    ".inf",
    ".nan",
    "2020-01-01",
    "2020-01-01 10:00:00",
    "true",
    "=",
    "<<",
    "- x",
    "-",
    "? x",
    ": x",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "'",
    '"',
    "it's",
    '"q"',
    "[a]",
    "{a}",
    "a, b",
    "a]",
    "---",
    "--- a",
    "...",
    " a",
    "a ",
    "",
    "a\tb",
    "a\nb",
    "\n",
    "a\\b",
    "\\n",
    "ü",
    "😀",
    "\x07",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\u202e",
    "${x}",
    "\\${x}",
    "0b101",
    "1.",
    "1.e3",
    "0.0",
    "-.inf",
    "1:2",
    "None",
    "0",
    "00",
    "1e5",
    "1E+5",
    "e5",
    "a\rb",
    "x" * 300,
    "word " * 50 + "end",
]

characters = st.characters(exclude_categories=["Cs"])
texts = st.one_of(st.sampled_from(TRICKY), st.text(characters, max_size=12))
words = st.text(string.ascii_lowercase, min_size=1, max_size=6)


@given(value=texts)
@settings(FEW, max_examples=150)
def test_every_text_reads_back_in_both_versions_of_yaml(value: str) -> None:
    import yaml
    from ruamel.yaml import YAML

    for style in (None, "'", '"'):
        for flow in (False, True):
            text = yaml_text.scalar(value, flow=flow, style=style)
            assert "\n" not in text
            lines = f"a:\n- [x, {text}, y]\n" if flow else f"a: {text}\nb:\n- {text}\n"
            for loaded in (
                YAML(typ="safe", pure=True).load(lines),
                yaml.safe_load(lines),
                Document(lines, "x").data(Document(lines, "x").root),  # type: ignore[arg-type]  # never empty here
            ):
                assert loaded in ({"a": [["x", value, "y"]]}, {"a": value, "b": [value]})


@given(text=texts)
@settings(FEW, max_examples=150)
def test_plain_scalars_mean_what_dvc_takes_them_for(text: str) -> None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    line = f"a: {text}"
    try:
        expected = YAML(typ="safe", pure=True).load(line)
    except (YAMLError, ValueError):
        return
    if not isinstance(expected, dict) or set(expected) != {"a"}:
        return
    try:
        document = Document(line, "x")
    except Exception:
        # libyaml is stricter about a few characters; nothing is written then.
        return
    assert document.root is not None
    ours = document.data(document.root)["a"]
    theirs = expected["a"]
    if isinstance(ours, Other) or (isinstance(theirs, float) and theirs != theirs):
        return
    assert (ours, type(ours)) == (theirs, type(theirs))


# A file in many notations.


@st.composite
def blanks(draw: st.DrawFn, indent: int) -> str:
    lines = draw(
        st.lists(st.sampled_from(["", " " * indent + "# note: 'x", "#", "   "]), max_size=2)
    )
    return "".join(line + "\n" for line in lines)


@st.composite
def scalar_texts(draw: st.DrawFn, value: str, flow: bool = False) -> str:
    style = draw(st.sampled_from([None, "'", '"']))
    return yaml_text.scalar(value, flow=flow, style=style)


@st.composite
def comments(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", "  # c: 1", " #"]))


@st.composite
def list_lines(draw: st.DrawFn, key: str, values: list[Any], indent: int) -> str:
    in_brackets: bool = draw(st.booleans())
    if in_brackets and all(isinstance(value, str) for value in values):
        inner = ", ".join(draw(scalar_texts(value, True)) for value in values)
        return " " * indent + f"{key}: [{inner}]{draw(comments())}\n"
    more = draw(st.sampled_from([0, 2]))
    text = " " * indent + f"{key}:{draw(comments())}\n"
    for value in values:
        text += draw(blanks(indent + more))
        dash = " " * (indent + more) + "- "
        if isinstance(value, str):
            text += dash + draw(scalar_texts(value)) + draw(comments()) + "\n"
        else:
            ((path, flags),) = value.items()
            text += dash + draw(scalar_texts(path)) + ":" + draw(comments()) + "\n"
            for flag, on in flags.items():
                text += " " * (indent + more + 4) + f"{flag}: {yaml_text.scalar(on)}\n"
    return text


paths = st.one_of(words, st.sampled_from([t for t in TRICKY if t and "\n" not in t]))
flags = st.sampled_from([{"cache": False}, {"persist": True}, {"cache": False, "persist": True}])


@st.composite
def stage_fields(draw: st.DrawFn) -> dict[str, Any]:
    fields: dict[str, Any] = {"cmd": draw(paths)}
    for key in ("deps", "params", "outs", "metrics", "plots"):
        names = draw(st.lists(paths, unique=True, max_size=3))
        wanted: bool = draw(st.booleans())
        if names and wanted:
            fields[key] = [
                {name: draw(flags)} if key == "outs" and draw(st.booleans()) else name
                for name in names
            ]
    described: bool = draw(st.booleans())
    if described:
        fields["desc"] = draw(paths)
    frozen: bool = draw(st.booleans())
    if frozen:
        fields["frozen"] = True
    return fields


def signed(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "meta": {META_KEY: {"notebook": "n.ipynb", "sha256": fingerprint(fields)}}}


@st.composite
def stage_texts(draw: st.DrawFn, name: str, fields: dict[str, Any], indent: int) -> str:
    text = " " * indent + f"{name}:{draw(comments())}\n"
    keys = draw(st.permutations(list(fields)))
    inner = indent + draw(st.sampled_from([1, 2, 4]))
    for key in keys:
        text += draw(blanks(inner))
        value = fields[key]
        if isinstance(value, list):
            text += draw(list_lines(key, value, inner))
        elif isinstance(value, dict):
            text += "\n".join(yaml_text.pair(key, value, inner)) + "\n"
        else:
            written = yaml_text.scalar(value) if value is True else draw(scalar_texts(value))
            text += " " * inner + f"{key}: {written}{draw(comments())}\n"
    return text


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, str, dict[str, Any]]:
    """What stands before a stage, the stage, what stands after it, and the stage's fields."""
    indent = draw(st.sampled_from([1, 2, 4]))
    before = draw(
        st.sampled_from(["", "# top\n", "vars:\n- x: 1\n\n", "---\n", "%YAML 1.2\n---\n"])
    )
    before += f"stages:{draw(comments())}\n"
    fields = draw(stage_fields())
    names = draw(st.lists(words.map(lambda w: "s-" + w), unique=True, max_size=2))
    position = draw(st.integers(0, len(names)))
    others = [
        draw(blanks(indent)) + draw(stage_texts(name, draw(stage_fields()), indent))
        for name in names
    ]
    own = draw(stage_texts("train", signed(fields), indent))
    after = "".join(others[position:])
    after += draw(st.sampled_from(["", "# end\n", "\nplots:\n- p.csv\n", "# no line end"]))
    parts = [before + "".join(others[:position]), own, after]
    with_returns: bool = draw(st.booleans())
    if with_returns and not any("\r" in part for part in parts):
        parts = [part.replace("\n", "\r\n") for part in parts]
    return parts[0], parts[1], parts[2], fields


def _load(text: str) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(io.StringIO(text, newline=""))


def _check_update(
    file: tuple[str, str, str, dict[str, Any]], fields: dict[str, Any], force: bool
) -> None:
    before, own, after, old = file
    text = before + own + after
    same = DvcYaml(text).with_stage(Stage("train", signed(old)), force=force)
    assert (same.kind, same.text, same.edited_by_hand) == ("same", text, ())

    new = Stage("train", signed(fields))
    change = DvcYaml(text).with_stage(new, force=force)
    assert change.edited_by_hand == ()
    assert change.text.startswith(before)
    assert change.text.endswith(after)
    if "\r\n" in text:
        assert change.text.count("\n") == change.text.count("\r\n")
    data = _load(change.text)
    assert fingerprint(data["stages"]["train"]) == fingerprint(fields)
    assert data["stages"]["train"]["meta"] == new.fields["meta"]
    assert {k: v for k, v in data["stages"].items() if k != "train"} == {
        k: v for k, v in _load(text)["stages"].items() if k != "train"
    }
    again = DvcYaml(change.text).with_stage(new)
    assert (again.kind, again.text) == ("same", change.text)


@given(file=files(), fields=stage_fields(), force=st.booleans())
@FEW
def test_an_update_touches_only_its_own_lines(
    file: tuple[str, str, str, dict[str, Any]], fields: dict[str, Any], force: bool
) -> None:
    _check_update(file, fields, force)


@pytest.mark.faults
@given(file=files(), fields=stage_fields(), force=st.booleans())
@MANY
def test_an_update_touches_only_its_own_lines_at_length(
    file: tuple[str, str, str, dict[str, Any]], fields: dict[str, Any], force: bool
) -> None:
    _check_update(file, fields, force)


@given(file=files(), fields=stage_fields())
@FEW
def test_a_new_stage_is_one_piece_more(
    file: tuple[str, str, str, dict[str, Any]], fields: dict[str, Any]
) -> None:
    text = "".join(file[:3])
    new = Stage("added", signed(fields))
    change = DvcYaml(text).with_stage(new)
    head = 0
    while head < len(text) and text[head] == change.text[head]:
        head += 1
    assert change.text.endswith(text[head:])
    assert fingerprint(_load(change.text)["stages"]["added"]) == fingerprint(fields)
    assert _load(text)["stages"].items() <= _load(change.text)["stages"].items()
