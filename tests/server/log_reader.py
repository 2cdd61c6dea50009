"""A page's way through a run's log: what came, where it stands, what it was told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyterlab_dvc.server.routes import NAMESPACE

SECONDS = 60.0


class LogReader:
    """One socket of a log at a time; it knows from which byte to go on.

    ``data`` is all that came, ``gaps`` what the server said that it left out.
    """

    def __init__(self, port: int, base_url: str, headers: dict[str, str], run_id: str) -> None:
        self._address = f"ws://127.0.0.1:{port}{base_url}{NAMESPACE}/runs/{run_id}/log"
        self._headers = headers
        self._socket: WebSocketClientConnection | None = None
        self.at = 0
        self.data = bytearray()
        self.gaps: list[tuple[int, int]] = []
        self.runs: list[dict[str, Any]] = []

    @property
    def state(self) -> str:
        """Of the run, as it was told last."""
        return str(self.runs[-1]["state"]) if self.runs else ""

    async def connect(self) -> LogReader:
        request = HTTPRequest(f"{self._address}?offset={self.at}", headers=self._headers)
        self._socket = await websocket_connect(request)
        assert self._socket.protocol is not None
        stream = self._socket.protocol.stream
        assert stream is not None
        self._stream = stream
        return self

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    async def read(self, until: Callable[[LogReader], bool] = lambda _: False) -> int | None:
        """Take what comes until that is so, or the server's end: gives its code then.

        A connection that was cut has none, and gives 1006 as in a browser.
        """
        assert self._socket is not None
        while not until(self):
            message = await asyncio.wait_for(self._socket.read_message(), SECONDS)
            if message is None:
                self.close()
                # Not only as soon as the loop gets to it, which may have ended by then.
                self._stream.close()
                return self._socket.close_code or 1006
            self._take(message)
        return None

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.data += message
            self.at += len(message)
            return
        event = json.loads(message)
        if "run" in event:
            self.runs.append(event["run"])
        elif "dropped" in event:
            begin, end = event["dropped"]
            assert begin == self.at
            self.gaps.append((begin, end))
            self.at = end
        else:
            assert event == {"offset": self.at}
