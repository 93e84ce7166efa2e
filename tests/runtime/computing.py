"""Functions with `cpu=True`, in a module that their processes import; their data is a folder to leave notes in."""

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pikku import Context, NonRetryableError, Pikku, Services, WorkflowContext, func, workflow


@dataclass
class Report:
    day: date
    process: int
    step: str | None
    attempt: int | None
    invocation_id: str


class Overflow(Exception):
    def __init__(self, where: str, count: int) -> None:
        self.where, self.count = where, count
        super().__init__(where, count)


async def noting(ctx: Any, data: Any, call_next: Callable[[Any, Any], Any]) -> Any:
    note(Path(data, "middleware"))
    return await call_next(ctx, data)


@func(cpu=True)
def report(ctx: Context[Services], data: date) -> Report:
    step = ctx.step
    return Report(
        data.replace(year=data.year + 1),
        os.getpid(),
        step.step_name if step else None,
        step.attempt_count if step else None,
        ctx.invocation_id,
    )


@func(cpu=True)
def process_id(ctx: Context[Services]) -> int:
    return os.getpid()


@func(cpu=True)
def spin(ctx: Context[Services], data: str) -> int:
    """Compute for ever, unless an earlier attempt has already been here."""
    if Path(data, "spinning").exists():
        return os.getpid()
    note(Path(data, "spinning"))
    while True:
        pass


@func(cpu=True)
def spin_without_a_break(ctx: Context[Services], data: str) -> None:
    """Compute for ever, in code that keeps all other threads of its process from running."""
    note(Path(data, "spinning"))
    re.match("(a+)+$", "a" * 64 + "b")


@func(cpu=True, middleware=[noting])
def meet(ctx: Context[Services], data: str) -> list[str]:
    """Return when the file `go` is there; leaves its process id."""
    note(Path(data, f"here-{os.getpid()}"))
    until(Path(data, "go").exists)
    return sorted(file.name for file in Path(data).glob("here-*[0-9]"))  # not a note that is just being written


@func(cpu=True, raises=[Overflow])
def overflow(ctx: Context[Services]) -> None:
    raise Overflow("the tank", 7)


@func(cpu=True)
def undeclared(ctx: Context[Services], data: str) -> None:
    note(Path(data, str(ctx.invocation_id)), "a")
    if len(Path(data, str(ctx.invocation_id)).read_text().splitlines()) > 1:
        raise NonRetryableError("no more")
    raise Overflow("the tank", 7)


@func(cpu=True)
def die_at_first(ctx: Context[Services], data: int) -> int:
    assert ctx.step is not None
    if ctx.step.attempt_count > 1:
        return os.getpid()
    if data >= 0:
        os._exit(data)
    os.kill(os.getpid(), -data)
    return 0


@func(cpu=True)
def leave(ctx: Context[Services]) -> None:
    sys.exit("enough")


@func(cpu=True)
def unstorable(ctx: Context[Services]) -> Any:
    return {"rows": [1, object()]}


@func(cpu=True)
def asks_services(ctx: Context[Any]) -> None:
    if not ctx.services:
        ctx.services.users.create()


@func(cpu=True)
def talk(ctx: Context[Services]) -> None:
    ctx.logger.info("computing in %s", "a child")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        ctx.logger.exception("as expected")


FUNCTIONS: list[Any] = [
    report,
    process_id,
    spin,
    spin_without_a_break,
    meet,
    overflow,
    undeclared,
    die_at_first,
    leave,
    unstorable,
    asks_services,
    talk,
]


@workflow(name="compute")
async def compute(ctx: WorkflowContext[Services], data: list[Any]) -> Any:
    """One step: the name of a function, its data and the options."""
    name, value, options = data
    return await ctx.workflow.do("compute", name, value, **options)


def new_app() -> Pikku[Services]:
    return Pikku(include=["tests.runtime.computing"])


def note(file: Path, mode: str = "w") -> None:
    """The id of this process, in a file that is there only when it is whole."""
    draft = file.with_suffix(f".{os.getpid()}-draft") if mode == "w" else file
    with draft.open(mode) as lines:
        lines.write(f"{os.getpid()}\n")
    if mode == "w":
        draft.rename(file)


def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Look again and again, for a limited time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)


async def _compute(name: str, folder: str) -> None:
    async with new_app().connect("memory://") as pikku:
        await pikku.rpc.invoke(name, folder)


if __name__ == "__main__":
    asyncio.run(_compute(*sys.argv[1:]))
