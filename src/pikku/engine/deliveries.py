"""The order in which a body sees the results of its steps, kept so that a replay sees them in the same order.

Parallel branches make their next calls as their results arrive: with `gather(process(a), process(b))`, which branch calls
its second step first, and so gets the first key of that name, depends on whose first step ended first. A replay that
delivered results in another order would pair steps with the wrong branches. Therefore every recorded call tells which
results the body had seen when it was made (`StepCall.seen`), and a replay delivers along that record.
"""

from collections.abc import Collection, Iterable
from itertools import count

from msgspec import Struct

from pikku.model.step import Seen, Step


class Call(Struct, frozen=True, gc=False):
    """The moment of one call: its place among the calls of the body, and how many results the body had seen.

    `sequential`: the results of all earlier calls, in their order.
    """

    position: int
    seen_count: int
    sequential: bool


class Deliveries:
    """One body's calls and deliveries, and what is recorded of the deliveries of its earlier life."""

    def __init__(self, recorded: Iterable[Step]) -> None:
        steps = list(recorded)
        self._script = _script(steps)
        self._sequential = {step.call.position for step in steps if step.call.seen is None}
        self._log: list[str] = []
        self._in_order = True
        self._told = next(number for number in count() if number not in self._script)
        self._keys: list[str] = []

    @property
    def calls(self) -> int:
        """How many calls the body has made."""
        return len(self._keys)

    def called(self, key: str) -> Call:
        """The body makes a call."""
        position, seen = len(self._keys), len(self._log)
        self._keys.append(key)
        return Call(position, seen, self._in_order and seen == position)

    def delivered(self, key: str) -> None:
        """The body sees the result of that step."""
        at = len(self._log)
        self._in_order = self._in_order and at < len(self._keys) and self._keys[at] == key
        self._log.append(key)

    def is_sequential(self, call: Call) -> bool:
        """Whether the recorded next call was made after exactly this result and all before it, in order.

        Then nothing else of the body can be under way, and the result may be given without waiting for other branches.
        """
        return self._in_order and len(self._log) == call.position and call.position + 1 in self._sequential

    def next(self, waiting: Collection[str]) -> str:
        """Which of the waiting results is to be delivered: the one on record, else the one that came first."""
        scripted = self._script.get(len(self._log))
        return scripted if scripted is not None and scripted in waiting else next(iter(waiting))

    @property
    def told(self) -> int:
        """How many deliveries have been told of, from the first one on."""
        return self._told

    def tell_again(self, told: int) -> None:
        """Of the deliveries, only so many are in the store: the next record has to tell of the others once more."""
        self._told = min(self._told, told)

    def tell(self, call: Call) -> Seen | None:
        """What a call's first record has to tell of the deliveries before it; to be asked in the order of writing."""
        if call.sequential:
            self._told = max(self._told, call.seen_count)
            return None
        start = min(self._told, call.seen_count)
        self._told = max(self._told, call.seen_count)
        return Seen(start, tuple(self._log[start : call.seen_count]))


def _script(steps: Collection[Step]) -> dict[int, str]:
    """The recorded order of deliveries: number of the delivery -> key."""
    by_position = {step.call.position: step.key for step in steps}
    in_order_until = max((step.call.position for step in steps if step.call.seen is None), default=0)
    script = {number: by_position[number] for number in range(in_order_until) if number in by_position}
    for step in steps:
        if seen := step.call.seen:
            script.update(enumerate(seen.keys, seen.start))
    return script
