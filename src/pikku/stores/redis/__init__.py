"""The store for many machines on Redis or Valkey: one server, any number of processes."""

try:
    import redis as _redis  # noqa: F401  looked for here, so that its absence is told in one line
except ImportError as error:
    raise ImportError("RedisStore needs redis-py; run `pip install 'pikku[redis]'`") from error

from pikku.stores.redis.store import RedisStore

__all__ = ["RedisStore"]
