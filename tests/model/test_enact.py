"""What holds of every change, whatever it is and whatever it meets."""

from collections.abc import Sequence

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from pikku.engine.transitions import STEP_MOVES
from pikku.model.change import (
    Change,
    FailedAttempt,
    Held,
    Lease,
    Refusal,
    RunCreated,
    RunMoved,
    RunReleased,
    RunWoken,
    Standing,
    StepInserted,
    StepMoved,
    wants_attention,
)
from pikku.model.enact import Effect, as_read, claim_run, claim_step, enact, holds
from pikku.model.failure import LOST, Failure
from pikku.model.ids import RunId
from pikku.model.payload import NULL
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt, Step, StepCall, StepKind, StepStatus

RUN = RunId("01941f29-7c00-7000-8000-000000000001")
LEASE = Lease("ann", 30_000)
BROKEN = Failure(type="Broken", message="it broke")
ABANDONED = Failure(type="RunEnded", message="the run ended first")
KEYS = st.sampled_from(["a", "b", "c"])
SMALL = st.integers(0, 2)
MOMENTS = st.none() | st.sampled_from([0, 5, 50])


class ClaimRun(Struct, frozen=True):
    """Somebody claims the run if it is due."""


class ClaimStep(Struct, frozen=True):
    """Somebody claims a remote step if it is due."""

    key: str


class World(Struct, frozen=True):
    """One run with its steps and the attempts behind, at a moment."""

    now: int = 1_000
    run: Run | None = None
    steps: dict[str, Step] = {}
    attempts: tuple[Attempt, ...] = ()

    def after(self, event: Change | ClaimRun | ClaimStep) -> "World | Refusal":
        if isinstance(event, ClaimRun):
            due = self.run is not None and self.run.due_ms is not None and self.run.due_ms <= self.now
            return self.written(Effect(run=claim_run(self.run, LEASE, self.now))) if self.run and due else self
        if isinstance(event, ClaimStep):
            step = self.steps.get(event.key)
            due = step is not None and step.call.remote and not step.status.final and (step.due_ms or 0) <= self.now
            return self.written(claim_step(step, LEASE, self.now)) if step and due else self
        effect = enact(event, self.run, self.steps, self.now)
        return effect if isinstance(effect, Refusal) else self.written(effect)

    def written(self, effect: Effect) -> "World":
        steps = {**self.steps, **{step.key: step for step in effect.steps}}
        return World(self.now, effect.run or self.run, steps, (*self.attempts, *effect.attempts))


@st.composite
def standings(draw: st.DrawFn, start: StepStatus | None, attempt: int) -> Standing:
    status = draw(st.sampled_from(sorted(STEP_MOVES[start])))
    behind = None
    if status is StepStatus.SCHEDULED and draw(st.booleans()):
        behind, attempt = FailedAttempt(attempt, BROKEN, draw(MOMENTS)), attempt + 1
    return Standing(
        status,
        attempt,
        result_json=NULL if status is StepStatus.SUCCEEDED else None,
        error=BROKEN if status is StepStatus.FAILED else None,
        due_in=draw(MOMENTS) if status is StepStatus.SCHEDULED else None,
        ran_ms=draw(MOMENTS),
        failed=behind,
    )


@st.composite
def insertions(draw: st.DrawFn) -> StepInserted:
    key = draw(KEYS)
    call = StepCall(key=key, name=key, kind=StepKind.RPC, position=0, rpc_name="f", remote=draw(st.booleans()))
    return StepInserted(run_id=RUN, epoch=draw(SMALL), call=call, standing=draw(standings(None, 1)))


@st.composite
def moves(draw: st.DrawFn) -> StepMoved:
    start = draw(st.sampled_from([status for status in StepStatus if not status.final]))
    attempt = draw(st.integers(1, 2))
    return StepMoved(
        run_id=RUN,
        key=draw(KEYS),
        from_status=start,
        from_attempt=attempt,
        standing=draw(standings(start, attempt)),
        run_epoch=draw(st.none() | SMALL),
        step_epoch=draw(st.none() | SMALL),
        only_when_due=draw(st.booleans()),
    )


CREATIONS = st.builds(
    RunCreated, run_id=st.just(RUN), workflow=st.just("w"), input_json=st.just(NULL), lease=st.none() | st.just(LEASE)
)
ENDS = st.builds(
    RunMoved,
    run_id=st.just(RUN),
    epoch=st.none() | SMALL,
    status=st.sampled_from([status for status in RunStatus if status.ended]),
    abandon=st.just(ABANDONED),
)
RELEASES = st.builds(RunReleased, run_id=st.just(RUN), epoch=SMALL, due_in=MOMENTS, seen_wakes=SMALL)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    insertions(), moves(), insertions(), moves(), RELEASES, st.just(RunWoken(run_id=RUN)), CREATIONS, ENDS
)
EVENTS = CHANGES | st.just(ClaimRun()) | st.builds(ClaimStep, KEYS)


@st.composite
def worlds(draw: st.DrawFn, events: int = 12) -> World:
    """A run that has been through something."""
    world = World().after(draw(CREATIONS))
    assert isinstance(world, World)
    for event in draw(st.lists(EVENTS, max_size=events)):
        after = world.after(event)
        world = world if isinstance(after, Refusal) else after
        world = msgspec.structs.replace(world, now=world.now + draw(st.sampled_from([0, 10, 40_000])))
    return world


def run_in(world: World) -> Run:
    assert world.run is not None
    return world.run


@given(worlds(), EVENTS)
def test_an_ended_run_never_changes(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    ended = world.after(RunMoved(run_id=RUN, epoch=None, status=RunStatus.CANCELLED, abandon=ABANDONED))
    world = ended if isinstance(ended, World) else world
    after = world.after(event)
    if isinstance(event, ClaimRun | ClaimStep):
        assert after == world
    else:
        assert after is (Refusal.EXISTS if isinstance(event, RunCreated) else Refusal.ENDED)


@given(worlds(), EVENTS)
def test_a_finished_step_never_changes(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, World):
        assert all(after.steps[key] == step for key, step in world.steps.items() if step.status.final)


@given(worlds(), EVENTS)
def test_counts_never_go_down(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, Refusal):
        return
    before, run = run_in(world), run_in(after)
    assert run.epoch - before.epoch in (0, 1)
    assert run.wakes - before.wakes in (0, 1)
    for key, step in world.steps.items():
        assert after.steps[key].epoch - step.epoch in (0, 1)
        assert after.steps[key].attempt_count >= step.attempt_count


@given(worlds(), EVENTS)
def test_only_a_claim_begins_an_epoch(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, World) and not isinstance(event, ClaimRun | ClaimStep):
        assert run_in(after).epoch == run_in(world).epoch
        assert all(after.steps[key].epoch == step.epoch for key, step in world.steps.items())


@given(worlds(), EVENTS)
def test_the_past_stays(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, World):
        assert after.attempts[: len(world.attempts)] == world.attempts
        assert set(world.steps) <= set(after.steps)
        for key, step in world.steps.items():
            assert (after.steps[key].call, after.steps[key].created_ms) == (step.call, step.created_ms)


@given(worlds(), EVENTS)
def test_every_move_of_a_step_is_in_the_table(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, Refusal):
        return
    for key, step in after.steps.items():
        start = world.steps[key].status if key in world.steps else None
        assert step == world.steps.get(key) or step.status in STEP_MOVES[start]


@given(worlds())
def test_what_has_ended_waits_for_nothing_and_belongs_to_nobody(world: World) -> None:
    run = run_in(world)
    if run.status.ended:
        assert (run.owner, run.due_ms) == (None, None)
        assert run.completed_ms is not None
        assert all(step.status.final for step in world.steps.values())
        assert as_read(run, world.steps).waiting_on == ()
    for step in world.steps.values():
        assert step.status.final is (step.completed_ms is not None)
        assert not step.status.final or (step.owner, step.due_ms) == (None, None)


@given(worlds())
def test_what_is_owned_is_owned_for_a_time(world: World) -> None:
    assert run_in(world).owner is None or run_in(world).due_ms is not None
    assert all(step.owner is None or step.due_ms is not None for step in world.steps.values())


@given(worlds(), EVENTS)
def test_the_last_interaction_never_goes_back_in_time(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, World):
        before, run = as_read(run_in(world), world.steps), as_read(run_in(after), after.steps)
        assert before.updated_ms <= run.updated_ms <= after.now
        assert run.created_ms <= run.updated_ms


@given(worlds(), st.lists(CHANGES, max_size=4))
def test_a_change_of_another_epoch_is_refused(world: World, changes: Sequence[Change]) -> None:
    run = run_in(world)
    for change in changes:
        guarded = isinstance(change, RunReleased | StepInserted) or (
            isinstance(change, RunMoved) and change.epoch is not None
        )
        if guarded and change.epoch != run.epoch:  # type: ignore[union-attr]
            assert world.after(change) in (Refusal.STALE, Refusal.ENDED)


@given(worlds())
def test_who_claims_holds_until_the_next_claim(world: World) -> None:
    run = run_in(world)
    if run.status.ended:
        assert not holds(Held(RUN, run.epoch), run, world.steps)
        return
    first = claim_run(run, LEASE, world.now)
    second = claim_run(first, Lease("bob", 5), world.now + 1)
    assert holds(Held(RUN, first.epoch), first, {})
    assert not holds(Held(RUN, first.epoch), second, {})
    assert (second.owner, second.due_ms) == ("bob", world.now + 6)


@given(worlds())
def test_a_claim_of_a_running_step_leaves_the_lost_attempt_behind(world: World) -> None:
    for step in world.steps.values():
        if step.status.final:
            continue
        effect = claim_step(step, LEASE, world.now)
        (claimed,) = effect.steps
        lost = [(each.attempt_count, each.error, each.status) for each in effect.attempts]
        if step.status is StepStatus.RUNNING:
            assert lost == [(step.attempt_count, LOST, StepStatus.FAILED)]
        else:
            assert lost == []
        assert claimed.attempt_count == step.attempt_count + len(lost)
        assert (claimed.status, claimed.epoch, claimed.owner) == (StepStatus.RUNNING, step.epoch + 1, "ann")


@given(worlds(), EVENTS)
@settings(max_examples=300)
def test_what_makes_something_due_wants_attention(world: World, event: Change | ClaimRun | ClaimStep) -> None:
    after = world.after(event)
    if isinstance(after, Refusal) or isinstance(event, ClaimRun | ClaimStep):
        return
    if (run_in(after).status, run_in(after).due_ms) != (run_in(world).status, run_in(world).due_ms):
        assert wants_attention(event)
