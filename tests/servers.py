"""Where the servers of tests are."""

from typing import NamedTuple


class Servers(NamedTuple):
    """Their addresses."""

    postgres: str
    redis: str
