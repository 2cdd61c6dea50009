"""``runs/ID/log``: a run's log from a byte offset, by WebSocket as it grows, or at once."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

import msgspec
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .. import api
from ..errors import NotFound, Refused
from ..runs.store import Store
from .handler import Handler
from .runs import wire

_LOOK_EVERY = (0.05, 0.2)
"""Seconds between looks at a log that doesn't grow: when it just did, and when not for long."""
_LOOK_EVERY_AT_FIRST = 0.01
"""The same for who has just clicked, and waits for the first line."""
_FIRST = 2.0
"""Seconds for which a reader is such a one."""
_READ_EVERY = 0.5
"""Seconds: that a run is lost is nowhere written, and found by reading its record again."""
_RATE_OF_NEW = 3_000_000
"""Bytes a second of what is printed while it is read: the stage comes first."""
_RATE_OF_OLD = 8_000_000
"""Bytes a second of what was there already, or of a run that has ended: a page draws no more."""
_MOST_AT_ONCE = 1_000_000
"""Bytes in an answer without a socket."""
_NORMAL = 1000
_BROKEN = 1011


class LogHandler(WebSocketMixin, WebSocketHandler, Handler):
    """Frames: bytes of the log; after each, and for what else happens, an ``api.LogEvent``."""

    # Reading on is no sign of a person.
    _track_activity = False

    def initialize(self, **options: object) -> None:
        super().initialize(**options)
        self._task: asyncio.Future[None] | None = None

    def skip_check_origin(self) -> bool:
        """A token doesn't excuse a page of another site: a socket has no other protection."""
        return not self._is_socket and super().skip_check_origin()

    @property
    def ping_interval(self) -> float:
        """None of the framework's: ``Tail`` pings, and a page that is slow to answer isn't gone."""
        return 0

    @property
    def _is_socket(self) -> bool:
        return self.request.headers.get("Upgrade", "").lower() == "websocket"

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler has it
        """Refuse before the upgrade; a socket's own would not admit as the other routes do."""
        await Handler.prepare(self)

    async def get(self, run_id: str) -> None:
        self._offset = self._asked_offset()
        store = await self.work(lambda: self.context.projects.store_of(run_id))
        if self._is_socket:
            self._store, self._run_id = store, run_id
            await WebSocketHandler.get(self, run_id)
            return
        data, size = await self.work(
            lambda: (store.log(run_id, self._offset, _MOST_AT_ONCE), store.log_size(run_id))
        )
        self.set_header("X-Log-Size", str(size))
        self.set_header("Cache-Control", "no-store")
        self.finish(data, set_content_type="application/octet-stream")

    def open(self, *_: str, **__: str) -> None:
        self._task = asyncio.ensure_future(self._stream())

    def on_message(self, message: str | bytes) -> None:
        """The page has nothing to say here."""

    def on_close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _asked_offset(self) -> int:
        text = self.get_query_argument("offset", "0")
        if not text.isascii() or not text.isdecimal() or len(text) > 15:
            raise Refused.of("request-invalid", reason="`offset` is a number of bytes")
        return int(text)

    async def _stream(self) -> None:
        try:
            await Tail(self, self._store, self._run_id, self._offset).follow()
        except WebSocketClosedError:
            return
        except asyncio.CancelledError:
            raise
        except NotFound:
            # Removed while it was read.
            self.close(_NORMAL)
        except Exception:
            self.log.exception("The log of run %s can't be sent", self._run_id)
            self.close(_BROKEN)
        else:
            self.close(_NORMAL)


class _Found(NamedTuple):
    """A look at a run: what its log has from ``begin`` on, up to a chunk."""

    run: api.Run
    begin: int
    data: bytes


class Tail:
    """One reader's way through a log; it holds one chunk, however far behind the reader is."""

    def __init__(self, handler: LogHandler, store: Store, run_id: str, offset: int) -> None:
        self._handler = handler
        self._settings = handler.context.settings
        self._store = store
        self._run_id = run_id
        self._offset = offset
        # What is there already is sent whole; only what comes too fast is left out.
        self._history: int | None = None
        self._read: tuple[object, float, api.Run] | None = None
        self._told: api.Run | None = None
        self._sent = self._opened = self._grown = time.monotonic()

    async def follow(self) -> None:
        """Until the run has ended and all of it is sent."""
        while True:
            # One thread's work, not three: the stage comes first.
            found = await self._handler.work(self._look)
            await self._tell_run(found.run)
            if found.begin > self._offset:
                await self._tell(api.LogEvent(dropped=(self._offset, found.begin)))
                self._offset = found.begin
            is_final = found.run.state in ("succeeded", "failed", "stopped", "lost")
            if found.data:
                is_old = is_final or self._offset < (self._history or 0)
                await self._send(found.data, _RATE_OF_OLD if is_old else _RATE_OF_NEW)
            elif is_final:
                return
            else:
                self._keep_alive()
                await asyncio.sleep(self._pause())

    def _pause(self) -> float:
        now = time.monotonic()
        if now - self._opened < _FIRST:
            return _LOOK_EVERY_AT_FIRST
        shortest, longest = _LOOK_EVERY
        return min(max((now - self._grown) / 20, shortest), longest)

    def _keep_alive(self) -> None:
        """A proxy cuts what is silent for long, often a minute."""
        interval = self._settings.log_ping_seconds
        if 0 < interval <= time.monotonic() - self._sent:
            self._handler.ping()
            self._sent = time.monotonic()

    def _look(self) -> _Found:
        run = self._run()
        size = self._store.log_size(self._run_id)
        if self._history is None:
            self._history = size
        begin, backlog = self._offset, self._settings.max_log_backlog
        if begin >= self._history and size - begin > backlog:
            begin = max(begin, size - backlog // 4)
        if size <= begin:
            return _Found(run, begin, b"")
        limit = self._settings.log_chunk_size
        return _Found(run, begin, self._store.log(self._run_id, begin, limit))

    def _run(self) -> api.Run:
        mark, now = self._store.mark(self._run_id), time.monotonic()
        if self._read is None or self._read[0] != mark or now - self._read[1] >= _READ_EVERY:
            run = wire(self._handler.context.root, self._store, self._store.read(self._run_id))
            self._read = (mark, now, run)
        return self._read[2]

    async def _send(self, data: bytes, rate: int) -> None:
        await self._write(data)
        self._offset += len(data)
        self._grown = time.monotonic()
        await self._tell(api.LogEvent(offset=self._offset))
        full = len(data) >= self._settings.log_chunk_size
        await asyncio.sleep(len(data) / rate if full else self._pause())

    async def _tell_run(self, run: api.Run) -> None:
        before = self._told and msgspec.structs.replace(self._told, log_size=run.log_size)
        if run != before:
            self._told = run
            await self._tell(api.LogEvent(run=run))

    async def _tell(self, event: api.LogEvent) -> None:
        await self._write(msgspec.json.encode(event).decode())

    async def _write(self, frame: bytes | str) -> None:
        # Waits until the socket takes it: a slow reader costs no memory.
        await self._handler.write_message(frame, binary=isinstance(frame, bytes))
        self._sent = time.monotonic()
