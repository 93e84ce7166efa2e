"""The queue of PgQueuer: messages and plain jobs in a PostgreSQL database."""

try:
    import asyncpg as _asyncpg  # noqa: F401  looked for here, so that its absence is told in one line
    import pgqueuer as _pgqueuer  # noqa: F401  the library, not this package
except ImportError as error:
    raise ImportError("PgQueuerQueue needs PgQueuer and asyncpg; run `pip install 'pikku[pgqueuer]'`") from error

from pikku.queues.pgqueuer.queue import PgQueuerQueue

__all__ = ["PgQueuerQueue"]
