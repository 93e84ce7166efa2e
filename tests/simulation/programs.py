"""Random workflows: what a run is to do, as plain values, and how it must end."""

from random import Random
from typing import Any

from msgspec import Struct

Program = list[Any]
"""`["step", options]`, `["sleep", ms]`, `["then", …]` one after the other, `["beside", …]` at once, `["try", program]`,
`["child", program]`, `["cancel"]`."""

NAMES = ["charge", "ship", "tell"]
"""Few, so that the keys of parallel branches are told apart by the order of calls alone."""


class End(Struct, frozen=True):
    """How a run ends: the status, and what it returns."""

    status: str
    output: Any = None


class StepFails(Exception):
    """In what a program means: a step has failed for good, and nobody has caught it."""


class RunCancels(Exception):
    """In what a program means: the body ends its own run."""


class Author:
    """Writes programs. `lease_ms` is what a long step is longer than."""

    def __init__(self, random: Random, lease_ms: int) -> None:
        self._random = random
        self._lease_ms = lease_ms
        self._most_branches = random.choice([4, 4, 12])

    def program(self) -> Program:
        parts = self._parts(2)
        last = self._random.random()
        if last < 0.1:
            parts.append(["cancel"])
        elif last < 0.25:
            parts.append(self._failing())
        elif last < 0.4:
            parts.append(["child", ["then", *self._parts(0)]])
        return ["then", *parts]

    def _parts(self, depth: int, most: int = 4) -> list[Program]:
        return [self._part(depth) for _ in range(self._random.randint(1, most))]

    def _part(self, depth: int) -> Program:
        kind = self._random.random()
        if depth and kind < 0.2:
            return ["then", *self._parts(depth - 1)]
        if depth and kind < 0.45:
            return ["beside", *self._parts(depth - 1, self._most_branches)]
        if kind < 0.6:
            return ["sleep", self._random.choice([0, 50, 1_000, self._lease_ms * 2])]
        if kind < 0.7:
            return ["try", self._failing()]
        return self._step()

    def _step(self) -> Program:
        options: dict[str, Any] = self._any_step()
        options["ms"] = self._random.choice([0, 0, 5, 5, 5, 600, self._lease_ms * 3 // 2])
        if self._random.random() < 0.25:
            options["retries"] = self._random.randint(1, 3)
            options["fails"] = self._random.randint(1, options["retries"])
            options["retry_delay"] = self._random.choice([0, 10, 1_500])
        return ["step", options]

    def _failing(self) -> Program:
        options = self._any_step()
        if self._random.random() < 0.4:
            options |= {"ms": None, "timeout": self._random.choice([20, 700])}
        else:
            options |= {"ms": 5, "fails": 1_000}
        if self._random.random() < 0.3:
            options |= {"retries": 1, "retry_delay": 10}
        return ["step", options]

    def _any_step(self) -> dict[str, Any]:
        return {"name": self._random.choice(NAMES), "kind": self._random.choice(["inline", "rpc", "rpc"])}


def meant(program: Program) -> End:
    """How a run of the program must end, whatever happens to it, unless somebody cancels it."""
    try:
        return End("completed", _meant(program, "0"))
    except StepFails:
        return End("failed")
    except RunCancels:
        return End("cancelled")


def _meant(program: Program, place: str) -> Any:
    match program:
        case ["step", {"ms": None}] | ["step", {"fails": 1_000}]:
            raise StepFails
        case ["step", _] | ["child", _]:
            return place
        case ["sleep", _]:
            return None
        case ["cancel"]:
            raise RunCancels
        case ["try", part]:
            try:
                return _meant(part, f"{place}.0")
            except StepFails:
                return f"{place} failed"
        case [_, *parts]:
            return [_meant(part, f"{place}.{number}") for number, part in enumerate(parts)]


def longest_ms(program: Program) -> int:
    """So long may an undisturbed run take, with some air."""
    match program:
        case ["step", {"ms": ms} as options]:
            attempts = 1 + int(options.get("retries", 0))
            return attempts * (int(ms or 0) + int(options.get("timeout", 0)) + int(options.get("retry_delay", 0)) + 100)
        case ["sleep", ms]:
            return int(ms) + 100
        case [_, *parts]:
            return sum(longest_ms(part) for part in parts if isinstance(part, list))
        case _:
            return 100
