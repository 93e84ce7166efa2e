"""A way to a server on which answers can be lost."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit


class Proxy:
    """Passes on what is said. With `deaf`, what was asked arrives, and instead of its answer the connection ends."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self.deaf = False
        self._connected_now: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for each in self._connected_now:
            each.cancel()
        await asyncio.wait(self._connected_now)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connected_now.add(asyncio.ensure_future(self._connected(reader, writer)))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        asking = asyncio.create_task(self._pass_on(reader, back))
        try:
            while (said := await there.read(1 << 16)) and not self.deaf:
                writer.write(said)
        except ConnectionError:
            pass
        finally:
            asking.cancel()
            for end in (writer, back):
                end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await reader.read(1 << 16):
                writer.write(said)
        writer.close()
