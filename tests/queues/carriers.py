"""The queues that carry plain jobs."""

from collections.abc import Callable
from itertools import count

from tests.environment import BULLMQ, PGQUEUER
from tests.servers import Servers

from pikku import WorkflowService
from pikku.stores.postgres import PostgresStore
from pikku.stores.redis import RedisStore
from pikku.testing.servers.fixtures import new_redis_prefix

_schemas = count()

NewService = Callable[[], WorkflowService]
"""Makes what one more process works with, on the same data."""

CARRIERS: dict[str, Callable[[Servers], NewService]] = {}
"""Those of this environment. Each call is for another test."""

if PGQUEUER:
    from pikku.queues.pgqueuer import PgQueuerQueue

    def _pgqueuer(servers: Servers) -> NewService:
        schema = f"carried_{next(_schemas)}"
        return lambda: WorkflowService(
            PostgresStore(servers.postgres, schema=f"{schema}_store"),
            PgQueuerQueue(schema=schema, job_retry_delay="10ms"),
        )

    CARRIERS["pgqueuer"] = _pgqueuer

if BULLMQ:
    from pikku.queues.bullmq import BullMQQueue

    def _bullmq(servers: Servers) -> NewService:
        prefix = new_redis_prefix()
        return lambda: WorkflowService(
            RedisStore(servers.redis, prefix=f"{prefix}-store"),
            BullMQQueue(prefix=prefix, job_retry_delay="10ms"),
        )

    CARRIERS["bullmq"] = _bullmq
