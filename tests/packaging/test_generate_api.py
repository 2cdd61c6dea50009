"""The generator of what the page knows of the wire."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.generate_api import (
    comment,
    literal,
    messages_source,
    row,
    translated,
    type_of,
    types_source,
)


@pytest.mark.parametrize(
    ("schema", "typescript"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer"}, "number"),
        ({"type": "number"}, "number"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "null"}, "null"),
        ({}, "unknown"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"enum": ["a", "it's"]}, r"'a' | 'it\'s'"),
        ({"const": 3}, "3"),
        ({"$ref": "#/$defs/Version"}, "IVersion"),
        ({"type": "array", "items": {"$ref": "#/$defs/Error"}}, "ReadonlyArray<IError>"),
        (
            {"type": "array", "prefixItems": [{"type": "integer"}] * 2, "items": False},
            "readonly [number, number]",
        ),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            "Readonly<Record<string, number>>",
        ),
    ],
)
def test_type_of(schema: dict[str, Any], typescript: str) -> None:
    assert type_of(schema) == typescript


@pytest.mark.parametrize("schema", [{"type": "object"}, {"type": "array"}, {"type": "never"}])
def test_a_schema_without_a_type_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no TypeScript type"):
        type_of(schema)


@pytest.mark.parametrize(
    ("template", "call"),
    [
        ("", "''"),
        ("Plain.", "trans.__('Plain.')"),
        ("{a} then {b}, {a} again", "trans.__('%1 then %2, %1 again', a.a, a.b)"),
        ("The {name!r} stage", r"trans.__('The \'%1\' stage', a.name)"),
        ("Literal {{braces}}", "trans.__('Literal {braces}')"),
        ('"it"\'s \\ ü', "trans.__('\"it\"\\'s \\\\ \\u00fc')"),
        # A bundle shows %% as %, and %1 as the first argument.
        ("50 % of it", "trans.__('50 %% of it')"),
        ("%%time", "trans.__('%%%%time')"),
        ("%1 and %{name}", "trans.__('%%1 and %%%1', a.name)"),
    ],
)
def test_translated(template: str, call: str) -> None:
    assert translated(template) == call


@pytest.mark.parametrize("template", ["{}", "{0}", "{a.b}", "{a:>3}", "{a!s}"])
def test_a_template_that_the_page_cannot_write_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="a message takes"):
        translated(template)


def test_a_row_takes_only_what_it_uses() -> None:
    assert "'x-y': (trans) => ({" in row("x-y", "No argument, a.b is text.", "")
    assert "'x-y': (trans, a) => ({" in row("x-y", "One {place}.", "")


def test_optional_fields_and_comments() -> None:
    source = types_source(
        {
            "Thing": {
                "description": "One.\n\nTwo */ three.",
                "required": ["a"],
                "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            }
        }
    )
    assert "  readonly a: string;\n  readonly b?: string;\n" in source
    assert "/**\n * One.\n *\n * Two * / three.\n */\nexport interface IThing {" in source


def test_order_is_that_of_the_codes() -> None:
    rows = [("b", "B", ""), ("a", "A", "")]
    assert messages_source(rows) == messages_source(reversed(rows))


def test_comment_of_one_line() -> None:
    assert comment("One.") == "/** One. */\n"
    assert literal(None) == "null"
