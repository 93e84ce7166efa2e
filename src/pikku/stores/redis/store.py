"""The store on a Redis or Valkey server."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence

from redis.asyncio import Redis

from pikku.model.change import Change, Held, Lease, Outcome
from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import ClosedStoreError, StoreUnavailableError
from pikku.model.failure import LOST
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt
from pikku.ports.clock import TimeSource
from pikku.ports.schema import SchemaVersion
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot
from pikku.stores.count import count_of
from pikku.stores.hearing import Hearing
from pikku.stores.listing import in_order
from pikku.stores.redis.address import address_of
from pikku.stores.redis.attempts import attempt_behind
from pikku.stores.redis.durability import risks, settings_of, too_old
from pikku.stores.redis.lines import Lines, Replication
from pikku.stores.redis.listening import hear_channel
from pikku.stores.redis.listing import pages
from pikku.stores.redis.packing import outcomes_of, pack, packed_changes
from pikku.stores.redis.record import bare_run_in, run_in, run_seen_in, step_in, steps_in
from pikku.stores.redis.schema import adopt, read_version
from pikku.stores.row import readable, to_text

logger = logging.getLogger("pikku.stores.redis")

_LOST = to_text(LOST)


class RedisStore:
    """Keeps everything on a Redis (6.2 or later) or Valkey server, for any number of processes on any number of machines.

    `url` is the address: `redis://host:6379/0`, `rediss://…` with TLS, `unix:///path/to/socket?db=0`; of a cluster, that of
    any node. All keys begin with `{prefix}:`, with the braces, and so are on one node. At most `pool_size` connections are
    used at once, besides one for hints and one for leases. With `wait_replicas`, a write counts as made when so many replicas
    have it too (`WAIT`); `wait_timeout` is how long they may take.

    What a server remembers of what it has confirmed depends on its settings; what it may forget is logged in one line when
    the store is opened. The store's clock is the server's. `clock` is for tests: its time is used instead. Raises
    `StoreURLError` for an address or a prefix that cannot be one, and `ConfigurationError` for a number that is too small.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "workflows",
        pool_size: int = 4,
        wait_replicas: int = 0,
        wait_timeout: Duration = "5s",
        clock: TimeSource | None = None,
    ) -> None:
        self._address = address_of(url, prefix)
        self._pool_size = count_of("pool_size", pool_size, least=1)
        replicas = count_of("wait_replicas", wait_replicas, least=0)
        # Less than a millisecond would be, to the server, for ever.
        self._replication = Replication(replicas, max(1, parse_duration(wait_timeout)))
        self._clock = clock
        self._turn = asyncio.Lock()
        self._lines: Lines | None = None
        self._hints = Hearing(self._hear)

    def __repr__(self) -> str:
        return f"RedisStore({str(self._address)!r}, prefix={self._address.prefix!r})"

    @property
    def url(self) -> str:
        """The address of the server, as it was given: with the password, if there is one in it."""
        return self._address.url

    async def open(self, *, migrate: bool = True) -> None:
        """Connect, and look whether the server can be used, and what it may forget.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`; without `migrate`, `StoreError` if there is
        nothing of Pikku yet under the prefix.
        """
        async with self._turn:
            if self._lines is not None:
                return
            lines = self._new_lines()
            try:
                await lines.connect()
                await lines.call(self._look_at_settings)
                await lines.call(lambda client: adopt(client, self._address, migrate=migrate))
            except BaseException:
                await lines.close()
                raise
            self._lines = lines

    async def schema_version(self) -> SchemaVersion:
        """Look which version the keys have. Changes nothing, and does not need the store to be open.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`.
        """
        lines = self._new_lines()
        try:
            return await lines.call(lambda client: read_version(client, self._address))
        finally:
            await lines.close()

    async def close(self) -> None:
        """Let go of all connections."""
        async with self._turn:
            lines, self._lines = self._lines, None
            await self._hints.stop()
            if lines is not None:
                await lines.close()

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        answer = await self._opened().write("apply", self._now(), packed_changes(changes), self._address.channel)
        return outcomes_of(answer, len(changes))

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        keys = {run_id: [*dict.fromkeys(wanted)] for run_id, wanted in (only or {}).items()}
        wanted = [(run_id, keys.get(run_id)) for run_id in dict.fromkeys(run_ids)]
        now, *found = await self._opened().ask("load", self._now(), pack(wanted))
        return [Snapshot(run_in(run), steps_in(run[0], records, calls), now) for run, records, calls in found]

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        asked = (lease.owner, lease.ttl_ms, limit, *dict.fromkeys(workflows))
        return readable(run_in, await self._opened().write("claim_runs", self._now(), *asked))

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        if workflows is not None and not workflows:
            return []
        names = [*dict.fromkeys(functions)]
        asked = (to_text(lease.owner), lease.ttl_ms, limit, _LOST, len(names), *names, *dict.fromkeys(workflows or ()))
        answer = await self._opened().write("claim_steps", self._now(), *asked)
        return readable(lambda each: ClaimedStep(step_in(*each[1:]), each[0]), answer)

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        packed = pack([(each.run_id, each.epoch, each.key) for each in held])
        return [held[number] for number in self._opened().renew(self._now(), lease.ttl_ms, packed)]

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        names = [*dict.fromkeys(workflows)]
        asked = (besides or "", to_text(besides) if besides else "", len(names), *names, *dict.fromkeys(functions))
        due_in: int | None = await self._opened().ask("next_due", self._now(), *asked)
        return due_in

    def hints(self) -> AsyncIterator[Hint]:
        return self._hints.listen()

    async def get_run(self, run_id: RunId) -> Run | None:
        found = await self._opened().ask("read_run", run_id)
        return run_seen_in(found) if found else None

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        lines, read = self._opened(), bare_run_in if query.bare else run_seen_in
        return [read(each) async for each in pages(query, lambda page: lines.ask("list_runs", self._now(), page))]

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        records, calls, texts = await self._opened().ask("read_history", run_id)
        steps = steps_in(run_id, records, calls)
        return in_order(steps, [attempt_behind(text, steps) for text in texts])

    async def _look_at_settings(self, client: Redis) -> None:
        settings = await settings_of(client)
        if reason := too_old(settings):
            raise StoreUnavailableError(str(self._address), reason)
        if found := risks(settings):
            logger.warning("the store %s may forget what it has confirmed: %s", self._address, "; ".join(found))

    async def _hear(self, tell: Callable[[str], None]) -> None:
        # In a cluster, what is published anywhere is heard everywhere; but the node of the address may be dead.
        await hear_channel(self._lines.route.here if self._lines else self._address, tell)

    def _new_lines(self) -> Lines:
        return Lines(self._address, self._pool_size, self._replication)

    def _now(self) -> int | str:
        """The time to go by, or nothing for the server's."""
        return self._clock.now() if self._clock else ""

    def _opened(self) -> Lines:
        lines = self._lines
        if lines is None:
            raise ClosedStoreError(str(self._address))
        return lines
