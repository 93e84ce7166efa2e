"""What a store tells many who ask at once, it could have told them one after the other."""

import asyncio
from random import Random

from tests.stores.histories import Actor, History
from tests.stores.linearizability import Apply, Asked, ClaimRun, Load, refuted

from pikku.model.change import Applied
from pikku.model.enact import claim_run
from pikku.model.payload import NULL
from pikku.model.run import Run
from pikku.testing import Stores
from pikku.testing.contracts.scene import ANN, BOB, RUN, created, run_id

NOW = 1_000
NEW = Run(run_id=RUN, workflow="onboarding", input_json=NULL, created_ms=NOW, updated_ms=NOW, due_ms=NOW)
BORN = Asked("ann", Apply((created(),)), (Applied(NOW),), 0, 1)


async def test_answers_to_many_at_once_are_those_of_one_after_the_other(stores: Stores) -> None:
    opened, history = [await stores.open(), await stores.open()], History()
    for seed in range(3):
        runs = [run_id(10 * seed + number) for number in range(4)]
        names = [f"{name} of seed {seed}" for name in ("ann", "bob", "cyd", "dan")]
        actors = [Actor(name, opened[place % 2], history, Random(name)) for place, name in enumerate(names)]
        await asyncio.gather(*(actor.act(runs, 30) for actor in actors))
    for run, asked in history.asked.items():
        assert (why := refuted(asked, stores.clock.now())) is None, f"run {run}: {why}"


def test_two_who_have_claimed_the_same_epoch_are_refuted() -> None:
    ann, bob = claim_run(NEW, ANN, NOW), claim_run(NEW, BOB, NOW)
    history = [BORN, Asked("ann", ClaimRun(ANN), (ann,), 2, 5), Asked("bob", ClaimRun(BOB), (bob,), 3, 4)]
    assert refuted(history[:2], NOW) is None
    assert "2 of 3 answers can be explained" in (refuted(history, NOW) or "")


def test_who_reads_after_a_write_was_answered_must_see_it_but_not_before() -> None:
    nothing = Asked("bob", Load(), None, 2, 3)
    assert "1 of 2 answers can be explained" in (refuted([BORN, nothing], NOW) or "")
    meanwhile = Asked("bob", Load(), None, 0, 3)
    assert refuted([BORN, meanwhile], NOW) is None
