"""Whose keys these are, and which version they have."""

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from pikku.model.errors import ForeignStoreError, NewerStoreError, StoreError
from pikku.ports.schema import SchemaVersion
from pikku.stores.redis.address import Address

NEWEST = 2
"""The version of the keys and hashes that this code works with. The first, never released, had a hash for each step."""


async def adopt(client: Redis, address: Address, *, migrate: bool) -> None:
    """See to it that the keys are ours and the newest.

    Raises `ForeignStoreError` and `NewerStoreError`, and `StoreError` if it would have to migrate and must not, or cannot.
    """
    version = (await read_version(client, address)).found
    if version == NEWEST:
        return
    if version:
        raise StoreError(
            f"the store {address} has version {version} of the keys under {address.prefix!r}, from before there was a "
            f"release, and this Pikku works with version {NEWEST}; take another prefix, or delete those keys"
        )
    if not migrate:
        raise StoreError(
            f"the store {address} has nothing of Pikku under {address.prefix!r} yet; run `pikku migrate`, or open it once "
            "with migrate=True"
        )
    await client.set(_key(address), NEWEST, nx=True)


async def read_version(client: Redis, address: Address) -> SchemaVersion:
    """Which version there is, 0 if there is nothing of ours. Raises `ForeignStoreError` and `NewerStoreError`."""
    where = f"the key {_key(address)} of {address}"
    try:
        found = await client.get(_key(address))
    except ResponseError as error:
        if "WRONGTYPE" not in str(error):
            raise
        raise ForeignStoreError(where, "another application's") from error
    except UnicodeDecodeError as error:
        raise ForeignStoreError(where, "another application's: it is no text") from error
    if found is None:
        return SchemaVersion(0, NEWEST)
    if not found.isascii() or not found.isdigit():
        raise ForeignStoreError(where, f"another application's: it says {found[:80]!r}")
    if int(found) > NEWEST:
        raise NewerStoreError(where, int(found), NEWEST)
    return SchemaVersion(int(found), NEWEST)


def _key(address: Address) -> str:
    return f"{address.root}:schema"
