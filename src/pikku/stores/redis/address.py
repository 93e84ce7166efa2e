"""Where a store is: a server, a database of it, and the prefix of all keys."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from pikku.model.address import redis_address, shown_address
from pikku.model.errors import StoreURLError

_PREFIX = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")
_OURS = {"decode_responses", "encoding", "encoding_errors", "protocol", "retry"}
"""What the store depends on, and nobody may set."""


class Address(Struct, frozen=True):
    """A server's address and the validated prefix."""

    url: str
    prefix: str

    def __str__(self) -> str:
        """What may be shown: the address without name, password and options."""
        return shown_address(self.url)

    @property
    def driver_url(self) -> str:
        """The address as the driver wants it."""
        return redis_address(self.url) or self.url

    @property
    def root(self) -> str:
        """What all keys begin with. In braces it is a hash tag: a cluster keeps all keys of a store in one place."""
        return f"{{{self.prefix}}}"

    @property
    def channel(self) -> str:
        """The channel of this store's hints."""
        return f"{self.root}:hints"

    def at(self, host: str, port: int) -> "Address":
        """The same for another server, which wants the same name and password. Without a host, on the same machine."""
        parts = urlsplit(self.url)
        secret, at, _ = parts.netloc.rpartition("@")
        host = host or parts.hostname or "localhost"
        netloc = f"{secret}{at}{f'[{host}]' if ':' in host else host}:{port}"
        if parts.scheme == "unix":
            return Address(f"redis://{netloc}/0", self.prefix)
        return Address(parts._replace(netloc=netloc).geturl(), self.prefix)


def address_of(url: str, prefix: str) -> Address:
    """The address, looked at. Raises `StoreURLError` for a prefix or an address that cannot be one."""
    if redis_address(url) is None:
        raise StoreURLError(url, "a Redis address looks like redis://host:6379/0")
    if not _PREFIX.fullmatch(prefix):
        raise StoreURLError(
            url,
            f"{prefix[:80]!r} cannot be the prefix of its keys; 1 to 64 letters, digits and _ . : / - are allowed",
        )
    address = Address(url, prefix)
    if problem := _problem_of(address.driver_url):
        raise StoreURLError(url, problem)
    return address


def _unknown_option(error: TypeError) -> str:
    name = str(error).partition("unexpected keyword argument ")[2]
    return f"{name} is not an option of the address that redis-py knows" if name else str(error)


def _problem_of(url: str) -> str | None:
    """Why the driver cannot use the address. It would say so when it connects, as another kind of error, or not at all."""
    try:
        parts = urlsplit(url)
        options = set(parse_qs(parts.query))
        ConnectionPool.from_url(url).make_connection()  # type: ignore[no-untyped-call]
    except TypeError as error:
        return _unknown_option(error)
    except (ValueError, RedisError) as error:
        return str(error)
    if ours := sorted(options & _OURS):
        return f"{ours[0]!r} is not an option that can be set here"
    if parts.scheme == "unix" and not parts.path:
        return "it has no path to a socket; write unix:///path/to/socket"
    number = unquote(parts.path).strip("/")
    if parts.scheme != "unix" and number and not (number.isascii() and number.isdigit()):
        return f"{number[:80]!r} is not the number of a database; write redis://host:6379/0"
    return None
