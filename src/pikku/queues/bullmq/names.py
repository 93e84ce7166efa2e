"""What queues and their keys are called at BullMQ."""

from functools import lru_cache

from msgspec import Struct

from pikku.queues.carried_name import carried_name

_NAMES = ("wait", "prioritized", "delayed", "meta", "marker", "id", "active")
_MARKER = _NAMES.index("marker")


class Keys(Struct, frozen=True):
    """The keys of a queue: `all` are those that scripts are given, in their order; `job` is what those of jobs begin with."""

    job: str
    all: tuple[str, ...]

    @property
    def marker(self) -> str:
        """Where BullMQ says that there may be something to do."""
        return self.all[_MARKER]


def bullmq_name(queue: str) -> str:
    """The queue's name at BullMQ. For Node, a colon cannot be in one."""
    return carried_name(queue, forbidden=":")


@lru_cache(maxsize=4096)
def keys_of(prefix: str, queue: str) -> Keys:
    """The keys of a queue, as BullMQ names them."""
    root = f"{prefix}:{bullmq_name(queue)}:"
    return Keys(root, tuple(f"{root}{name}" for name in _NAMES))
