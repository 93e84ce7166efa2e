"""To a server by way of a proxy: its address with another host and port, and how the proxy itself gets there."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.faults.proxy import LOCAL

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Way(NamedTuple):
    """`connect` opens a line to the server; `by` gives its address by way of a port of this machine."""

    connect: Callable[[], Awaitable[Line]]
    by: Callable[[int], str]


def way_to_postgres(url: str) -> Way:
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    folder = options.pop("host", None)
    user = parts.username or ""

    def by(port: int) -> str:
        return parts._replace(netloc=f"{user}@{LOCAL}:{port}", query=urlencode(options)).geturl()

    if folder is None:
        return Way(partial(asyncio.open_connection, parts.hostname, parts.port or 5432), by)
    return Way(partial(asyncio.open_unix_connection, f"{folder}/.s.PGSQL.5432"), by)


def way_to_redis(url: str) -> Way:
    parts = urlsplit(url)
    if parts.scheme != "unix":
        connect = partial(asyncio.open_connection, parts.hostname, parts.port or 6379)
        return Way(connect, lambda port: parts._replace(netloc=f"{LOCAL}:{port}").geturl())
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return Way(partial(asyncio.open_unix_connection, parts.path), lambda port: f"redis://{LOCAL}:{port}/{number}")
