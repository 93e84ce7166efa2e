"""What the runtime asks of a store. Twelve verbs, in the engine's words; no policy, no user code behind them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from pikku.model.change import Change, Held, Lease, Outcome
from pikku.model.ids import RunId
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt, Step

T = TypeVar("T")

Hint = frozenset[RunId]
"""Runs to look at now; empty: anything may have changed. Hints may be lost, doubled and late: they only save waiting."""


class Snapshot(Struct, frozen=True):
    """A run, its steps by key, and the store's time at which they were read."""

    run: Run
    steps: Mapping[str, Step]
    now: int


class ClaimedStep(Struct, frozen=True):
    """A step as it was claimed, and the workflow that it belongs to."""

    step: Step
    workflow: str


class RunQuery(Struct, frozen=True, kw_only=True):
    """Which runs to list, newest first. Empty collections and `None` mean: any.

    `tags` must all be there. `created_from` (inclusive) and `created_until` (exclusive) are milliseconds since 1970.
    `ended_for` wants runs that ended at least so many milliseconds ago, by the store's clock. `before` is the last run of the
    page before; so many as `skip` are passed over after it. `bare` runs come without what may be large or is derived: input
    (null), output, error, tags, `waiting_on` and the last interaction of their steps.
    """

    run_ids: Collection[RunId] = ()
    statuses: Collection[RunStatus] = ()
    workflow: str | None = None
    tags: Collection[str] = ()
    created_from: int | None = None
    created_until: int | None = None
    ended_for: int | None = None
    before: RunId | None = None
    skip: int = 0
    limit: int = 100
    bare: bool = False


class RunReader(Protocol):
    """What people and tools ask: the narrower port of those who only look."""

    async def get_run(self, run_id: RunId) -> Run | None:
        """The run with `waiting_on` and its last interaction, or `None` when there is no such run."""

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        """The runs that the query asks for, by time of creation and id, newest first."""

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        """All attempts of all steps, by the time they began, then by the place of the call in the body."""


class Store(RunReader, Protocol):
    """A store remembers, guards and tells what is due. Safe for any number of processes unless it says otherwise."""

    async def open(self, *, migrate: bool = True) -> None:
        """Make the store usable, bringing it to the newest schema unless told not to.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`.
        """

    async def close(self) -> None:
        """Let go of everything. Safe at any time, also twice."""

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Make the changes durable, in order and in one transaction, and tell of each whether it was made or refused.

        A refused change does not hinder the others. When this returns, what was applied survives a crash.
        """

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        """The runs with their steps, in any order; unknown ones are left out.

        Of a run that `only` names, nothing but the steps with these keys, as far as they are there.
        """

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        """Take up to `limit` due runs of these workflows, the longest due first: each in a new epoch of its own."""

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        """Take up to `limit` due remote steps that call these functions, of running runs: each in a new epoch.

        With `workflows`, only steps of their runs. A step that its last worker left running comes with the next attempt; the
        lost one is in the history.
        """

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        """Hold these for another `ttl_ms`, and tell which are not held any more.

        Blocks, and may be called from any thread: a blocked event loop must not lose its leases.
        """

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        """Milliseconds until the next of these is due to be claimed, 0 if one is, `None` if nothing waits for a time.

        What the owner `besides` holds does not count: his leases end only if he dies.
        """

    def hints(self) -> AsyncIterator[Hint]:
        """What to look at, as it happens, for as long as it is iterated. A reader that is slow gets an empty hint."""


class TransactionalStore(Store, Protocol):
    """A store whose writes can be part of a transaction that writes other things too, in the same database."""

    @property
    def dsn(self) -> str:
        """The address of the database, as it was given."""

    async def apply_within(self, connection: Any, changes: Sequence[Change]) -> Sequence[Outcome]:
        """`apply` in the transaction that this connection has begun: what it tells is true if that commits."""

    async def in_transaction(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """What `work` returns for a connection in a transaction, committed afterwards; done again if others were in its way."""
