"""The parameters of a step: their types, names and defaults, as the docstring spells them."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
import warnings
from functools import lru_cache
from math import isfinite

from .errors import Problem, Refused, warning
from .model import Parameter, ParamType

SCALARS = ("str", "int", "float", "bool", "Path")
TYPES = "str, int, float, bool, Path, list[T], Optional[T], T | None or Literal[…]"

_DEFAULT = re.compile(r"(?<!\w)Defaults\s+to\s+(?=\S)")
_ALMOST_DEFAULT = re.compile(r"(?<!\w)defaults?(?:\s+to\b|\s*[:=])\s*(?=\S)", re.I)
# A value may hold the words itself; more of them than this is no description a person wrote.
_TRIES = 8


# A docstring is read again at each key that is typed in it, and most of it is as it was.
@lru_cache(maxsize=5_000)
def parse_type(text: str) -> ParamType:
    """The type that ``text`` names; empty text is ``str``, untyped.

    Raises:
        Refused: a type that no option can carry; the place is the caller's to fill in.
    """
    source = text.strip()
    if not source:
        return ParamType()
    optional = source.endswith("?")
    node = _expression(source.rstrip("?").rstrip() if optional else source)
    try:
        if node is None:
            raise _Unknown(source)
        found = _type_of(node)
    except _Ambiguous as error:
        raise Refused.of("param-literal-ambiguous", type=source, value=str(error)) from None
    except (_Unknown, RecursionError):
        raise Refused.of("param-type-unknown", type=source, types=TYPES) from None
    return ParamType(found.base, found.item, found.optional or optional, found.choices, source)


def normal_name(name: str) -> str:
    """The name as Python itself reads an identifier (NFKC)."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def check_name(name: str) -> Problem | None:
    """What is wrong with a parameter's name; None where nothing is."""
    if not name.isidentifier():
        return Problem("param-name-invalid", {"name": name, "proposal": _proposal(name)})
    if keyword.iskeyword(name) or name == "__debug__":
        return Problem("param-name-keyword", {"name": name})
    if name == "help":
        return Problem("param-name-help", {"name": name})
    if name.startswith("__") and name.endswith("__"):
        return Problem("param-name-dunder", {"name": name})
    return None


@lru_cache(maxsize=5_000)
def default_of(text: str, type: ParamType) -> tuple[str | None, Problem | None]:
    """A description's default as its source text, and what to say where it only looks like one.

    The default is the ``VALUE`` of a final ``Defaults to VALUE.``, where that is a literal of the
    type (an int will do for a float).
    """
    text = text.rstrip()
    for start in _values(text):
        value = text[start:-1].strip()
        if fits(value, type):
            flat = re.sub(r"\s*\n\s*", " ", value)
            return (flat if _same(flat, value) else value), None
    almost = [found.end() for found in _ALMOST_DEFAULT.finditer(text)]
    if not almost:
        return None, None
    value = " ".join(text[almost[-1] :].removesuffix(".").split())
    if fits(value, type):
        return None, warning("param-default-form", value=value)
    source = type.source or "str"
    if type.base in ("str", "Path"):
        # A string that only lacks its quotes is the commonest slip.
        literal = repr(value.strip("\"'`"))
        return None, warning("param-default-quotes", value=value, literal=literal, type=source)
    return None, warning("param-default-not-literal", value=value, type=source)


def with_default(text: str, type: ParamType, default: str | None) -> str:
    """The description with its default replaced by this source text, or taken out."""
    text = text.rstrip()
    for start in _values(text):
        if fits(text[start:-1].strip(), type):
            text = text[: text.rindex("Defaults", 0, start)].rstrip()
            break
    if default is None:
        return text
    return f"{text} Defaults to {default}." if text else f"Defaults to {default}."


def _values(text: str) -> list[int]:
    """Where the value of a default may begin, the last place first."""
    if not text.endswith("."):
        return []
    return [found.end() for found in _DEFAULT.finditer(text)][: -_TRIES - 1 : -1]


def fits(source: str, type: ParamType) -> bool:
    """Whether the text is one Python literal of that type (an int will do for a float)."""
    node = _expression(source)
    return node is not None and _is_of(_value_of(node), type)


def value_of(default: str) -> object:
    """The value of a default's source text, which may go over several lines."""
    node = _expression(default)
    value = _NOTHING if node is None else _value_of(node)
    assert value is not _NOTHING, "a default is a literal"
    return value


def clashes(parameters: tuple[Parameter, ...]) -> list[tuple[Parameter, Problem]]:
    """Parameters that can't stand beside each other, each with what is wrong with it."""
    found: list[tuple[Parameter, Problem]] = []
    first: dict[str, Parameter] = {}
    for parameter in parameters:
        earlier = first.setdefault(parameter.name, parameter)
        if earlier is not parameter:
            found.append((parameter, Problem("param-duplicate", {"name": parameter.name})))
    for parameter in parameters:
        switch = first.get(parameter.name.removeprefix("no_"))
        if parameter.name.startswith("no_") and switch is not None and switch.type.base == "bool":
            found.append(
                (
                    parameter,
                    Problem("param-negation", {"name": parameter.name, "switch": switch.name}),
                )
            )
    return found


class _Unknown(Exception):
    pass


class _Ambiguous(Exception):
    pass


_NOTHING = object()


def _expression(source: str) -> ast.expr | None:
    if not source:
        return None
    try:
        with warnings.catch_warnings():
            # An invalid escape in a literal is Python's to mention when the script is compiled.
            warnings.simplefilter("ignore")
            # In parentheses a comment would swallow the closing one, so none gets through.
            return ast.parse(f"({source})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _value_of(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return _NOTHING


def _same(a: str, b: str) -> bool:
    first, second = _expression(a), _expression(b)
    try:
        return first is not None and second is not None and ast.dump(first) == ast.dump(second)
    except ValueError:
        # A number with more digits than Python writes.
        return a == b


def _type_of(node: ast.expr) -> ParamType:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union(node)
    if isinstance(node, ast.Subscript):
        return _subscript(_dotted(node.value), node.slice)
    name = _dotted(node)
    if name == "pathlib.Path":
        return ParamType("Path")
    if name in SCALARS:
        return ParamType(name)  # type: ignore[arg-type]  # one of SCALARS, all of them BaseType
    if name in ("list", "List", "typing.List"):
        return ParamType("list")
    raise _Unknown


def _union(node: ast.BinOp) -> ParamType:
    sides = [side for side in (node.left, node.right) if not _is_none(side)]
    if len(sides) != 1:
        raise _Unknown
    inner = _type_of(sides[0])
    return ParamType(inner.base, inner.item, True, inner.choices)


def _subscript(name: str, inside: ast.expr) -> ParamType:
    if name in ("list", "List", "typing.List"):
        item = _type_of(inside)
        # A command line has neither a list in a list nor a way to leave one item out.
        if item.base == "list" or item.optional:
            raise _Unknown
        return ParamType("list", item)
    if name in ("Optional", "typing.Optional"):
        inner = _type_of(inside)
        return ParamType(inner.base, inner.item, True, inner.choices)
    if name in ("Literal", "typing.Literal"):
        return _literal(inside)
    raise _Unknown


def _literal(inside: ast.expr) -> ParamType:
    choices: list[str | int | float | bool] = []
    optional = False
    for element in inside.elts if isinstance(inside, ast.Tuple) else [inside]:
        value = _value_of(element)
        if value is None:
            optional = True
        # An infinite number has no literal of its own to stand in the script.
        elif isinstance(value, str | int) or (isinstance(value, float) and isfinite(value)):
            choices.append(value)
        else:
            raise _Unknown
    if not choices:
        raise _Unknown
    spelled = [str(choice) for choice in choices] + ["None"] * optional
    for text in spelled:
        if spelled.count(text) > 1:
            raise _Ambiguous(text)
    return ParamType("Literal", None, optional, tuple(choices))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    raise _Unknown


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_of(value: object, type: ParamType) -> bool:
    if value is None:
        return type.optional
    if type.base in ("str", "Path"):
        return isinstance(value, str)
    if type.base == "bool":
        return isinstance(value, bool)
    if type.base == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if type.base == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if type.base == "list":
        item = type.item or ParamType()
        return isinstance(value, list) and all(_is_of(element, item) for element in value)
    return any(value == choice and value.__class__ is choice.__class__ for choice in type.choices)


def _proposal(name: str) -> str:
    proposal = re.sub(r"\W", "_", normal_name(name))
    return proposal if proposal.isidentifier() else f"_{proposal}"
