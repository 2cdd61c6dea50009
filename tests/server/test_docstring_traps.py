"""Cells that go for the server through what it reads of them: depth, length, half characters."""

from __future__ import annotations

import json
import time

import pytest
from tornado.httpclient import HTTPClientError

from tests.server.application import Fetch, everything_in, post
from tests.server.project import Project

FIELD = '""":dvc-in: {}"""'
MANY = 5_000

TRAPS = {
    "brackets": "x = " + "[" * 500 + "]" * 500,
    "parentheses": "(" * 20_000,
    "a long sum": "open(" + "+".join(["'a'"] * 20_000) + ")",
    "a long quotient": "open(" + "/".join(["a"] * 3_000) + ")",
    "a chain of calls": "open(a" + ".b()" * 3_000 + ")",
    "a long text": "open('" + "a/" * 100_000 + "')",
    "open quotes": '"""' + "a" * 200_000,
    "quotes": '"""' + "'" * 200_000 + '"""',
    "many params": '"""\n' + ":param int a: x\n" * MANY + '"""',
    "a deep type": '""":param ' + "List[" * MANY + "int" + "]" * MANY + ' a: x"""',
    "a long union": '""":param ' + "int|" * MANY + 'int a: x"""',
    "many defaults": '""":param int a: ' + "Defaults to " * MANY + '3."""',
    "a long number": '""":param int a: x. Defaults to 0x' + "f" * 20_000 + '."""',
    "a number to move": "N = 0x" + "f" * 20_000 + "\nprint(N)",
    "no character": FIELD.format("a\0b"),
    "half a character": FIELD.format("\\ud800"),
    "a template": FIELD.format("{{ " + "(" * MANY),
    "a long loop": FIELD.format("{% for i in range(10**9) %}x{% endfor %}"),
    "a long path": FIELD.format("a/" * 50_000),
    "a path far up": FIELD.format("../" * 50_000),
    "substitutions": '""":dvc-cmd: ' + "$(" * MANY + '"""',
    "templates of DVC": '""":dvc-extra: ' + "${a} " * MANY + '"""',
    "comments": "# No effect\n" * 20_000,
    "one comment": "x  " + "# No effect " * 20_000,
    "a power": "X = 9**9**9\nprint(X)",
    "a product": "X = 'a' * 10**10\nprint(X)",
}


@pytest.mark.parametrize("source", TRAPS.values(), ids=TRAPS)
async def test_24_a_trap_is_answered(jp_fetch: Fetch, project: Project, source: str) -> None:
    before = everything_in(project.root)
    begin = time.process_time()
    cells = [{"number": 1, "source": source}, {"number": 2, "source": source}]
    body = {"path": project.path("new"), "cells": cells}
    for route, rest in (("parse", {"whole": True}), ("propose", {})):
        try:
            answer = await post(jp_fetch, route, {**body, **rest})
            assert json.loads(answer.body)
        except HTTPClientError as error:
            # It is a step already.
            assert (route, error.code) == ("propose", 400)
    # Such a request ties up a processor for no longer than a page would wait.
    assert time.process_time() - begin < 15
    assert everything_in(project.root) == before
