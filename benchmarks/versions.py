"""Which libraries an environment has. Imports nothing that an environment could lack."""

from importlib.metadata import PackageNotFoundError, version

LIBRARIES = ("asyncpg", "bullmq", "dbos", "hiredis", "msgspec", "pgqueuer", "pikku", "psycopg", "redis", "SQLAlchemy")


async def installed(url: str) -> dict[str, str]:
    """Their versions by name."""
    return {name: found for name in LIBRARIES if (found := _version(name))}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
