"""Whether answers that a store gave to several at once can be explained by one question after the other.

Each question took effect at one moment between being asked and being answered, or the history of its run is refuted. What a
question does and answers at that moment, `pikku.model.enact` says. Runs are independent of each other, so that each has a
history of its own.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from pikku.model.change import Applied, Change, Held, Lease, Refused
from pikku.model.enact import Effect, as_read, claim_run, claim_step, enact, holds
from pikku.model.run import Run
from pikku.model.step import Step


class Apply(Struct, frozen=True):
    """A batch of changes of one run."""

    changes: tuple[Change, ...]


class ClaimRun(Struct, frozen=True):
    lease: Lease


class ClaimSteps(Struct, frozen=True):
    lease: Lease


class Renew(Struct, frozen=True):
    lease: Lease
    held: tuple[Held, ...]


class Load(Struct, frozen=True):
    """Read the run and all its steps."""


Question = Apply | ClaimRun | ClaimSteps | Renew | Load


class Asked(Struct, frozen=True):
    """A question to a store, when it was asked and answered, and by whom. Times are places in the order of all of these."""

    who: str
    question: Question
    answer: Any
    begun: int
    ended: int


class Known(Struct, frozen=True):
    """A run and its steps, as the reference has them."""

    run: Run | None = None
    steps: tuple[Step, ...] = ()

    @property
    def by_key(self) -> Mapping[str, Step]:
        return {step.key: step for step in self.steps}

    def after(self, effect: Effect) -> "Known":
        steps = {**self.by_key, **{step.key: step for step in effect.steps}}
        return Known(effect.run or self.run, tuple(steps[key] for key in sorted(steps)))


def refuted(history: Sequence[Asked], now: int) -> str | None:
    """Why no order explains the history, or `None` if one does. The store's clock stood still at `now`."""
    begin, everything = Known(), (1 << len(history)) - 1
    seen: set[tuple[int, bytes]] = set()
    waiting, furthest = [(0, begin)], (0, begin)
    while waiting:
        done, known = waiting.pop()
        if done == everything:
            return None
        if done.bit_count() > furthest[0].bit_count():
            furthest = (done, known)
        for place in _next(history, done):
            answer, then = answered(history[place], known, now)
            if answer != history[place].answer:
                continue
            reached = (done | 1 << place, msgspec.msgpack.encode(then))
            if reached not in seen:
                seen.add(reached)
                waiting.append((reached[0], then))
    return _told(history, *furthest, now)


def _next(history: Sequence[Asked], done: int) -> Iterator[int]:
    """The questions that may have been the next to take effect: nothing that is left was answered before they were asked."""
    left = [place for place in range(len(history)) if not done >> place & 1]
    first_answer = min(history[place].ended for place in left)
    return (place for place in left if history[place].begun < first_answer)


def answered(asked: Asked, known: Known, now: int) -> tuple[Any, Known]:
    """What the reference answers, and what it knows then.

    A claim may pass by what somebody else is just writing, so that it claims no more than it was told to have claimed.
    """
    match asked.question:
        case Apply(changes=changes):
            return _applied(changes, known, now)
        case ClaimRun(lease=lease):
            run = known.run
            if not asked.answer or run is None or run.status.ended or run.due_ms is None or run.due_ms > now:
                return (), known
            claimed = claim_run(run, lease, now)
            return (claimed,), known.after(Effect(run=claimed))
        case ClaimSteps(lease=lease):
            return _claimed_steps(lease, {step.key for step in asked.answer}, known, now)
        case Renew(lease=lease, held=held):
            return _renewed(lease, held, known, now)
        case Load():
            return (None if known.run is None else (as_read(known.run, known.by_key), known.steps)), known


def _applied(changes: Sequence[Change], known: Known, now: int) -> tuple[Any, Known]:
    outcomes: list[Applied | Refused] = []
    for change in changes:
        effect = enact(change, known.run, known.by_key, now)
        if isinstance(effect, Effect):
            known = known.after(effect)
        outcomes.append(Applied(now) if isinstance(effect, Effect) else Refused(effect))
    return tuple(outcomes), known


def _claimed_steps(lease: Lease, keys: Collection[str], known: Known, now: int) -> tuple[Any, Known]:
    if known.run is None or known.run.status.ended:
        return (), known
    jobs = [step for step in known.steps if step.key in keys and step.call.remote and not step.status.final]
    due = [step for step in jobs if step.due_ms is not None and step.due_ms <= now]
    claimed: list[Step] = []
    for step in due:
        effect = claim_step(step, lease, now)
        claimed += effect.steps
        known = known.after(effect)
    return tuple(claimed), known


def _renewed(lease: Lease, held: Sequence[Held], known: Known, now: int) -> tuple[Any, Known]:
    lost = frozenset(each for each in held if not holds(each, known.run, known.by_key))
    for each in held:
        if each in lost or known.run is None:
            continue
        due = now + lease.ttl_ms
        if each.key is None:
            known = known.after(Effect(run=msgspec.structs.replace(known.run, due_ms=due)))
        else:
            step = known.by_key[each.key]
            known = known.after(Effect(steps=(msgspec.structs.replace(step, due_ms=due),)))
    return lost, known


def _told(history: Sequence[Asked], done: int, known: Known, now: int) -> str:
    left = [history[place] for place in _next(history, done)]
    lines = [f"{done.bit_count()} of {len(history)} answers can be explained; then the reference knows\n  {known}"]
    for each in left:
        lines.append(f"{each.who} asks {each.question}\n  is told     {each.answer}")
        lines.append(f"  and should be {answered(each, known, now)[0]}")
    return "\n".join(lines)
