"""Real servers for tests and demos, started for as long as they are needed. They are never needed by an application."""

from pikku.testing.servers.postgres import PostgresServer

__all__ = ["PostgresServer"]
