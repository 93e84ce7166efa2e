"""Hints within one process: who writes publishes, who waits subscribes."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from contextlib import aclosing
from threading import Lock
from typing import Any

from pikku.model.change import Applied, Change, Outcome, wants_attention
from pikku.model.ids import RunId
from pikku.ports.store import Hint

MOST_IDS = 10_000


class HintBoard:
    """Publishing is safe from any thread; subscribers that cannot keep up get one empty hint for all they missed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._subscribers: set[_Subscriber] = set()

    def publish(self, run_ids: Iterable[RunId]) -> None:
        """Tell every subscriber to look at these runs; none means: at anything."""
        hint = frozenset(run_ids)
        with self._lock:
            for subscriber in self._subscribers:
                subscriber.add(hint)

    def publish_outcomes(self, changes: Sequence[Change], outcomes: Sequence[Outcome]) -> None:
        """Tell of the applied changes that others may be waiting for."""
        touched = {
            change.run_id
            for change, outcome in zip(changes, outcomes, strict=True)
            if isinstance(outcome, Applied) and wants_attention(change)
        }
        if touched:
            self.publish(touched)

    async def subscribe(self) -> AsyncGenerator[Hint]:
        """The hints from now on."""
        subscriber = _Subscriber(asyncio.get_running_loop())
        with self._lock:
            self._subscribers.add(subscriber)
        try:
            while True:
                yield await subscriber.next()
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)

    async def subscribe_while(self, look: Callable[[], Coroutine[Any, Any, None]]) -> AsyncGenerator[Hint]:
        """The hints from now on; for as long, `look` looks for what other processes have done."""
        looking = asyncio.create_task(look())
        try:
            async with aclosing(self.subscribe()) as hints:
                async for hint in hints:
                    yield hint
        finally:
            looking.cancel()
            await asyncio.wait([looking])


class _Subscriber:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = Lock()
        self._ids: set[RunId] = set()
        self._anything = False
        self._arrived = asyncio.Event()

    def add(self, hint: Hint) -> None:
        with self._lock:
            self._ids |= hint
            self._anything |= not hint or len(self._ids) > MOST_IDS
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def next(self) -> Hint:
        await self._arrived.wait()
        with self._lock:
            hint = frozenset() if self._anything else frozenset(self._ids)
            self._ids.clear()
            self._anything = False
            self._arrived.clear()
        return hint
