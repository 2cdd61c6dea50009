"""Templates in a docstring."""

from __future__ import annotations

import pytest

from jupyterlab_dvc import templating
from jupyterlab_dvc.errors import Place, Refused
from jupyterlab_dvc.model import Docstring


def doc(text: str) -> Docstring:
    """A docstring whose first line is line 11 of cell 2."""
    return Docstring(text, 2, tuple(range(11, 12 + text.count("\n"))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("{a} ${b} \\${c} {}", False),
        ("${#array[@]}", False),
        ("{{ conf.a }}", True),
        ("{% if conf.a %}", True),
        ("{# why #}", True),
    ],
)
def test_what_is_a_template(text: str, expected: bool) -> None:
    assert templating.has_template(text) is expected


@pytest.mark.parametrize(
    ("text", "conf", "expected", "lines"),
    [
        ("a\nb", {}, "a\nb", (11, 12)),
        (":dvc-in: {{ conf.a }}", {"a": "./x y"}, ":dvc-in: ./x y", (11,)),
        ("x\n:dvc-in: {{conf['a']}}\n", {"a": 1}, "x\n:dvc-in: 1\n", (11, 12, 13)),
        ("{{ conf.a.b[0] }}", {"a": {"b": [3]}}, "3", (11,)),
        ("{{ conf.items }}", {"items": "x"}, "x", (11,)),
        ("{{ conf.a | upper }}", {"a": "x"}, "X", (11,)),
        ("{{ conf.a }}", {"a": None}, "None", (11,)),
        ("{{ '%03d' % conf.a }} {{ '%s/%s' | format(conf.a, 2) }}", {"a": 7}, "007 7/2", (11,)),
        ("{{ conf.a | join(', ') }} {{ '-'.join(conf.a) }}", {"a": ["b", "c"]}, "b, c b-c", (11,)),
        ("{{ conf.a | replace('x', 'y') }}{{ '{:>3}'.format(1) }}", {"a": "x"}, "y  1", (11,)),
        ("{{ conf.a % 2 }} {{ conf.a | tojson }}", {"a": 7}, "1 7", (11,)),
        ("{{ 5 % 20000000 }} {{ '*.%s' % conf.a }}", {"a": 7}, "5 *.7", (11,)),
        (
            "{% macro f(x) %}{{ x }}{% endmacro %}{{ f(20000000) }} {{ conf.b | d(30000000) }}",
            {},
            "20000000 30000000",
            (11,),
        ),
        ("{{ conf.a | indent(2, true) }}", {"a": "b"}, "  b", (11,)),
        ("{# why #}a", {}, "a", (11,)),
        ("${#x} {{ conf.a }}".replace("{#x}", "x"), {"a": 1}, "$x 1", (11,)),
        # The shell's and DVC's own are left alone.
        ("--a ${b} \\${c} {{ conf.a }}", {"a": 1}, "--a ${b} \\${c} 1", (11,)),
        # A value with line breaks: all of its lines are that line's.
        ("a\n{{ conf.a }}\nb", {"a": "x\ny"}, "a\nx\ny\nb", (11, 12, 12, 13)),
        (
            "a\n{% for f in conf.fs %}\n:dvc-in: {{ f }}\n{% endfor %}\nb",
            {"fs": ["x", "y"]},
            "a\n:dvc-in: x\n:dvc-in: y\nb",
            (11, 13, 13, 15),
        ),
        ("{% if conf.a %}\nx\n{% else %}\ny\n{% endif %}\n\nz", {"a": 0}, "y\n\nz", (14, 16, 17)),
        ("{% if conf.a %}x{% endif %}\nz", {"a": 1}, "x\nz", (11, 12)),
        ("{% set b = conf.a %}\n{{ b }}", {"a": 1}, "1", (12,)),
        ("{{ conf.a\n }}\nz", {"a": 1}, "1\nz", (11, 13)),
        ("a\n{%- if conf.a %}\nb\n{%- endif %}\nc", {"a": 1}, "a\nb\nc", (11, 13, 15)),
        (":dvc-cmd: a\n{{ conf.a }}\n  b", {"a": ""}, ":dvc-cmd: a\n  b", (11, 13)),
        ("{% raw %}{{ x }}{% endraw %}\ny", {}, "{{ x }}\ny", (11, 12)),
        ("{# a\n b #}\nc", {}, "c", (13,)),
    ],
)
def test_a_template_is_resolved_and_its_lines_are_known(
    text: str, conf: dict[str, object], expected: str, lines: tuple[int, ...]
) -> None:
    assert templating.resolve(doc(text), conf) == Docstring(expected, 2, lines)


def refusal(text: str, conf: dict[str, object] | None) -> list[tuple[str, Place]]:
    with pytest.raises(Refused) as caught:
        templating.resolve(doc(text), conf)
    for problem in caught.value.problems:
        assert problem.message and problem.hint
    return [(problem.code, problem.place) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n:dvc-in: {{ conf.a }}\n:dvc-out: {{ conf.b }}", [12, 13]),
        ("{% if x %}\na\n{% endif %}", [11, 13]),
        ("a\n{#\nwhy #}", [12]),
    ],
)
def test_without_a_configuration_a_template_is_an_error(text: str, lines: list[int]) -> None:
    assert refusal(text, None) == [
        ("template-unconfigured", Place(None, 2, line)) for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n{{ conf.a }}\n{{ conf.b.c }}\n{{ x }}", [12, 13, 14]),
        ("a\n{{ conf. }}", [12]),
        ("a\n{{ conf.a", [12]),
        ("{{ 1 / 0 }}", [11]),
        ("{{ conf.none + 1 }}", [11]),
        ("{{ conf.keys }}", [11]),
        ("{{ conf.keys() ~ open('x') }}", [11]),
        ("a\n{% if conf.none %}\nb", [12]),
        ("a\n{% nope %}\nb", [12]),
        ("a\n{% if 1 %}\nb\n{{ conf.b }}\n{% endif %}", [14]),
        ("a\n\n  {%- if 1 %}\nb\n{{ conf.b }}\n{%- endif %}", [15]),
        ("{% include 'x' %}", [11]),
        # Nothing of Python's insides, and nothing that fills the memory.
        ("{{ conf.__class__ }}", [11]),
        ("{{ ''.__class__.__mro__ }}", [11]),
        ("{{ self.__init__.__globals__ }}", [11]),
        ("{{ 'a' * 999999999999 }}", [11]),
        ("{{ 9 ** 9 ** 9 }}", [11]),
        ("{{ [0] * 999999999 }}", [11]),
        ("{{ range(99999999) | list }}", [11]),
        ("{{ 'a' * 1000000 ~ 'a' * 1000000 }}", [11]),
        ("{{ conf.update({'a': 1}) }}", [11]),
        ("{{ '%1000000000d' % 1 }}", [11]),
        ("{{ '%*d' % (1000000000, 1) }}", [11]),
        ("{{ '{:>1000000000}'.format(1) }}", [11]),
        ("{{ '{:>{}}'.format(1, 1000000000) }}", [11]),
        ("{{ '%1000000000d' | format(1) }}", [11]),
        ("{{ 'a'.ljust(1000000000) }}", [11]),
        ("{{ 'a'.zfill(width) }}".replace("width", "10 ** 9"), [11]),
        ("{{ 'a' | center(1000000000) }}", [11]),
        ("{{ 'a' | indent(width=1000000000, first=true) }}", [11]),
        ("{{ [1] | tojson(indent=1000000000) }}", [11]),
        ("{{ ('a' * 999999).replace('a', 'a' * 999999) }}", [11]),
        ("{{ ('a' * 999999) | replace('', 'a' * 999999) }}", [11]),
        ("{{ ([conf.long] * 1000) | join }}", [11]),
        ("{{ ', '.join([conf.long] * 1000) }}", [11]),
        # The stage would be another one each time.
        ("{{ [1, 2] | random }}", [11]),
        ("{{ lipsum() }}", [11]),
    ],
)
def test_what_cannot_be_resolved_is_refused_with_its_line(text: str, lines: list[int]) -> None:
    assert refusal(text, {"none": None, "long": "x" * 99_999}) == [
        ("template-broken", Place(None, 2, line)) for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ conf.missing }}", "'dict object' has no attribute 'missing'"),
        ("{{ missing }}", "'missing' is undefined"),
        ("{{ conf.keys }}", "it names a function, not a value"),
    ],
)
def test_the_reason_is_the_true_one(text: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        templating.resolve(doc(text), {"none": None})
    assert [problem.args["reason"] for problem in caught.value.problems] == [reason]


def test_text_alone_is_rendered_too() -> None:
    assert templating.render("{{ a }}\n", {"a": 1}, Place()) == "1\n"
    with pytest.raises(Refused) as caught:
        templating.render("x\n{{ b }}", {}, Place("dvc.yaml", line=5))
    assert caught.value.problems[0].place == Place("dvc.yaml", line=6)
