"""The queues that carry plain jobs."""

from collections.abc import Callable
from itertools import count

from tests.environment import PGQUEUER
from tests.servers import Servers

from pikku import WorkflowService
from pikku.stores.postgres import PostgresStore

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
