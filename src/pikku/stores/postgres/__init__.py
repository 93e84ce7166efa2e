"""The store for many machines: one PostgreSQL database, any number of processes."""

try:
    import asyncpg as _asyncpg  # noqa: F401  looked for here, so that its absence is told in one line
except ImportError as error:
    raise ImportError("PostgresStore needs asyncpg; run `pip install 'pikku[postgres]'`") from error

from pikku.stores.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
