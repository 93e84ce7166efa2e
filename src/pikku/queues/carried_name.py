"""The name of a queue where it is carried: not every server and library takes every text."""

from functools import lru_cache
from hashlib import sha256

from pikku.model.names import storable

LONGEST = 500
"""In bytes: such names are parts of keys and of indexes, which must be short."""


@lru_cache(maxsize=4096)
def carried_name(queue: str, forbidden: str = "") -> str:
    """The queue's name: itself, unless it is empty, too long, or has a `forbidden` character or what no server can hold.

    Then it is shortened, and ends in its SHA-256, so that two queues have two names.
    """
    name = storable(queue)
    for character in forbidden:
        name = name.replace(character, "_")
    if name == queue and 0 < len(name.encode()) <= LONGEST:
        return name
    return f"{name[:100]}-{sha256(queue.encode('utf-8', 'surrogatepass')).hexdigest()}"
