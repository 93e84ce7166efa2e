"""What the server's settings mean for what it was told to remember."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import ResponseError

OLDEST = (6, 2)
"""The first version of Redis that this store works with. Valkey tells the version of Redis that it stands in for."""


class Settings(Struct, frozen=True):
    """What matters of the server's settings. `None`: it does not say."""

    version: tuple[int, ...] | None = None
    appendonly: bool | None = None
    appendfsync: str | None = None
    eviction: str | None = None


async def settings_of(client: Redis) -> Settings:
    """What the server says of itself; hosted ones do not say everything."""
    info, config = await _told(client.info), await _told(lambda: client.config_get("appendfsync"))
    appendonly = info.get("aof_enabled")
    return Settings(
        version=_version(info.get("redis_version")),
        appendonly=None if appendonly is None else str(appendonly) == "1",
        appendfsync=config.get("appendfsync"),
        eviction=info.get("maxmemory_policy"),
    )


def too_old(settings: Settings) -> str | None:
    """Why this server cannot be used; `None` if it can."""
    if settings.version is None or settings.version >= OLDEST:
        return None
    return f"it is Redis {'.'.join(map(str, settings.version))}; Redis {'.'.join(map(str, OLDEST))} or Valkey is needed"


def risks(settings: Settings) -> list[str]:
    """In which ways the server may forget what it has confirmed."""
    found = []
    if settings.appendonly is False:
        found.append("with appendonly off, a crash loses everything since the last snapshot")
    elif settings.appendfsync in ("everysec", "no"):
        lost = "the last second" if settings.appendfsync == "everysec" else "the last half minute"
        found.append(f"with appendfsync {settings.appendfsync}, a crash of the machine loses {lost}")
    if settings.eviction is not None and settings.eviction != "noeviction":
        found.append(f"with maxmemory-policy {settings.eviction}, runs are deleted when memory is short")
    return found


async def _told(ask: Callable[[], Awaitable[Any]]) -> Mapping[str, Any]:
    try:
        told: Mapping[str, Any] = await ask()
    except ResponseError:
        return {}
    return told


def _version(text: object) -> tuple[int, ...] | None:
    parts = str(text or "").split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else None
