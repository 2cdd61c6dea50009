"""The running application: the routes that it has, and how to ask them."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado import web
from tornado.httpclient import HTTPClientError, HTTPResponse

from jupyterlab_dvc.project import Project as Opened
from jupyterlab_dvc.runs.record import Request
from jupyterlab_dvc.runs.store import Store
from jupyterlab_dvc.server.routes import NAMESPACE
from tests.server.project import Project

Fetch = Callable[..., Awaitable[HTTPResponse]]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
RUN_ID = "20260101T000000Z-abcdef"
# What a route's body needs beside the path.
REST: dict[str, dict[str, object]] = {
    "sync": {"sources_sha256": "0" * 64},
    "runs": {"what": "step"},
    "parse": {"cells": [{"number": 1, "source": ""}]},
    "edit": {"cell": {"number": 1, "source": ""}, "changes": []},
    "complete": {"kind": "in", "prefix": "da"},
    "propose": {"cells": [{"number": 1, "source": ""}]},
    "split": {
        "cells": [{"number": 1, "source": "x = 1"}, {"number": 2, "source": "print(x)"}],
        "at": 2,
        "name": "later",
    },
    "variants": {"op": "remove", "name": "other"},
}
FOLDERS = frozenset({"init", "repair"})
"""Routes whose path is a folder's, "" the root's."""
UNSAVED = frozenset({"parse", "edit", "complete", "propose", "split"})
"""Routes that answer for a notebook that isn't there yet, in a folder that is."""
READING = frozenset({"parse", "edit", "preview", "check", "complete", "propose", "split"})
"""Routes that only read, whatever their method."""


def own_routes(serverapp: ServerApp) -> dict[str, type[web.RequestHandler]]:
    """Path below the base URL → handler, of all rules in the running application that are ours.

    A run's id stands where the rule takes any.
    """
    found = {}
    for outer in serverapp.web_app.default_router.rules:
        for rule in getattr(outer.target, "rules", ()):
            pattern = getattr(rule.matcher, "regex", None)
            if pattern is not None and f"/{NAMESPACE}/" in pattern.pattern:
                path = pattern.pattern.rstrip("$").split(f"/{NAMESPACE}/", 1)[1]
                found[path.replace("([^/]+)", RUN_ID)] = rule.target
    return found


def methods_of(handler: type[web.RequestHandler]) -> list[str]:
    """Those that the handler answers to."""
    return [
        method
        for method in METHODS
        if getattr(handler, method.lower()) is not web.RequestHandler._unimplemented_method
    ]


async def post(fetch: Fetch, path: str, body: object, **options: Any) -> HTTPResponse:
    """A request as the page sends it."""
    headers = {"Content-Type": "application/json", **options.pop("headers", {})}
    text = body if isinstance(body, str) else json.dumps(body)
    return await fetch(
        NAMESPACE, *path.split("/"), method="POST", body=text, headers=headers, **options
    )


async def refused(answer: Awaitable[object]) -> HTTPClientError:
    with pytest.raises(HTTPClientError) as caught:
        await answer
    return caught.value


def body_of(error: HTTPClientError) -> Any:
    assert error.response is not None
    return json.loads(error.response.body)


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """All files with what is in them, and all folders: what a refusal must leave as it was."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def every_method(serverapp: ServerApp) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, handler in own_routes(serverapp).items()
        for method in methods_of(handler)
    ]


def action(path: str, method: str) -> str:
    """What an authorizer is to be asked for, as the design has it."""
    reads = method in ("GET", "HEAD") or path in READING or path.endswith("/log")
    return "read" if reads else "write"


async def read_everything(
    serverapp: ServerApp, fetch: Fetch, project: Project, run_id: str
) -> None:
    """Ask all routes that only read for the notebook ``second``, in a way that each answers."""
    asked = set()
    for route, method in every_method(serverapp):
        if action(route, method) != "read":
            continue
        body = {"path": project.path("second"), **REST.get(route, {})}
        path = route.replace(RUN_ID, run_id)
        if method == "GET":
            params = {key: str(value) for key, value in body.items()}
            answer = fetch(NAMESPACE, *path.split("/"), params={} if RUN_ID in route else params)
        else:
            answer = post(fetch, path, body)
        assert (await answer).code == 200, (method, route)
        asked.add(route)
    assert asked > READING | {"version", "state", "runs", "variants", f"runs/{RUN_ID}/log"}


def writing(project: Project) -> dict[str, dict[str, object]]:
    """A project in which each route that writes has something to do, and the bodies for that."""
    (project.root / "free").mkdir()
    opened = Opened.at(project.folder)
    opened.apply(opened.plan_sync([project.folder / "second.ipynb"]))
    rwlock = project.folder / ".dvc" / "tmp" / "rwlock"
    rwlock.parent.mkdir(exist_ok=True)
    rwlock.write_text("")
    second = project.path("second")
    return {
        "repair": {"path": project.name},
        "sync": project.sync("first"),
        "params": {"path": second, "values": {"repeat.times": "3"}},
        "variants": {
            "path": second,
            "op": "add",
            "variant": {"name": "v", "paths": {"data/repeated.txt": "data/v.txt"}},
        },
        "init": {"path": "free"},
        "runs": {"path": project.path("first"), "what": "step"},
        f"runs/{RUN_ID}/stop": {},
    }


def a_run(folder: Path) -> str:
    """The id of a run that was and is no more."""
    store = Store(folder)
    with store.starting():
        run, events = store.create(Request())
    os.close(events)
    (store.folder / run.id / "log").write_bytes(b"the log")
    return run.id
