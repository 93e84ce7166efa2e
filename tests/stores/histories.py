"""Several at once on the same runs, each with its own beliefs of what it owns; what they ask and are told is written down."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from random import Random
from typing import Any

import msgspec
from tests.stores.linearizability import Apply, Asked, ClaimRun, ClaimSteps, Load, Question, Renew

from pikku.model.change import Change, Held, Lease
from pikku.model.enact import as_read
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.model.step import Step, StepStatus
from pikku.ports.store import Store
from pikku.testing.contracts.scene import (
    FUNCTION,
    created,
    ended,
    inserted,
    moved,
    released,
    remote,
    scheduled,
    succeeded,
    woken,
)

KEYS = ["pay", "ship", "mail"]


class History:
    """All that was asked about each run."""

    def __init__(self) -> None:
        self.asked: dict[RunId, list[Asked]] = {}
        self._places = count()

    async def ask(self, who: str, run: RunId, question: Question, answering: Callable[[], Awaitable[Any]]) -> Any:
        begun = next(self._places)
        answer = await answering()
        self.asked.setdefault(run, []).append(Asked(who, question, answer, begun, next(self._places)))
        return answer


class Actor:
    """One process: it believes what it was last told, which may have been long ago."""

    def __init__(self, name: str, store: Store, history: History, random: Random) -> None:
        self.name = name
        self._store = store
        self._history = history
        self._random = random
        self._leases = [Lease(name, 30_000), Lease(name, 0)]
        self._known: set[RunId] = set()
        self._epochs: dict[RunId, int] = {}
        self._steps: dict[tuple[RunId, str], Step] = {}

    async def act(self, runs: Sequence[RunId], times: int) -> None:
        doings = [self._create, self._claim_run, self._write, self._write, self._write, self._claim_steps]
        doings += [self._renew, self._load]
        for _ in range(times):
            await self._random.choice(doings)(self._random.choice(runs))

    async def _create(self, run: RunId) -> None:
        by = self._random.choice([None, *self._leases])
        await self._apply(run, [created(run, by, workflow=run)])
        self._known.add(run)

    async def _claim_run(self, run: RunId) -> None:
        lease = self._random.choice(self._leases)

        async def claim() -> Any:
            claimed = await self._store.claim_runs(lease, [run], 10)
            return tuple(msgspec.structs.replace(each, waiting_on=()) for each in claimed)

        for each in await self._history.ask(self.name, run, ClaimRun(lease), claim):
            self._epochs[run] = each.epoch
            self._known.add(run)

    async def _claim_steps(self, run: RunId) -> None:
        lease = self._random.choice(self._leases)

        async def claim() -> Any:
            claimed = await self._store.claim_steps(lease, [FUNCTION], 10, [run])
            return tuple(sorted((each.step for each in claimed), key=lambda step: step.key))

        for each in await self._history.ask(self.name, run, ClaimSteps(lease), claim):
            self._steps[run, each.key] = each

    async def _renew(self, run: RunId) -> None:
        lease = self._random.choice(self._leases)
        held = [Held(run, self._epoch(run)), *self._held_steps(run)]

        async def renew() -> Any:
            return frozenset(await asyncio.to_thread(self._store.renew, lease, held))

        await self._history.ask(self.name, run, Renew(lease, tuple(held)), renew)

    async def _load(self, run: RunId) -> None:
        async def load() -> Any:
            for found in await self._store.load([run]):
                return as_read(found.run, found.steps), tuple(found.steps[key] for key in sorted(found.steps))
            return None

        found = await self._history.ask(self.name, run, Load(), load)
        if found is not None:
            self._known.add(run)
        if found is not None and self._random.random() < 0.5:
            self._epochs[run] = found[0].epoch
            self._steps.update(((run, step.key), step) for step in found[1])

    async def _write(self, run: RunId) -> None:
        # A run that is just being created cannot be locked: on PostgreSQL it may appear in the middle of a change of it, which
        # harms nobody, because nobody writes about a run that he does not know to be there.
        if run in self._known:
            await self._apply(run, [self._change(run) for _ in range(self._random.randint(1, 3))])
        else:
            await self._load(run)

    async def _apply(self, run: RunId, changes: list[Change]) -> None:
        async def apply() -> Any:
            return tuple(await self._store.apply(changes))

        await self._history.ask(self.name, run, Apply(tuple(changes)), apply)

    def _change(self, run: RunId) -> Change:
        random, epoch, key = self._random, self._epoch(run), self._random.choice(KEYS)
        step = self._steps.get((run, key))
        kind = random.random()
        if kind < 0.3:
            return remote(key, run=run, epoch=epoch) if key == "mail" else inserted(key, scheduled(), run, epoch=epoch)
        if kind < 0.65:
            was, attempt = (step.status, step.attempt_count) if step else (StepStatus.SCHEDULED, 1)
            standing = random.choice([scheduled(0, attempt + 1), succeeded(attempt=attempt)])
            by_worker = step.epoch if step is not None and step.status is StepStatus.RUNNING else None
            return moved(key, standing, run, was=was, attempt=attempt, run_epoch=epoch, step_epoch=by_worker)
        if kind < 0.8:
            return released(random.choice([None, 0]), run, epoch=epoch, seen_wakes=random.choice([0, 1]))
        if kind < 0.97:
            return woken(run)
        return ended(random.choice([RunStatus.COMPLETED, RunStatus.CANCELLED]), run, epoch=random.choice([epoch, None]))

    def _epoch(self, run: RunId) -> int:
        return self._epochs.get(run, 1)

    def _held_steps(self, run: RunId) -> list[Held]:
        return [Held(run, step.epoch, key) for (of, key), step in self._steps.items() if of == run and step.owner]
