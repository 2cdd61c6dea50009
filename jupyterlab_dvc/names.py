"""Which names of the notebook's own scope a cell binds, and which it reads, with their lines."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from . import cellcode

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# The script's own functions whose first argument is filled in as IPython fills in a shell line.
_EXPANDING = frozenset(f"_mlvtools_{name}" for name in ("shell", "lines", "env", "write"))
_DOLLAR = re.compile(r"\$(\$?[\w.]+)")
_CATCHES_NAME_ERROR = frozenset({"NameError", "Exception", "BaseException"})


@dataclass(frozen=True)
class Names:
    """``reads`` has the line of the first read, ``unguarded`` of the first not in a ``try``
    that catches NameError.

    ``star``: an ``import *`` may bind anything.
    """

    binds: frozenset[str] = frozenset()
    reads: Mapping[str, int] = field(default_factory=dict)
    unguarded: Mapping[str, int] = field(default_factory=dict)
    star: bool = False


@lru_cache(maxsize=5_000)
def of(prepared: str) -> Names:
    """The names of valid source, as ``CellCode.prepared`` is."""
    return of_body(cellcode.parse(prepared).body)


def of_body(body: Iterable[ast.AST]) -> Names:
    """The same of some of a cell's statements, or of expressions in them."""
    walk = _Walk()
    walk.scope(body, _Scope(None, "module"))
    return walk.names()


@dataclass
class _Scope:
    parent: _Scope | None
    kind: str
    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    # (name, line, guarded) of what is read here or in a scope within that has no such name.
    reads: list[tuple[str, int, bool]] = field(default_factory=list)


class _Walk:
    def __init__(self) -> None:
        self._binds: set[str] = set()
        self._reads: list[tuple[str, int, bool]] = []
        self._star = False

    def names(self) -> Names:
        reads: dict[str, int] = {}
        unguarded: dict[str, int] = {}
        for name, line, guarded in sorted(self._reads, key=lambda read: read[1]):
            reads.setdefault(name, line)
            if not guarded:
                unguarded.setdefault(name, line)
        return Names(frozenset(self._binds), reads, unguarded, self._star)

    def scope(self, body: Iterable[ast.AST], scope: _Scope, guarded: bool = False) -> None:
        for node in body:
            self._visit(node, scope, guarded)
        self._leave(scope)

    def _leave(self, scope: _Scope) -> None:
        if scope.parent is None:
            self._binds |= scope.bound
            self._reads += scope.reads
            return
        self._binds |= scope.bound & scope.globals
        own = scope.bound - scope.globals
        for name, line, guarded in scope.reads:
            if name in scope.globals:
                self._reads.append((name, line, guarded))
            # A class's names are not seen by the functions within; its own reads may fall through.
            elif name not in own:
                _upward(scope).reads.append((name, line, guarded))

    def _visit(self, node: ast.AST, scope: _Scope, guarded: bool) -> None:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                scope.reads.append((node.id, node.lineno, guarded))
            else:
                scope.bound.add(node.id)
                if isinstance(node.ctx, ast.Del):
                    scope.reads.append((node.id, node.lineno, guarded))
        elif isinstance(node, _FUNCTIONS):
            self._function(node, scope, guarded)
        elif isinstance(node, ast.ClassDef):
            scope.bound.add(node.name)
            outside = [*node.decorator_list, *node.bases, *node.keywords]
            for part in outside:
                self._visit(part, scope, guarded)
            self.scope(node.body, _Scope(scope, "class"), guarded)
        elif isinstance(node, _COMPREHENSIONS):
            self._visit(node.generators[0].iter, scope, guarded)
            inner = _Scope(scope, "comprehension")
            self.scope(_comprehension_parts(node), inner, guarded)
        elif isinstance(node, ast.NamedExpr):
            target = scope
            while target.kind == "comprehension" and target.parent is not None:
                target = target.parent
            target.bound.add(node.target.id)
            self._visit(node.value, scope, guarded)
        elif scope.kind == "module" and isinstance(node, ast.AugAssign | ast.Delete):
            self._rebinding(node, scope, guarded)
        elif isinstance(node, ast.Try) or node.__class__.__name__ == "TryStar":
            self._try(node, scope, guarded)
        else:
            self._simple(node, scope)
            for child in ast.iter_child_nodes(node):
                self._visit(child, scope, guarded)

    def _rebinding(self, node: ast.AugAssign | ast.Delete, scope: _Scope, guarded: bool) -> None:
        """What needs the name to be bound already is no binding of the notebook's own scope."""
        targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
        for target in targets:
            if isinstance(target, ast.Name):
                scope.reads.append((target.id, target.lineno, guarded))
            else:
                self._visit(target, scope, guarded)
        if isinstance(node, ast.AugAssign):
            self._visit(node.value, scope, guarded)

    def _expanded(self, node: ast.Call, scope: _Scope) -> None:
        """The names in ``!echo {x} $y``; what isn't bound is left to the shell, so all count as
        guarded."""
        first = node.args[0] if node.args else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            return
        found: list[str] = []
        try:
            for literal, expression, _, _ in string.Formatter().parse(first.value):
                words = [name[1].split(".")[0] for name in _DOLLAR.finditer(literal)]
                found += [word for word in words if word.isidentifier()]
                if expression:
                    for part in ast.walk(ast.parse(expression.strip(), mode="eval")):
                        found += [part.id] if isinstance(part, ast.Name) else []
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            # IPython leaves such a line as it is.
            return
        scope.reads += [(name, node.lineno, True) for name in found]

    def _simple(self, node: ast.AST, scope: _Scope) -> None:
        """What binds a name that is no ``Name`` node."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _EXPANDING:
                self._expanded(node, scope)
        if isinstance(node, ast.alias):
            if node.name == "*":
                self._star = True
            else:
                scope.bound.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Global):
            scope.globals |= set(node.names)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            scope.reads.append((node.target.id, node.lineno, False))
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            if node.name:
                scope.bound.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            scope.bound.add(node.rest)

    def _function(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: _Scope,
        guarded: bool,
    ) -> None:
        arguments = node.args
        outside: list[ast.AST] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
        outside += [argument.annotation for argument in every if argument.annotation]
        inner = _Scope(scope, "function", bound={argument.arg for argument in every})
        if isinstance(node, ast.Lambda):
            body: list[ast.AST] = [node.body]
        else:
            scope.bound.add(node.name)
            outside += [*node.decorator_list, *([node.returns] if node.returns else [])]
            body = [*getattr(node, "type_params", []), *node.body]
        for part in outside:
            self._visit(part, scope, guarded)
        # The body runs when it is called, which may well be inside another try.
        self.scope(body, inner, guarded)

    def _try(self, node: ast.AST, scope: _Scope, guarded: bool) -> None:
        assert isinstance(node, ast.Try) or node.__class__.__name__ == "TryStar"
        handlers = [h for h in ast.iter_child_nodes(node) if isinstance(h, ast.ExceptHandler)]
        catches = any(_catches_name_error(handler.type) for handler in handlers)
        body = set(map(id, getattr(node, "body", ())))
        for child in ast.iter_child_nodes(node):
            self._visit(child, scope, guarded or (catches and id(child) in body))


def _upward(scope: _Scope) -> _Scope:
    """The scope in which a name that isn't found is looked up next."""
    above = scope.parent
    assert above is not None
    while above.kind == "class" and above.parent is not None:
        above = above.parent
    return above


def _comprehension_parts(node: ast.AST) -> list[ast.AST]:
    parts: list[ast.AST] = []
    for index, generator in enumerate(getattr(node, "generators", ())):
        parts += [generator.target, *generator.ifs]
        parts += [generator.iter] if index else []
    parts += [getattr(node, key) for key in ("elt", "key", "value") if hasattr(node, key)]
    return parts


def _catches_name_error(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    if isinstance(caught, ast.Tuple):
        return any(_catches_name_error(element) for element in caught.elts)
    return isinstance(caught, ast.Name) and caught.id in _CATCHES_NAME_ERROR
