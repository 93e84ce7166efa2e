"""One alarm for many attempts: each is told of at its own time, and what is over is not."""

from pikku.runtime.late_bell import LateBell
from pikku.testing.clock import VirtualClock


class Noted:
    def __init__(self, clock: VirtualClock, rung: list[tuple[str, int]], name: str) -> None:
        self.ring = lambda: rung.append((name, clock.now()))


async def test_each_rings_at_its_own_time_and_never_once_it_is_over() -> None:
    clock = VirtualClock()
    bell, began, rung = LateBell(clock, 500), clock.now(), list[tuple[str, int]]()
    attempts = {name: Noted(clock, rung, name) for name in "abcde"}
    for name in "abc":
        bell.begin(attempts[name])
        await clock.advance(100)
    bell.over(attempts["a"])
    await clock.advance(1_000)
    assert rung == [("b", began + 600), ("c", began + 700)]

    bell.begin(attempts["d"])
    bell.over(attempts["d"])
    await clock.advance(400)
    bell.begin(attempts["e"])
    await clock.advance(2_000)
    assert rung[2:] == [("e", began + 2_200)]
