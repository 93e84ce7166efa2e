"""`pikku migrate`: bring a store to the newest schema, before those come who may not."""

import asyncio

import click

from pikku.app.configuration import read_configuration
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, store_option
from pikku.cli.printable import printable
from pikku.cli.stores import named_store
from pikku.ports.schema import SchemaVersion, VersionedStore
from pikku.ports.store import Store

NEEDED = 1
"""The exit code when there is something to migrate and nothing is to be changed."""


@click.command(short_help="Bring the store to the newest schema.")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if the store would have to be migrated.")
@store_option
@app_option
@verbose_option
def migrate(check: bool, store: str | None, app: str | None) -> int:
    """Bring the schema of the store to the newest version, and say which it had.

    A SQLite file or a PostgreSQL schema that is not there yet is created. Runs stay what they are. Stores that have no schema
    are left alone.
    """
    line, code = asyncio.run(_migrate(store, app, check=check))
    click.echo(printable(line))
    return code


async def _migrate(store: str | None, app: str | None, *, check: bool) -> tuple[str, int]:
    async with named_store(store, app, read_configuration()) as (service, _):
        if not isinstance(service.store, VersionedStore):
            return f"nothing to migrate: {service.store!r} has no schema", 0
        return await _brought(service.store, await service.store.schema_version(), check=check)


async def _brought(store: Store, version: SchemaVersion, *, check: bool) -> tuple[str, int]:
    if version.found == version.newest:
        return f"nothing to migrate: {store!r} has version {version.newest}, the newest", 0
    if check:
        state = f"has version {version.found}" if version.found else "has no schema yet"
        return f"{store!r} {state}, version {version.newest} is needed; run `pikku migrate`", NEEDED
    await store.open(migrate=True)
    await store.close()
    before = f"version {version.found}" if version.found else "no schema"
    return f"migrated {store!r} from {before} to version {version.newest}", 0
