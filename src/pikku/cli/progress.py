"""A sign of life while one waits for runs, on the standard error of a terminal."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress

from pikku.cli.printable import printable, shortened
from pikku.cli.terminal import console_on, has_colours
from pikku.cli.times import distance
from pikku.model.errors import StoreError
from pikku.model.run import Run
from pikku.model.step import Attempt
from pikku.runtime.service import WorkflowService

PAUSE = 0.2
LONGEST_SHARE = 10
"""Looking takes at most one part of so many of the time."""

Line = Callable[[], Awaitable[str]]


@asynccontextmanager
async def progress(line: Line | None) -> AsyncIterator[None]:
    """Show a line that is asked for again and again, for as long as this lasts; nothing where there is no terminal."""
    if line is None or not has_colours(sys.stderr):
        yield
        return
    showing = asyncio.create_task(_show(line))
    try:
        yield
    finally:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing


def run_line(service: WorkflowService, run_id: str, workflow: str) -> Line:
    """What one run is at: its steps so far, and those that it waits for."""
    began = time.monotonic()

    async def line() -> str:
        run, attempts = await service.get_run(run_id), await service.get_run_history(run_id)
        at = "running" if run is None else _current(run)
        done = _steps_done(attempts)
        return f"{workflow} {run_id[-12:]} · {done} · {at} · {distance(_whole_ms(began))}"

    return line


def runs_line(service: WorkflowService, left: Collection[str], total: int) -> Line:
    """How many of some runs have ended, and what the first of those that are left is at."""
    began = time.monotonic()

    async def line() -> str:
        run = await service.get_run(next(iter(left))) if left else None
        at = "" if run is None else f" · {run.workflow} {run.run_id[-12:]}: {_current(run)}"
        return f"{total - len(left)} of {total} runs ended{at} · {distance(_whole_ms(began))}"

    return line


async def _show(line: Line) -> None:
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    spinner = Spinner("dots")
    # What the application prints to a standard output that goes elsewhere must not come here.
    with Live(
        spinner,
        console=console_on(sys.stderr),
        transient=True,
        refresh_per_second=10,
        redirect_stdout=sys.stdout.isatty(),
    ):
        while True:
            began = time.monotonic()
            with suppress(StoreError):  # the run goes on, and the next look may succeed
                spinner.update(text=Text(printable(await line()), no_wrap=True, overflow="ellipsis"))
            await asyncio.sleep(max(PAUSE, LONGEST_SHARE * (time.monotonic() - began)))


def _current(run: Run) -> str:
    if not run.waiting_on:
        return run.status.value
    more = f" and {len(run.waiting_on) - 1} more" if len(run.waiting_on) > 1 else ""
    return f"at {shortened(run.waiting_on[0], 40)}{more}"


def _steps_done(attempts: Sequence[Attempt]) -> str:
    done = sum(attempt.status.final for attempt in {each.key: each for each in attempts}.values())
    return f"{done} step{'s' if done != 1 else ''} done"


def _whole_ms(began: float) -> int:
    return int(time.monotonic() - began) * 1_000
