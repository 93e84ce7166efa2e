"""Where the servers of tests are, and stores on them."""

from typing import NamedTuple

from pikku.testing.servers.fixtures import new_redis_prefix


class Servers(NamedTuple):
    """Their addresses."""

    postgres: str
    redis: str

    def store_on(self, scheme: str, name: str) -> str:
        """The address of an empty store of `postgresql` or `redis`, by a name that nobody has had in this process."""
        if scheme == "postgresql":
            return _with(self.postgres, f"schema={name}")
        return _with(self.redis, f"prefix={new_redis_prefix()}-{name}")


def _with(url: str, option: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{option}"
