"""How much a template may do: a loop in a notebook that somebody sent must not take a processor.

Time would be no measure, since the same text has to be resolved, or refused, on every machine. So
what is executed is counted, and what it works on weighed, before it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set, ValuesView
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

MOST = 400_000
"""Parts of templates executed and elements looked at in one docstring (some tenths of a second)."""
_AT_ONCE = 16  # characters that cost as much as one element
_BIGGEST = 10_000  # bits of a product
# Filters that take much longer for an element than the others.
_SLOW = {"pprint": 20, "sort": 4, "tojson": 4, "urlize": 20, "xmlattr": 4}
_WEIGH, _STEP = "(weigh)", "(step)"

_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """All templates that are resolved within share what may be done."""
    if _left.get() is not None:
        yield
        return
    token = _left.set([MOST])
    try:
        yield
    finally:
        _left.reset(token)


def spend(amount: int) -> None:
    """
    Raises:
        SecurityError: it is too much by now.
    """
    from jinja2.exceptions import SecurityError

    left = _left.get()
    if left is not None:
        left[0] -= amount
        if left[0] < 0:
            raise SecurityError("it has too much to do: make its loops shorter")


def weigh(value: object, each: int = 1) -> None:
    """Spend what it takes to go through a value with all that is in it, however often.

    Raises:
        SecurityError: it is too much.
    """
    from jinja2.runtime import Context
    from jinja2.utils import Namespace

    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str | bytes):
            spend(each * (1 + len(one) // _AT_ONCE))
        elif isinstance(one, int):
            spend(each * (1 + one.bit_length() // (8 * _AT_ONCE)))
        elif isinstance(one, range):
            spend(each * (1 + len(one)))
        elif isinstance(one, Namespace):
            spend(each)
            waiting.append(vars(one))
        elif isinstance(one, Context):
            # Passed by Jinja; a mapping, of all variables.
            spend(each)
        elif isinstance(one, Mapping):
            spend(each * (1 + len(one)))
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, Sequence | Set | ValuesView):
            spend(each * (1 + len(one)))
            waiting += one
        else:
            spend(each)


def weigh_product(left: object, right: object) -> None:
    """
    Raises:
        SecurityError: the product of two numbers would be too big.
    """
    from jinja2.exceptions import SecurityError

    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > _BIGGEST:
            raise SecurityError("the numbers are too big")


def install(environment: Environment) -> None:
    """Have the environment's filters and tests spend for what they are given and give."""
    from jinja2 import pass_context

    tables: tuple[dict[str, Any], ...] = (environment.filters, environment.tests)
    for table in tables:
        for name, function in table.items():
            table[name] = _weighed(name, function)

    # With the context, so that Jinja doesn't call them when it compiles.
    @pass_context
    def weighed(_context: object, value: object) -> object:
        weigh(value)
        return value

    @pass_context
    def stepped(_context: object, value: object, steps: int) -> object:
        spend(steps)
        return value

    environment.filters |= {_WEIGH: weighed, _STEP: stepped}


def _weighed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    each = _SLOW.get(name, 1)

    @wraps(function)
    def spending(*args: Any, **options: Any) -> Any:
        given = [*args, *options.values()]
        for value in given:
            weigh(value, each)
        if name == "sum" and any(isinstance(value, list | tuple) for value in given[2:]):
            # Each sum of lists is a new list.
            args = tuple(list(value) if isinstance(value, Iterator) else value for value in args)
            for value in args:
                if isinstance(value, list | tuple):
                    spend(len(value) * sum(len(v) for v in value if isinstance(v, list | tuple)))
        result = function(*args, **options)
        if isinstance(result, Iterator):
            return _stepping(result)
        weigh(result)
        return result

    return spending


def _stepping(values: Iterator[Any]) -> Iterator[Any]:
    for value in values:
        spend(1)
        yield value


def count_steps(template: nodes.Template) -> nodes.Template:
    """The parsed template, changed so that it spends for what it does as it is executed."""
    from jinja2 import nodes
    from jinja2.visitor import NodeTransformer

    def size(parts: Sequence[nodes.Node]) -> int:
        return sum(1 + sum(1 for _ in part.find_all(nodes.Node)) for part in parts)

    def filtered(node: nodes.Expr, name: str, *args: nodes.Expr) -> nodes.Expr:
        return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)

    class Transformer(NodeTransformer):
        def visit_For(self, node: nodes.For) -> nodes.Node:
            steps = size(node.body)
            tested = 0 if node.test is None else size([node.test])
            self.generic_visit(node)
            _begin(node.body, steps, node.lineno)
            if isinstance(node.test, nodes.Expr):
                node.test = filtered(node.test, _STEP, nodes.Const(tested))
            return node

        def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
            return self._repeatable(node)

        def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
            return self._repeatable(node)

        def visit_Block(self, node: nodes.Block) -> nodes.Node:
            return self._repeatable(node)

        def _repeatable(self, node: Any) -> nodes.Node:
            steps = size([node])
            self.generic_visit(node)
            _begin(node.body, steps, node.lineno)
            return node  # type: ignore[no-any-return]  # three kinds that have a body

        def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
            return filtered(node, _WEIGH)

        def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
            self.generic_visit(node)
            node.expr = filtered(node.expr, _WEIGH)
            for operand in node.ops:
                operand.expr = filtered(operand.expr, _WEIGH)
            return node

        def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
            self.generic_visit(node)
            node.nodes = [filtered(part, _WEIGH) for part in node.nodes]
            return node

        def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
            self.generic_visit(node)
            if isinstance(node.arg, nodes.Slice):
                node.node = filtered(node.node, _WEIGH)
            return node

        def visit_List(self, node: nodes.List) -> nodes.Node:
            self.generic_visit(node)
            return filtered(node, _WEIGH)

        def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
            self.generic_visit(node)
            return filtered(node, _WEIGH)

        def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
            self.generic_visit(node)
            return filtered(node, _WEIGH) if node.ctx == "load" else node

    def _begin(body: list[nodes.Node], steps: int, line: int) -> None:
        step = filtered(nodes.Const(None, lineno=line), _STEP, nodes.Const(steps))
        body.insert(0, nodes.ExprStmt(step, lineno=line))

    changed: nodes.Template = Transformer().visit(template)
    changed.set_environment(template.environment)  # type: ignore[arg-type]  # a parsed one has it
    return changed
