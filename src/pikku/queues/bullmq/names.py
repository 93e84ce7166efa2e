"""What queues and their keys are called at BullMQ."""

from typing import NamedTuple

from pikku.queues.carried_name import carried_name


def bullmq_name(queue: str) -> str:
    """The queue's name at BullMQ. For Node, a colon cannot be in one."""
    return carried_name(queue, forbidden=":")


class Keys(NamedTuple):
    """The keys of a queue that we use ourselves. `job` is what those of its jobs begin with."""

    job: str
    wait: str
    prioritized: str
    delayed: str
    meta: str
    marker: str


def keys_of(prefix: str, queue: str) -> Keys:
    """The keys of a queue, as BullMQ names them."""
    root = f"{prefix}:{bullmq_name(queue)}:"
    return Keys(root, *(f"{root}{name}" for name in Keys._fields[1:]))
