"""The store port of one simulated process: what it asks goes over the line."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

from tests.simulation.errand import current_errand
from tests.simulation.hearing import Ear, Town
from tests.simulation.line import Answer, Far, Line
from tests.simulation.witness import Witness, at_once

from pikku.model.change import Applied, Change, Held, Lease, Outcome, wants_attention
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot


class DistantStore:
    """Asks the witness, from far away."""

    def __init__(self, process: Far, line: Line, witness: Witness, town: Town) -> None:
        self._process = process
        self._line = line
        self._witness = witness
        self._town = town

    async def open(self, *, migrate: bool = True) -> None:
        return

    async def close(self) -> None:
        return

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        return await self.apply_and("apply", changes, lambda outcomes: None)

    async def apply_and(
        self, what: str, changes: Sequence[Change], then: Callable[[Sequence[Outcome]], None]
    ) -> Sequence[Outcome]:
        """Make changes, and let the world do something at that moment."""

        def question() -> Sequence[Outcome]:
            outcomes = self._witness.apply(self._process.name, changes)
            self._town.tell_all(_touched(changes, outcomes))
            then(outcomes)
            return outcomes

        outcomes: Sequence[Outcome] = await self._ask(what, question)
        return outcomes

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        name, witness = self._process.name, self._witness
        found: Sequence[Snapshot] = await self._ask("load", lambda: witness.load(name, run_ids, only))
        return found

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        name, witness = self._process.name, self._witness
        runs: Sequence[Run] = await self._ask(
            "claim_runs", lambda: witness.claim_runs(name, lease, tuple(workflows), limit)
        )
        return runs

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        name, witness = self._process.name, self._witness
        steps: Sequence[ClaimedStep] = await self._ask(
            "claim_steps", lambda: witness.claim_steps(name, lease, tuple(functions), limit, workflows)
        )
        return steps

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        name, witness = self._process.name, self._witness

        def request(answer: Answer) -> None:
            def hear(value: Any, error: BaseException | None) -> None:
                self._process.unless_frozen(lambda: answer(value, error))

            self._line.ask("renew", lambda: witness.renew(name, lease, held), hear)

        lost: Sequence[Held] = current_errand().ask(request)
        return lost

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        store = self._witness.store
        due: int | None = await self._ask("next_due", lambda: at_once(store.next_due(workflows, functions, besides)))
        return due

    def hints(self) -> AsyncIterator[Hint]:
        return self._town.listen(Ear(self._process, None))

    async def get_run(self, run_id: RunId) -> Run | None:
        run: Run | None = await self._ask("get_run", lambda: at_once(self._witness.store.get_run(run_id)))
        return run

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        runs: Sequence[Run] = await self._ask("list_runs", lambda: at_once(self._witness.store.list_runs(query)))
        return runs

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        found: Sequence[Attempt] = await self._ask("history", lambda: at_once(self._witness.store.history(run_id)))
        return found

    async def _ask(self, what: str, question: Callable[[], Any]) -> Any:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Any] = loop.create_future()

        def hear(value: Any, error: BaseException | None) -> None:
            if told.done():
                return
            if error is None:
                told.set_result(value)
            else:
                told.set_exception(error)

        def answer(value: Any, error: BaseException | None) -> None:
            if not self._process.is_dead:
                loop.call_soon_threadsafe(hear, value, error)

        self._line.ask(what, question, answer)
        return await told


def _touched(changes: Sequence[Change], outcomes: Sequence[Outcome]) -> list[RunId]:
    """The runs that others may be waiting for, in the order of the changes."""
    told = zip(changes, outcomes, strict=True)
    touched = [each.run_id for each, outcome in told if isinstance(outcome, Applied) and wants_attention(each)]
    return list(dict.fromkeys(touched))
