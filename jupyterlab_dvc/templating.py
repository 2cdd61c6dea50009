"""Jinja in a docstring, resolved strictly, in a sandbox: a preview runs nothing of a project."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import template_effort as effort
from .errors import Place, Problem, Refused
from .model import Docstring

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_TEMPLATE = re.compile(r"\{\{|\{%|\{#(?:(?!#\}).)*#\}", re.S)
_MARK = re.compile("\0(\\d+)\0")
# Far above any command line; below what would make a machine swap.
_LONGEST = 1_000_000
# A number that a format would take for a width.
_WIDE = re.compile(r"\d{7}|%[^a-zA-Z%]*\*")
_SIZED = ("batch", "center", "format", "indent", "join", "replace", "slice", "tojson", "wordwrap")


def has_template(text: str) -> bool:
    """Whether the text holds Jinja (``${#x}`` of the shell is none)."""
    return "{" in text and _TEMPLATE.search(text) is not None


def resolve(docstring: Docstring, conf: Mapping[str, object] | None) -> Docstring:
    """The docstring with its templates resolved from ``conf``; its lines still name the cell's.

    A line of templates that come out empty leaves no line behind, so that no field ends there.

    Raises:
        Refused: a template without a configuration, an unknown name, a broken template.
    """
    text = docstring.text
    if not has_template(text):
        return docstring
    lines = text.split("\n")
    if conf is None:
        numbers = {text.count("\n", 0, found.start()) for found in _TEMPLATE.finditer(text)}
        raise Refused(
            Problem("template-unconfigured", {"text": lines[n].strip()}, _place(docstring, n))
            for n in sorted(numbers)
        )
    with effort.limited():
        return _resolved(docstring, lines, conf)


def _resolved(docstring: Docstring, lines: list[str], conf: Mapping[str, object]) -> Docstring:
    if not _alone(docstring.text, lines):
        return _whole(docstring, conf)
    problems: list[Problem] = []
    resolved: list[tuple[str, int]] = []
    for number, line in enumerate(lines):
        if has_template(line):
            try:
                line = render(line, {"conf": conf}, _place(docstring, number))
            except Refused as error:
                problems += error.problems
            if not line.strip():
                continue
        resolved += [(part, docstring.lines[number]) for part in line.split("\n")]
    if problems:
        raise Refused(problems)
    return _docstring(docstring, resolved)


def render(text: str, variables: Mapping[str, object], place: Place) -> str:
    """The text with its templates resolved.

    Raises:
        Refused: ``place`` is where the text begins; the problem is where in it the error is.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    line: int | None = 1
    try:
        with effort.limited():
            result = _environment().from_string(text).render(variables)
    except RecursionError:
        reason = "it is nested too deeply"
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        line = (
            error.lineno if isinstance(error, TemplateSyntaxError) else _line(error.__traceback__)
        )
        reason = str(error) or type(error).__name__
    else:
        if len(result) <= _LONGEST:
            return result
        reason = f"its result is longer than {_LONGEST} characters"
    if place.line is not None:
        place = place._replace(line=place.line + (line or 1) - 1)
    raise Refused.of("template-broken", place, reason=reason.rstrip(".")) from None


def _place(docstring: Docstring, number: int) -> Place:
    return Place(None, docstring.cell, docstring.lines[number])


def _docstring(docstring: Docstring, lines: list[tuple[str, int]]) -> Docstring:
    text = "\n".join(line for line, _ in lines)
    return Docstring(text, docstring.cell, tuple(number for _, number in lines))


def _alone(text: str, lines: list[str]) -> bool:
    """Whether no template reaches over a line's end, so that lines can be resolved one by one."""
    return "{%" not in text and all(
        line.count("{{") == line.count("}}") and ("{#" in line) == ("#}" in line)
        for line in lines
        if "{{" in line or "{#" in line or "}}" in line or "#}" in line
    )


def _whole(docstring: Docstring, conf: Mapping[str, object]) -> Docstring:
    from jinja2 import TemplateSyntaxError

    source = docstring.text.split("\n")
    parts = ["\0000\0"]
    # Which line of the source each line of the marked text is: `{%-` takes lines out.
    origins = [0]
    try:
        for first, kind, value in _environment().lex(docstring.text):
            for offset, piece in enumerate(value.split("\n")):
                if offset:
                    origins.append(first - 1 + offset)
                    parts.append("\n" if kind != "data" else f"\n\0{origins[-1]}\0")
                parts.append(piece)
    except TemplateSyntaxError as error:
        place = _place(docstring, error.lineno - 1)
        raise Refused.of("template-broken", place, reason=str(error.message).rstrip(".")) from None
    try:
        text = render("".join(parts), {"conf": conf}, Place(line=1))
    except Refused as error:
        raise Refused(
            problem._replace(place=_place(docstring, origins[(problem.place.line or 1) - 1]))
            for problem in error.problems
        ) from None
    lines: list[tuple[str, int]] = []
    number = 0
    for line in text.split("\n"):
        mark = _MARK.search(line)
        number = int(mark[1]) if mark else number
        line = _MARK.sub("", line)
        if line.strip() or not source[number].strip():
            lines.append((line, docstring.lines[number]))
    return _docstring(docstring, lines)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined, Undefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

        def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
            return super()._generate(effort.count_steps(source), *args, **options)

        def getattr(self, obj: Any, attribute: str) -> Any:
            # `conf.items` is the configuration's key before it is a method of a dict.
            if isinstance(obj, Mapping) and attribute in obj:
                return obj[attribute]
            return super().getattr(obj, attribute)

        def call(self, context: Any, function: Any, /, *args: Any, **options: Any) -> Any:
            # A text's `format` comes wrapped by the sandbox.
            method = getattr(function, "__wrapped__", function)
            owner = getattr(method, "__self__", None)
            if isinstance(owner, str):
                _check_size(method.__name__, owner, [*args, *options.values()])
            effort.weigh([owner, args, options])
            result = super().call(context, function, *args, **options)
            effort.weigh(result)
            return result

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            effort.weigh((left, right))
            if operator in ("+", "-", "/", "//"):
                return super().call_binop(context, operator, left, right)
            if operator == "%":
                if isinstance(left, str):
                    _check_size("format", left, [right])
                return super().call_binop(context, operator, left, right)
            sizes = [len(side) if hasattr(side, "__len__") else abs(side) for side in (left, right)]
            if operator == "**" and (sizes[0] > 1000 or sizes[1] > 100):
                raise SecurityError("the numbers are too big")
            if operator == "*":
                effort.weigh_product(left, right)
            if operator == "*" and not all(isinstance(side, int | float) for side in (left, right)):
                if sizes[0] * sizes[1] > _LONGEST:
                    raise SecurityError("the result is too long")
            return super().call_binop(context, operator, left, right)

    def finalize(value: Any) -> Any:
        # What is undefined can be called too; putting it into the text names it, or gives nothing,
        # as an `if` without `else` in an expression does.
        if callable(value) and not isinstance(value, Undefined):
            raise SecurityError("it names a function, not a value")
        effort.weigh(value)
        return value

    environment = Environment(
        undefined=StrictUndefined, keep_trailing_newline=True, finalize=finalize
    )
    # What comes of these changes from time to time, and the stage with it.
    del environment.globals["lipsum"], environment.filters["random"]
    for name in _SIZED:
        environment.filters[name] = _sized(name, environment.filters[name])
    effort.install(environment)
    return environment


def _sized(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, which refuses to make a text that fills the memory."""

    @wraps(function)
    def checked(*args: Any, **options: Any) -> Any:
        # Some get Jinja's context first; what they work on is the first after it.
        given = [*args, *options.values()]
        of = next((value for value in given if isinstance(value, str | list | tuple)), None)
        _check_size(name, of, [value for value in given if value is not of])
        return function(*args, **options)

    return checked


def _check_size(name: str, of: object, given: Sequence[object]) -> None:
    """
    Raises:
        SecurityError: the call may make a text that is longer than anyone needs.
    """
    from jinja2.exceptions import SecurityError

    size = max((abs(value) for value in given if isinstance(value, int)), default=0)
    texts = [value for value in given if isinstance(value, str)]
    if name == "replace" and isinstance(of, str) and len(texts) == 2:
        size = max(size, (of.count(texts[0]) if texts[0] else len(of) + 1) * len(texts[1]))
    elif name == "join":
        # As a method of the text between, or as a filter on the list.
        lists = [value for value in (of, *given) if isinstance(value, list | tuple)]
        between = max((len(v) for v in (of, *given) if isinstance(v, str)), default=0)
        lengths = (len(str(element)) + between for found in lists for element in found)
        size = max(size, sum(lengths))
    elif name in ("format", "format_map") and isinstance(of, str) and _WIDE.search(of):
        size = _LONGEST + 1
    if size > _LONGEST:
        raise SecurityError("the result is too long")


def _line(traceback: TracebackType | None) -> int | None:
    """The template's line in which the error was raised; Jinja writes it into the traceback."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
