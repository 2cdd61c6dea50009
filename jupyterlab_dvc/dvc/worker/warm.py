"""The warm process: DVC's modules loaded, and a fork for each request."""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from .. import launch

_MODULES = (
    "dvc.repo",
    "dvc.repo.reproduce",
    "dvc.repo.index",
    "dvc.repo.graph",
    "dvc.repo.commit",
    "dvc.repo.status",
    "dvc.repo.stage",
    "dvc.scm",
    "dvc.stage",
    "dvc.stage.cache",
    "dvc.stage.run",
    "dvc.stage.utils",
    "dvc.stage.loader",
    "dvc.stage.serialize",
    "dvc.dvcfile",
    "dvc.dependency",
    "dvc.output",
    "dvc.parsing",
    "dvc.cachemgr",
    "dvc.data_cloud",
    "dvc.ignore",
    "dvc.lock",
    "dvc.rwlock",
    "dvc.fs.dvc",
    "dvc.schema",
    "dvc.utils.serialize",
    "dvc.utils.strictyaml",
    "dvc_data.index",
    "dvc_data.hashfile.build",
    "dvc_data.hashfile.state",
    "dvc_data.hashfile.checkout",
    "dvc_data.hashfile.transfer",
    "dvc.dirs",
    "dvc.repo.artifacts",
    "dvc.repo.datasets",
    "dvc.repo.metrics",
    "dvc.repo.params",
    "dvc.repo.plots",
    "dvc.types",
    "dvc_data.hashfile._progress",
    "dvc_data.hashfile.db.local",
    "dvc_data.hashfile.status",
    "configobj",
    "dulwich.ignore",
    "dulwich.index",
    "dulwich.worktree",
    "flatten_dict",
    "fsspec.implementations.memory",
    "networkx",
    "platformdirs.unix",
    "psutil",
    "ruamel.yaml",
    "jupyterlab_dvc.runs.entry",
    "jupyterlab_dvc.dvc.worker.failures",
    "jupyterlab_dvc.dvc.worker.read",
    "jupyterlab_dvc.dvc.worker.run",
)


def serve(descriptor: int, idle_seconds: float) -> int:
    """Fork for each request that comes through the socket; end when idle, or left alone."""
    for name in _MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            # Another DVC, or none: who needs it says so.
            continue
    # Forks share what is never written to.
    gc.collect()
    gc.freeze()
    # Nobody waits for those that were forked.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as connection:
        while select.select([connection], [], [], idle_seconds)[0]:
            data, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 8)
            while data and not data.endswith(b"\n"):
                part = connection.recv(1 << 16)
                data = data + part if part else b""
            if not data:
                break
            pid = os.fork()
            if pid == 0:
                _carry_out(json.loads(data), descriptors)
            for one in descriptors:
                os.close(one)
            connection.sendall(b"%d\n" % pid)
    return 0


def _carry_out(request: dict[str, Any], descriptors: list[int]) -> None:
    """In the fork: what was asked for, and then the end."""
    operations: dict[str, Callable[[dict[str, Any], list[int]], int]] = {
        "ask": _ask,
        "supervise": _supervise,
    }
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        close_others(descriptors)
        permit, *rest = descriptors
        # Who has called may have waited for too long, and gone on without us.
        if not os.read(permit, 1):
            _end(0)
        os.close(permit)
        code = operations[request["operation"]](request, rest)
    except BaseException:
        code = 1
        sys.excepthook(*sys.exc_info())
    _end(code)


def _ask(request: dict[str, Any], descriptors: list[int]) -> int:
    from .events import Events
    from .main import carry_out

    answers, errors = descriptors
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    os.close(errors)
    return carry_out(request["request"], Events(answers, alone=False))


def _supervise(request: dict[str, Any], descriptors: list[int]) -> int:
    from ...runs.entry import main

    events, log = descriptors
    os.dup2(log, 2)
    os.close(log)
    os.setsid()
    launch.fork_worker = fork_worker
    return main([request["root"], request["run"], str(events), str(request["log_limit"])])


def fork_worker(
    environment: dict[str, str], requests: int, answers: int, output: int | None
) -> int:
    """A worker as ``launch`` would start it, in a session of its own; gives its pid."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        os.chdir("/")
        os.dup2(requests, 0)
        if output is not None:
            os.dup2(output, 1)
            os.dup2(output, 2)
        # The lock of the run's events among them.
        close_others([answers])
        for number in (signal.SIGHUP, signal.SIGUSR1):
            signal.signal(number, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["worker", "--events", str(answers)]
        from .main import main

        sys.stdin = open(0, closefd=False)
        code = main()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _end(code)
    return 0


def close_others(kept: list[int]) -> None:
    """Close all descriptors but the standard ones and these."""
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    for name in os.listdir(folder):
        number = int(name)
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                # The one that the folder was read through.
                continue


def _end(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
