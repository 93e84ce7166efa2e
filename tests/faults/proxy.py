"""A port of this machine that passes on to a server what it is told, in whatever weather there is."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Any

LOCAL = "127.0.0.1"
PIECE = 65_536
DELAY_SECONDS = 0.03
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing then tells the other side that the connection was reset."""


class Weather(StrEnum):
    """What becomes of what is said."""

    FAIR = "fair"
    LATE = "late"
    """It arrives, after a while."""
    SILENT = "silent"
    """It arrives nowhere, and nobody is told, until the weather changes."""
    DEAF = "deaf"
    """The server hears it, but its answers are lost with the connection."""
    CUT = "cut"
    """Connections are reset, and new ones too, as soon as anything is said on them."""
    HALF_CLOSED = "half-closed"
    """The server seems to have nothing more to say, but goes on listening."""


class Proxy:
    """Passes on what comes to `port`, on a line of its own for each, for as long as `running` lasts."""

    def __init__(self, connect: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]) -> None:
        self._connect = connect
        self._weather = Weather.FAIR
        self._changed = asyncio.Event()
        self._lines: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0
        self.harmed = 0
        """How many pieces the weather has got into its hands."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._accept, LOCAL, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.change(Weather.FAIR)
            for line in self._lines:
                _reset(*line)
            for task in self._serving:
                task.cancel()
            if self._serving:
                await asyncio.wait(self._serving)

    def change(self, weather: Weather) -> None:
        """From now on. When it changes, the connections that were left in silence are cut."""
        was_silent, self._weather = self._weather is Weather.SILENT, weather
        self._changed.set()
        self._changed = asyncio.Event()
        if was_silent:
            for line in self._lines:
                _reset(*line)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: Any = asyncio.current_task()
        self._serving.add(task)
        try:
            there, to_server = await self._connect()
            line = (writer, to_server)
            self._lines.add(line)
            try:
                await asyncio.gather(
                    self._pass_on(reader, to_server, line), self._pass_on(there, writer, line, back=True)
                )
            finally:
                self._lines.discard(line)
                _reset(*line)
        except (OSError, asyncio.CancelledError):
            writer.close()
        finally:
            self._serving.discard(task)

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        line: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        *,
        back: bool = False,
    ) -> None:
        while piece := await source.read(PIECE):
            self.harmed += self._weather is not Weather.FAIR
            match self._weather:
                case Weather.LATE:
                    await asyncio.sleep(DELAY_SECONDS)
                case Weather.SILENT:
                    await self._changed.wait()
                    return
                case Weather.CUT:
                    _reset(*line)
                    return
                case Weather.DEAF if back:
                    _reset(*line)
                    return
                case Weather.HALF_CLOSED if back:
                    with suppress(OSError):
                        target.write_eof()
                    return
                case _:
                    pass
            target.write(piece)
            await target.drain()
        with suppress(OSError):
            target.write_eof()


def _reset(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        connection = writer.get_extra_info("socket")
        if connection is not None and connection.family == socket.AF_INET:
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()
