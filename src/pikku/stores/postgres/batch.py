"""A batch of changes as it is sent: in waves, each of which is written by sets and not change by change."""

from collections.abc import Sequence
from typing import Any

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
from pikku.stores.postgres.parameter import DELETED_RUNS, Parameter, parameter_of, place_of

PLACES = 5


class Wave:
    """Changes that may be written at once: first runs, then steps, then their moves, then what happens to runs. What deletes
    runs is a statement of its own, after them.

    No two of them concern the same thing at the same place.
    """

    def __init__(self) -> None:
        self.places: tuple[list[Parameter], ...] = ([], [], [], [], [])
        self.hint_ords: list[int] = []
        self.hint_runs: list[RunId] = []

    def add(self, place: int, change: Change, ord: int) -> None:  # noqa: A002
        self.places[place].append(parameter_of(change, ord))
        if wants_attention(change):
            self.hint_ords.append(ord)
            self.hint_runs.append(change.run_id)

    @property
    def changes(self) -> bool:
        """Whether there is anything for `apply_changes`."""
        return any(self.places[:DELETED_RUNS])

    @property
    def deletes(self) -> bool:
        """Whether there is anything for `delete_runs`."""
        return bool(self.places[DELETED_RUNS])

    def parameters(self, now: int | None, channel: str, locked: Sequence[RunId]) -> tuple[Any, ...]:
        """What `apply_changes` takes. The rows of each place are in one order, in which their locks are taken."""
        rows = (sorted(place, key=_name) for place in self.places[:DELETED_RUNS])
        return (now, channel, locked, *rows, self.hint_ords, self.hint_runs)

    def deletions(self, now: int | None) -> tuple[Any, ...]:
        """What `delete_runs` takes."""
        rows = self.places[DELETED_RUNS]
        return (now, [number for number, _ in rows], [run_id for _, run_id in rows])


class Batch:
    """The waves of a batch, nearly always one, and the runs that are locked for all of them."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.waves: list[Wave] = []
        self.run_ids: list[RunId] = sorted({change.run_id for change in changes})
        self._size = len(changes)
        lines: dict[RunId, _Line] = {run_id: _Line() for run_id in self.run_ids}
        for number, change in enumerate(changes):
            wave, place = divmod(lines[change.run_id].level_of(change), PLACES)
            while len(self.waves) <= wave:
                self.waves.append(Wave())
            self.waves[wave].add(place, change, number)

    def outcomes(self, answers: Sequence[Any]) -> list[Outcome]:
        """What became of each change, from what each wave was answered: its time, who was refused, and why."""
        outcomes: list[Outcome] = [Applied(answers[0]["at_ms"])] * self._size if answers else []
        for answer in answers:
            for number, reason in zip(answer["refused"], answer["reasons"], strict=True):
                outcomes[number] = Refused(Refusal(reason))
        return outcomes


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
        place = place_of(change)
        if isinstance(change, StepInserted | StepMoved):
            key = change.call.key if isinstance(change, StepInserted) else change.key
            level = self._keys[key] = _next(max(self._barrier, self._keys.get(key, -1)), place)
        elif isinstance(change, RunCreated | RunMoved | RunDeleted):
            level = self._barrier = self._run = _next(self._last, place)
        else:
            level = self._run = _next(self._run, place)
        self._last = max(self._last, level)
        return level


def _next(level: int, place: int) -> int:
    """The first level after this one that is of that place."""
    return level + 1 + (place - level - 1) % PLACES


def _name(row: Parameter) -> Any:
    # All of them have the number first, then the run.
    return row[1]
