"""Where a store is: a server, a database of it, and the prefix of all keys."""

import re
from urllib.parse import urlsplit

from msgspec import Struct

from pikku.model.errors import StoreURLError

SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "unix": "unix"}
"""What an address may begin with, and what the driver calls it."""

_PREFIX = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")


class Address(Struct, frozen=True):
    """A server's address and the validated prefix."""

    url: str
    prefix: str

    def __str__(self) -> str:
        """What may be shown: the address without name, password and options."""
        return without_password(self.url)

    @property
    def driver_url(self) -> str:
        """The address as the driver wants it."""
        scheme, _, rest = self.url.partition("://")
        return f"{SCHEMES[scheme]}://{rest}"

    @property
    def root(self) -> str:
        """What all keys begin with. In braces it is a hash tag: a cluster keeps all keys of a store in one place."""
        return f"{{{self.prefix}}}"

    @property
    def channel(self) -> str:
        """The channel of this store's hints."""
        return f"{self.root}:hints"


def address_of(url: str, prefix: str) -> Address:
    """The address, looked at. Raises `StoreURLError` for a prefix or an address that cannot be one."""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in SCHEMES:
        raise StoreURLError(without_password(url), "a Redis address looks like redis://host:6379/0")
    if not _PREFIX.fullmatch(prefix):
        raise StoreURLError(
            without_password(url),
            f"{prefix[:80]!r} cannot be the prefix of its keys; 1 to 64 letters, digits and _ . : / - are allowed",
        )
    return Address(url, prefix)


def without_password(url: str) -> str:
    """The address as it may be shown and logged."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "redis://…"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
