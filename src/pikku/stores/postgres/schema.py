"""Whose schema it is, and which version it has."""

from functools import cache
from importlib.resources import files
from typing import Any

import asyncpg

from pikku.model.errors import ForeignStoreError, NewerStoreError, StoreError
from pikku.ports.schema import SchemaVersion
from pikku.stores.postgres.address import Address
from pikku.stores.postgres.query import Query

MIGRATION_LOCK = 0x50696B6B
"""Who migrates holds this advisory lock ("Pikk"). Frozen: all versions of Pikku must agree."""

SELECT_IDENTITY = Query("select_identity")


@cache
def migrations() -> dict[int, str]:
    """The text of every migration by its number, from 1, in order."""
    folder = files(__package__).joinpath("migrations")
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".sql")}
    return {int(name.partition("_")[0]): texts[name] for name in sorted(texts)}


def newest() -> int:
    """The version of the schema that this code works with."""
    return max(migrations())


async def adopt(connection: Any, address: Address, *, migrate: bool) -> None:
    """See to it that the schema is ours and the newest.

    Raises `ForeignStoreError` and `NewerStoreError`, and `StoreError` if it would have to migrate and must not.
    """
    version = (await read_version(connection, address)).found
    if version == newest():
        return
    if not migrate:
        state = f"has version {version} of the schema" if version else "has no schema yet"
        raise StoreError(
            f"the store {address} {state}, version {newest()} is needed; run `pikku migrate`, or open it once with migrate=True"
        )
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        await _migrate(connection, address)


async def read_version(connection: Any, address: Address) -> SchemaVersion:
    """Which version the schema has. Raises `ForeignStoreError` and `NewerStoreError`."""
    return SchemaVersion(await _version(connection, address), newest())


async def _migrate(connection: Any, address: Address) -> None:
    # Looked at again under the lock: another process may have migrated in the meantime.
    version = await _version(connection, address)
    if not await connection.fetchval("SELECT to_regnamespace($1) IS NOT NULL", address.quoted):
        await connection.execute(f"CREATE SCHEMA {address.quoted}")
    await connection.execute(f"SET LOCAL search_path TO {address.quoted}")
    for number, text in migrations().items():
        if number > version:
            await connection.execute(text)
            await connection.execute("INSERT INTO pikku_migrations (version) VALUES ($1)", number)


async def _version(connection: Any, address: Address) -> int:
    """The schema's version, 0 if there is nothing of ours in it."""
    relations = await connection.fetchval(SELECT_IDENTITY.within(address.quoted), address.quoted)
    if not relations:
        return 0
    where = f"the schema {address.schema} of {address}"
    if "pikku_migrations" not in relations:
        raise ForeignStoreError(where, f"another application's: it has {', '.join(relations)}")
    try:
        version = await connection.fetchval(f"SELECT max(version) FROM {address.quoted}.pikku_migrations")  # noqa: S608
    except (asyncpg.UndefinedColumnError, asyncpg.WrongObjectTypeError, asyncpg.UndefinedFunctionError) as error:
        raise ForeignStoreError(where, "another application's: its pikku_migrations is none of ours") from error
    if not isinstance(version, int):
        raise ForeignStoreError(where, "another application's: its pikku_migrations has no version")
    if version > newest():
        raise NewerStoreError(where, version, newest())
    return version
