"""Real servers for tests and demos, started for as long as they are needed. They are never needed by an application."""

from pikku.testing.servers.postgres import PostgresServer
from pikku.testing.servers.redis import RedisServer

__all__ = ["PostgresServer", "RedisServer"]
