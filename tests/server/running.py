"""A Jupyter Server in a process of its own, to be killed, starved and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyterlab_dvc.server.routes import NAMESPACE

TOKEN = "a-token-of-the-tests"
SECONDS = 60.0


class RunningServer:
    """``home`` holds what the server keeps, ``root`` is what it shows.

    ``before`` is code that its process runs first, ``settings`` those of the server half.
    """

    def __init__(self, home: Path, root: Path, before: str = "", **settings: object) -> None:
        self.headers = {"Authorization": f"token {TOKEN}"}
        self.port = 0
        self._home = home
        command = [
            sys.executable,
            "-c",
            f"{before}\nfrom jupyter_server.serverapp import main; main()",
            "--no-browser",
            "--allow-root",
            "--port=0",
            "--ip=127.0.0.1",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={root}",
            "--ServerApp.jpserver_extensions={'jupyterlab_dvc': True}",
            *(f"--JupyterLabDVC.{name}={value}" for name, value in settings.items()),
        ]
        environment = {
            **os.environ,
            **{f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")},
            "JUPYTER_PLATFORM_DIRS": "1",
        }
        self._log = open(home / "server.log", "ab")
        self.process = subprocess.Popen(
            command,
            env=environment,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def get(self, path: str) -> Any:
        """What a GET answers; ``path`` is one of ours, or begins with ``/``."""
        return json.loads(self.read(path))

    def read(self, path: str) -> bytes:
        """The same, where it isn't JSON."""
        return self._asked(path if path.startswith("/") else f"/{NAMESPACE}/{path}", None)

    def post(self, path: str, body: object) -> Any:
        return json.loads(self._asked(f"/{NAMESPACE}/{path}", json.dumps(body).encode()))

    def end(self, number: int = signal.SIGTERM) -> None:
        """The signal for it and all of its group; no run is in that."""
        os.killpg(self.process.pid, number)
        self.process.wait()
        self._log.close()

    def said(self) -> str:
        return (self._home / "server.log").read_text("utf-8", "replace")

    def _asked(self, path: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=body,
            headers={**self.headers, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return bytes(answer.read())

    def wait_for_answer(self) -> None:
        """Until it has begun to serve."""
        info = self._home / "RUNTIME" / f"jpserver-{self.process.pid}.json"

        def answers() -> bool:
            assert self.process.poll() is None, self.said()
            try:
                self.port = json.loads(info.read_bytes())["port"]
                self.get("/api")
            except (OSError, ValueError):
                return False
            return True

        wait_until(answers)


@contextmanager
def running(
    home: Path, root: Path, before: str = "", **settings: object
) -> Iterator[RunningServer]:
    """A server for the block, if that doesn't end it sooner."""
    server = RunningServer(home, root, before, **settings)
    try:
        server.wait_for_answer()
        yield server
    finally:
        if server.process.poll() is None:
            server.end(signal.SIGKILL)


def wait_until(is_so: Callable[[], object], seconds: float = SECONDS) -> None:
    """Until it is so; that it never is, is a failure."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
