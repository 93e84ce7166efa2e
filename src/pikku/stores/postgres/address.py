"""Where a store is: a database and a schema in it."""

import re

from msgspec import Struct

from pikku.model.address import shown_address
from pikku.model.errors import StoreURLError

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SCHEMES = ("postgresql", "postgres")
LONGEST_NAME = 63


class Address(Struct, frozen=True):
    """A database's address (DSN) and the validated name of a schema in it."""

    dsn: str
    schema: str

    def __str__(self) -> str:
        """What may be shown: the address without the password."""
        return without_password(self.dsn)

    @property
    def quoted(self) -> str:
        """The schema as it is written into SQL: quoted, because it may be a word of the language."""
        return f'"{self.schema}"'

    @property
    def channel(self) -> str:
        """The channel of this schema's notifications; that two long names may share one does no harm."""
        return f"pikku_{self.schema}"[:LONGEST_NAME]


def address_of(dsn: str, schema: str) -> Address:
    """The address, looked at. Raises `StoreURLError` for a schema or an address that cannot be one."""
    scheme, separator, _ = dsn.partition("://")
    if not separator or scheme not in _SCHEMES:
        raise StoreURLError(dsn, "a PostgreSQL address looks like postgresql://user@host/database")
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise StoreURLError(
            dsn,
            f"{schema[:80]!r} cannot be its schema; up to {LONGEST_NAME} small letters, digits and underscores are "
            "allowed, no digit first, and not pg_… ",
        )
    return Address(dsn, schema)


def without_password(dsn: str) -> str:
    """The address as it may be shown and logged."""
    return shown_address(dsn, user=True, options=True)
