"""A proxy between a page and the server that cuts connections, as those of companies do."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Relays bytes to a port on this machine.

    ``silence`` is how many seconds the server may say nothing before the connection is cut, as
    nginx's ``proxy_read_timeout`` has it.
    """

    def __init__(self, target: int, silence: float | None) -> None:
        self._target = target
        self._silence = silence
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.cuts = 0

    def cut(self) -> None:
        """Break all connections at once, without a word to either side."""
        for writer in list(self._writers):
            # No orderly end: a reset, as of a cable that was pulled out and a router that gave up.
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a connection of the page's."""
        there, onwards = await asyncio.open_connection("127.0.0.1", self._target)
        pair = {writer, onwards}
        self._writers |= pair
        for source, sink, silence in ((reader, onwards, None), (there, writer, self._silence)):
            task = asyncio.create_task(self._relay(source, sink, silence))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _relay(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, silence: float | None
    ) -> None:
        try:
            while data := await asyncio.wait_for(source.read(1 << 16), silence):
                sink.write(data)
                await sink.drain()
        except asyncio.TimeoutError:
            self.cuts += 1
            self.cut()
        except OSError:
            # Cut.
            pass
        finally:
            sink.close()
            self._writers.discard(sink)


@asynccontextmanager
async def proxied(target: int, silence: float | None = None) -> AsyncIterator[Proxy]:
    """A proxy that is there for the block."""
    proxy = Proxy(target, silence)
    server = await asyncio.start_server(proxy.connected, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await server.wait_closed()
