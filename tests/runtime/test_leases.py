"""What a renewal proves, and what it does not."""

from collections.abc import Sequence
from typing import Any, cast

from pikku.model.change import Held
from pikku.model.errors import StoreUnavailableError
from pikku.model.pauses import FIRST_MS
from pikku.runtime.leases import LeaseKeeper
from pikku.testing.clock import VirtualClock
from pikku.testing.contracts.scene import ANN, OTHER, RUN


class Slow:
    """A store that renews; meanwhile, this process hears that it has got a run which it asked for long ago."""

    def __init__(self) -> None:
        self.keeper: LeaseKeeper
        self.asked_at = 0

    def renew(self, lease: Any, held: Sequence[Held]) -> Sequence[Held]:
        self.keeper.hold(Held(OTHER, 1), self.asked_at)
        return ()


async def test_a_renewal_proves_nothing_about_what_was_taken_over_while_it_was_under_way() -> None:
    clock, store = VirtualClock(), Slow()
    keeper = store.keeper = LeaseKeeper(cast(Any, store), ANN, clock, lambda held: None)
    keeper.start()
    store.asked_at = clock.now()
    keeper.hold(Held(RUN, 1), clock.now())
    await clock.advance(ANN.ttl_ms // 2)
    assert keeper.renew()
    assert keeper.is_sure()
    await clock.advance(ANN.ttl_ms // 2)
    assert not keeper.is_sure()
    await keeper.stop()


class Shaken:
    """A store whose connections have not outlived the standstill: it renews at the second try."""

    def __init__(self) -> None:
        self.tries = 0

    def renew(self, lease: Any, held: Sequence[Held]) -> Sequence[Held]:
        self.tries += 1
        if self.tries == 1:
            raise StoreUnavailableError("of the test", "the connection was lost")
        return ()


async def test_who_has_stood_still_does_not_wait_long_for_another_try() -> None:
    clock, store = VirtualClock(), Shaken()
    keeper = LeaseKeeper(cast(Any, store), ANN, clock, lambda held: None)
    keeper.start()
    keeper.hold(Held(RUN, 1), clock.now() - ANN.ttl_ms)
    began = clock.now()
    await clock.run(keeper.make_sure())
    await keeper.stop()
    assert (store.tries, clock.now() - began) == (2, FIRST_MS)
