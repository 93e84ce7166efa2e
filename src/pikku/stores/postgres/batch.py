"""A batch of changes as it is sent: in waves, each of which is written by sets and not change by change."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import msgspec

from pikku.model.change import (
    Applied,
    Change,
    Outcome,
    Refusal,
    Refused,
    RunCreated,
    RunDeleted,
    RunMoved,
    StepInserted,
    StepMoved,
    wants_attention,
)
from pikku.model.ids import RunId
from pikku.stores.postgres.record import DELETED_RUNS, NEW_RUNS, NEW_STEPS, PLACES, RUN_CHANGES, STEP_MOVES, Record

_encode = msgspec.json.Encoder().encode
_by_run = attrgetter("run_id")


class Wave:
    """Changes that may be written at once: first runs, then steps, then their moves, then what happens to runs. What deletes
    runs is a statement of its own, after them.

    No two of them concern the same thing at the same place.
    """

    def __init__(self) -> None:
        self.places: tuple[list[Record], ...] = ([], [], [], [], [])
        self.hints: dict[int, RunId] = {}

    def add(self, change: Change, ord: int) -> None:  # noqa: A002
        place, record_of = PLACES[type(change)]
        self.places[place].append(record_of(change, ord))
        if wants_attention(change):
            self.hints[ord] = change.run_id

    @property
    def locks_as_it_goes(self) -> bool:
        """Whether it is of new runs alone, which are nobody else's, or of new steps alone, which lock their runs."""
        return sum(map(bool, self.places)) == 1 and not any(self.places[STEP_MOVES:])

    @property
    def changes(self) -> bool:
        """Whether there is anything for `apply_changes`."""
        return any(self.places[:DELETED_RUNS])

    @property
    def deletes(self) -> bool:
        """Whether there is anything for `delete_runs`."""
        return bool(self.places[DELETED_RUNS])

    def parameters(self, now: int | None, channel: str, *, careful: bool, locked: Sequence[RunId]) -> tuple[Any, ...]:
        """What `apply_changes` takes. The rows of each place are in one order, in which their locks are taken."""
        places = (_document(sorted(place, key=_by_run)) for place in self.places[:DELETED_RUNS])
        return (now, channel, careful, _document(locked), *places, _document(self.hints))

    def deletions(self, now: int | None) -> tuple[Any, ...]:
        """What `delete_runs` takes."""
        rows = self.places[DELETED_RUNS]
        return (now, [row.ord for row in rows], [row.run_id for row in rows])


class Batch:
    """The waves of a batch, nearly always one, and the runs that are locked for all of them."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        self.waves: list[Wave] = []
        runs = {change.run_id for change in changes}
        self.run_ids: list[RunId] = sorted(runs)
        if len(runs) == len(changes):
            self._add_apart(changes)
        else:
            self._add_in_lines(changes)

    def outcomes(self, answers: Sequence[Any]) -> list[Outcome]:
        """What became of each change, from what each wave was answered: its time, who was refused, and why."""
        outcomes: list[Outcome] = [Applied(answers[0]["at_ms"])] * len(self.changes) if answers else []
        for answer in answers:
            for number, reason in zip(answer["refused"], answer["reasons"], strict=True):
                outcomes[number] = Refused(Refusal(reason))
        return outcomes

    def _add_apart(self, changes: Sequence[Change]) -> None:
        # Each is about a run of its own, so that none can depend on another one.
        if changes:
            wave = Wave()
            self.waves.append(wave)
            for number, change in enumerate(changes):
                wave.add(change, number)

    def _add_in_lines(self, changes: Sequence[Change]) -> None:
        lines: dict[RunId, _Line] = {run_id: _Line() for run_id in self.run_ids}
        for number, change in enumerate(changes):
            wave = lines[change.run_id].level_of(change) // len(_PLACES)
            while len(self.waves) <= wave:
                self.waves.append(Wave())
            self.waves[wave].add(change, number)


class _Line:
    """Where the changes of one run are, as levels: five places to a wave, one after another.

    A change comes after those on which its outcome depends: a step's after those of the same step and of the run's creation
    and end, a creation, an end or a deletion after everything.
    """

    __slots__ = ("_barrier", "_keys", "_last", "_run")

    def __init__(self) -> None:
        self._last = self._run = self._barrier = -1
        self._keys: dict[str, int] = {}

    def level_of(self, change: Change) -> int:
        """The level of the run's next change."""
        place, _ = PLACES[type(change)]
        if isinstance(change, StepInserted | StepMoved):
            key = change.call.key if isinstance(change, StepInserted) else change.key
            level = self._keys[key] = _next(max(self._barrier, self._keys.get(key, -1)), place)
        elif isinstance(change, RunCreated | RunMoved | RunDeleted):
            level = self._barrier = self._run = _next(self._last, place)
        else:
            level = self._run = _next(self._run, place)
        self._last = max(self._last, level)
        return level


_PLACES = (NEW_RUNS, NEW_STEPS, STEP_MOVES, RUN_CHANGES, DELETED_RUNS)


def _next(level: int, place: int) -> int:
    """The first level after this one that is of that place."""
    return level + 1 + (place - level - 1) % len(_PLACES)


def _document(content: Any) -> str | None:
    """The text of a JSON document, `None` if there is nothing in it."""
    return _encode(content).decode() if content else None
