"""Templates in a docstring."""

from __future__ import annotations

import time

import pytest

from jupyterlab_dvc import templating
from jupyterlab_dvc.errors import Place, Refused
from jupyterlab_dvc.model import Docstring

# Of a machine on which other work is done at the same time.
SLOWNESS = 2.0


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


R = "range(1000)"
DOUBLING = (
    "{{% set ns = namespace(x={first}) %}}{{% for i in range(60) %}}{{% set ns.x = {next} %}}"
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # 10**9 times, in each of the ways of a loop.
        (f"a\n{{% for a in {R} %}}{{% for b in {R} %}}\n{{% for c in {R} %}}{{% endfor %}}", 13),
        (f"{{% for a in {R} if {R} | select('odd') | sum == 1 %}}{{% endfor %}}", 11),
        (f"{{{{ {R} | map('string') | map('list') | sum(start=[]) | list }}}}", 11),
        ("{% for a in [[1] * 1000] * 1000 %}{% for b in a if 0 %}{% endfor %}{% endfor %}", 11),
        (f"{{% for a in [{R}] * 1000 recursive %}}{{{{ loop([{R}] * 1000) }}}}{{% endfor %}}", 11),
        ("\n{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}"
         "\n{{ f(30) }}", 12),
        ("{% macro f(n) %}{% if n %}{% call f(n-1) %}{% endcall %}{% call f(n-1) %}{% endcall %}"
         "{% endif %}{% endmacro %}{{ f(30) }}", 11),
        ("{% block a %}{% for i in [1, 2] %}{{ self.a() }}{% endfor %}{% endblock %}", 11),
        # A body that is long, or that works on much.
        (f"{{% for a in range(99999) %}}{'{% set b = conf.long.a.b %}' * 1000}{{% endfor %}}", 11),
        (f"{{% for a in range(99999) %}}{'x' * 99999}{{% endfor %}}", 11),
        ("{% for a in range(99999) %}{% if a in conf.list %}{% endif %}{% endfor %}", 11),
        ("{% for a in range(99999) %}{% if conf.list[:] %}{% endif %}{% endfor %}", 11),
        ("{% for a in range(99999) if conf.list is eq conf.other %}{% endfor %}", 11),
        ("{% for a in range(99999) %}{% set x = conf.list + [a] %}{% endfor %}", 11),
        ("{% for a in range(99999) %}{% set x = conf.long.upper() %}{% endfor %}", 11),
        ("{% for a in range(99999) %}{% set x = conf.long | upper %}{% endfor %}", 11),
        ("{% for a in range(99999) %}{% set x %}{{ conf.long }}{% endset %}{% endfor %}", 11),
        ("{{ ([[1] * 1000] * 1000) | sum(start=[]) | length }}", 11),
        ("{{ ([[1] * 1000] * 1000) | map('list') | sum(start=[]) | length }}", 11),
        # What doubles each time.
        (DOUBLING.format(first="'x'", next="ns.x ~ ns.x") + "{% endfor %}", 11),
        (DOUBLING.format(first="'x'", next="ns.x + ns.x") + "{% endfor %}", 11),
        (DOUBLING.format(first="3", next="ns.x * ns.x") + "{% endfor %}", 11),
        (DOUBLING.format(first="[1]", next="ns.x + ns.x") + "{% endfor %}", 11),
        (DOUBLING.format(first="1", next="[ns.x, ns.x]") + "{% endfor %}{{ ns.x }}", 11),
        (DOUBLING.format(first="1", next="(ns.x, ns.x)") + "{% endfor %}{{ ns.x }}", 11),
        (DOUBLING.format(first="1", next="{1: ns.x, 2: ns.x}") + "{% endfor %}{{ ns.x }}", 11),
        (DOUBLING.format(first="1", next="dict(a=ns.x, b=ns.x)") + "{% endfor %}{{ ns.x }}", 11),
        (DOUBLING.format(first="1", next="namespace(a=ns.x, b=ns.x)")
         + "{% endfor %}{{ ns.x }}", 11),
        # A configuration in which each line names the one before many times.
        ("{{ conf.bomb }}", 11),
        ("{{ conf.bomb | string | length }}", 11),
        ("{{ conf.bomb | tojson | length }}", 11),
        ("{{ conf.bomb == conf.twin }}", 11),
        ("{% if conf.bomb is eq conf.twin %}{% endif %}", 11),
        ("{{ conf.bomb ~ '' }}", 11),
        ("{{ '%s' % conf.bomb }}", 11),
        ("{{ '{}'.format(conf.bomb) }}", 11),
        ("{{ conf.endless }}", 11),
    ],
)  # fmt: skip
def test_what_would_take_for_ever_is_refused_with_its_line(text: str, line: int) -> None:
    text += "{% endfor %}" * (text.count("{% for") - text.count("{% endfor"))
    endless: list[object] = []
    endless += [endless, endless]
    conf = {
        "long": "x" * 99_999,
        "list": [0] * 9_999 + [-1],
        "other": [0] * 9_999 + [-2],
        "bomb": bomb(),
        "twin": bomb(),
        "endless": endless,
    }
    began = time.process_time()
    assert refusal(text, conf) == [("template-broken", Place(None, 2, line))]
    assert time.process_time() - began < 1.0 * SLOWNESS


def bomb() -> object:
    found: object = "x"
    for _ in range(40):
        found = [found, found]
    return found


def test_the_lines_of_a_docstring_share_what_may_be_done() -> None:
    text = "\n".join("{{ range(10000) | sum }}" for _ in range(1000))
    began = time.process_time()
    assert refusal(text, {})[-1] == ("template-broken", Place(None, 2, 1010))
    assert time.process_time() - began < 2.0 * SLOWNESS
    # And the next docstring has its own.
    assert templating.resolve(doc("{{ range(10000) | sum }}"), {}).text == "49995000"


def test_what_people_write_is_far_from_the_limit() -> None:
    conf = {"fs": [{"name": f"f{n}", "tags": ["a", "b", "c"]} for n in range(1000)]}
    text = (
        "{% for f in conf.fs if 'a' in f.tags %}\n:dvc-in: data/{{ f.name | upper }}/"
        "{% for t in f.tags %}{{ t }}{{ '-' if not loop.last }}{% endfor %}\n{% endfor %}"
    )
    found = templating.resolve(doc(text), conf).text.splitlines()
    assert len(found) == 1000
    assert found[999] == ":dvc-in: data/F999/a-b-c"


def test_each_construct_means_what_it_did() -> None:
    """Counting doesn't change what a template gives."""
    text = (
        "{% for a, b in [(1, 2), (3, 4)] %}{{ loop.index }}{{ a }}{{ b }}{{ loop.last }} "
        "{% else %}none{% endfor %}"
        "{% for a in [[1, [2]], [3]] recursive %}"
        "{{ loop(a) if a is iterable else a }}{{ loop.depth }} {% endfor %}"
        "{% for a in [] %}x{% else %}none {% endfor %}"
        "{% macro m(x, y='d') %}{{ x }}{{ y }}{{ caller() if caller is defined }}{% endmacro %}"
        "{{ m(1) }} {{ m(1, y=2) }} {% call m('c') %}in{% endcall %} "
        "{% filter upper %}text{% endfilter %} "
        "{% with a=1, b=2 %}{{ a + b * 2 // 1 }}{% endwith %} "
        "{{ conf.l[1:] }} {{ {'a': (1, 2)}.a[0] }} {{ 1 < 2 < 3 }} {{ 'a' ~ 1 ~ None }} "
        "{{ conf.l | select('gt', 1) | map('string') | join('+') }} {{ conf.l | sum }} "
        "{{ [[1], [2]] | sum(start=[]) }} {{ conf.l | first }} "
        "{{ 'x' if conf.no is defined else 'y' }}{{ 'z' if 0 }}"
    )
    assert templating.resolve(doc(text), {"l": [1, 2, 3]}).text == (
        "112False 234True 12 23 2 1 32 1 none 1d 12 cdin TEXT 5 "
        "[2, 3] 1 True a1None 2+3 6 [1, 2] 1 y"
    )


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
