"""Addresses of servers as they may be shown: whatever is wrong with them, without what could be a part of a password."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, unquote, urlencode

from pikku.model.secret import without

HIDDEN = "…"

_OF_REDIS = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "unix": "unix"}
"""What the address of a Redis or Valkey server may begin with, and what drivers call it."""

_USER = re.compile(r"[\w.%+-]*")
_SECRET = re.compile("pass|secret|token|key|auth", re.IGNORECASE)
_DELIMITERS = re.compile(r"[\s:/?#@&=\[\]]+")
_SETTINGS = re.compile(r"[@=\s]")


def shown_address(url: str, *, user: bool = False, options: bool = False) -> str:
    """The address without password, and unless they are wanted, without user and options.

    Passwords have characters in them that should have been escaped: the last `@` ends them, whatever a parser would say.
    """
    scheme, separator, rest = url.partition(":")
    if not separator:
        return HIDDEN if _SETTINGS.search(url) else url
    head, at, tail = rest.rpartition("@")
    if "?" in head:
        return f"{scheme}://{HIDDEN}"  # in the password, or after it: nobody knows
    place, _, query = tail.partition("?")
    place = place.partition("#")[0]
    shown = [(name, text) for name, text in parse_qsl(query) if not _SECRET.search(name)] if options else []
    ending = f"?{urlencode(shown, safe='/')}" if shown else ""
    if not at:
        return f"{scheme}:{place}{ending}"
    name = head.removeprefix("//").partition(":")[0]
    name = f"{name}@" if user and _USER.fullmatch(name) else ""
    return f"{scheme}://{name}{place}{ending}"


def redis_address(url: str) -> str | None:
    """The address of a Redis or Valkey server as drivers want it; `None` for one that begins with something else."""
    scheme, separator, rest = url.partition("://")
    return f"{_OF_REDIS[scheme]}://{rest}" if separator and scheme in _OF_REDIS else None


def without_address(text: str, url: str) -> str:
    """What somebody says about an address, without the parts of its password: parsers like to quote."""
    return without(text, _parts_of_secrets(url))


def _parts_of_secrets(url: str) -> Collection[str]:
    rest = url.partition(":")[2]
    head, _, tail = rest.rpartition("@")
    secret = head.removeprefix("//").partition(":")[2]
    values = [value for name, value in parse_qsl(tail.partition("?")[2]) if _SECRET.search(name)]
    found = {part for text in (secret, head if "?" in head else "", *values) for part in _DELIMITERS.split(text)}
    return {form for part in found for form in (part, unquote(part)) if form}
