"""The schema of a store that has one."""

from typing import Protocol, runtime_checkable

from msgspec import Struct


class SchemaVersion(Struct, frozen=True):
    """Which version of the schema was found, 0 if there is none yet, and which one this code works with."""

    found: int
    newest: int


@runtime_checkable
class VersionedStore(Protocol):
    """A store that is brought from one version of its schema to the next."""

    async def schema_version(self) -> SchemaVersion:
        """Look which version there is. Changes nothing, and does not need the store to be open.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`.
        """
