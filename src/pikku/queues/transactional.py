"""Whether a store's writes can share a transaction with somebody else's."""

from typing import cast

from pikku.model.errors import QueueError
from pikku.ports.store import Store, TransactionalStore


def as_transactional(store: Store) -> TransactionalStore | None:
    """The store, if its writes can be part of a transaction of others."""
    return cast(TransactionalStore, store) if hasattr(store, "apply_within") else None


def joining(store: Store) -> TransactionalStore:
    """The store, to write in a transaction that the caller has begun. Raises `QueueError` if it cannot."""
    found = as_transactional(store)
    if found is None:
        raise QueueError(
            f"{store!r} cannot write in a transaction of yours; leave `connection` out, or use a PostgresStore"
        )
    return found
