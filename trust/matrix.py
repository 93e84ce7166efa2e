"""Promises against stores: in how many cases each promise was put to the test on each, and whether it held."""

from collections import Counter
from collections.abc import Collection, Sequence

from msgspec import Struct

from trust.document import table
from trust.promise import Promise
from trust.suite import Ended

STORES = ("memory", "file", "sqlite", "postgres", "redis")
QUEUES = ("pgqueuer", "bullmq")
"""Libraries that carry messages, each beside the store that goes with it: what it is tried on has a column of its own."""

ANY = "other"
"""Tests that are of no store."""

COLUMNS = (*STORES, *QUEUES, ANY)

_COLUMN_OF = {name: name for name in (*QUEUES, *STORES)} | {"postgresql": "postgres"}


class Matrix(Struct, frozen=True):
    """`held` and `broken` count cases by promise and column."""

    promises: Sequence[Promise]
    held: Counter[tuple[int, str]]
    broken: Counter[tuple[int, str]]

    @property
    def is_whole(self) -> bool:
        """Whether every promise held in every case, and has been put to the test on every store."""
        return not self.broken and all(self.held[each.number, store] for each in self.promises for store in STORES)

    def rows(self) -> list[list[str]]:
        """A row for each promise: its number, its title, and a cell for each column."""
        return [
            [str(each.number), each.title, *(self._cell(each.number, column) for column in COLUMNS)]
            for each in self.promises
        ]

    def markdown(self) -> str:
        """The matrix as a table of the document."""
        return table(["", "promise", *COLUMNS], self.rows(), right=len(COLUMNS))

    def _cell(self, number: int, column: str) -> str:
        held, broken = self.held[number, column], self.broken[number, column]
        return f"{held} of {held + broken}" if broken else str(held or "")


def matrix_of(promises: Sequence[Promise], ended: Collection[Ended]) -> Matrix:
    """What the tests say about the promises."""
    of_test: dict[str, list[Ended]] = {}
    for each in ended:
        of_test.setdefault(each.test, []).append(each)
    held, broken = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for promise in promises:
        for test in promise.tests:
            cases = of_test.get(_as_reported(test), ())
            for case in cases:
                (held if case.passed else broken)[promise.number, _column_of(case)] += 1
            if not cases:
                broken[promise.number, ANY] += 1
    return Matrix(promises, held, broken)


def _column_of(case: Ended) -> str:
    return next((column for name, column in _COLUMN_OF.items() if name in case.parameters), ANY)


def _as_reported(test: str) -> str:
    path, *names = test.split("::")
    return ".".join([path.removesuffix(".py").replace("/", "."), *names])
