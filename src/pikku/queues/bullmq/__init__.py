"""The queue of BullMQ: messages and plain jobs on a Redis or Valkey server, shared with BullMQ for Node."""

try:
    import bullmq as _bullmq  # noqa: F401  the library, not this package
except ImportError as error:
    raise ImportError("BullMQQueue needs bullmq; run `pip install 'pikku[bullmq]'`") from error

from pikku.queues.bullmq.queue import BullMQQueue

__all__ = ["BullMQQueue"]
