"""`pikku worker`: execute what is due, until told to end."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from pikku.app.configuration import read_configuration
from pikku.app.pikku import Pikku
from pikku.cli.applications import app_address, named_app
from pikku.cli.ending import Limit, end_soon
from pikku.cli.interruption import run_interruptibly
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, milliseconds, queue_option, store_option
from pikku.cli.printable import printable
from pikku.cli.terminal import tell
from pikku.cli.times import now_ms
from pikku.model.duration import format_duration
from pikku.runtime.client import Client
from pikku.runtime.work import Scope, Work

HAND_BACK_MS = 5_000
"""How much longer than `--drain` it may take to hand back what has not ended by then."""

NOTHING = "nothing (does Pikku(include=[…]) name the modules of its workflows and functions?)"
LAST_WORDS = "ended at once; other workers go on once the leases have run out"
COULD_NOT = "not everything could be handed back; other workers go on once the leases have run out"


@click.command(short_help="Execute what is due, until told to end.")
@click.option("--orchestrator", is_flag=True, help="Only take over runs.")
@click.option("--steps", is_flag=True, help="Only execute steps and plain jobs.")
@click.option("--queues", multiple=True, metavar="A,B", help="Only what is in these queues; may be given again.")
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=Work().concurrency,
    show_default=True,
    help="At most so many steps at once, and as many plain jobs.",
)
@click.option(
    "--runs", type=click.IntRange(min=1), default=Work().runs, show_default=True, help="At most so many runs at once."
)
@click.option(
    "--drain",
    callback=milliseconds,
    metavar="DURATION",
    default="30s",
    show_default=True,
    help="How long what is being executed may go on once it is told to end.",
)
@app_option
@store_option
@queue_option
@verbose_option
def worker(
    orchestrator: bool,
    steps: bool,
    queues: Sequence[str],
    concurrency: int,
    runs: int,
    drain: int,
    app: str | None,
    store: str | None,
    queue: str | None,
) -> int:
    """Execute what is due: runs, and the steps and plain jobs of remote mode. Any number of workers share them.

    Without --orchestrator and --steps, or with both, it does both. Ctrl-C and SIGTERM: it takes over nothing more, lets
    what is being executed go on for at most --drain, and hands back the rest, which other workers execute at once. Once more:
    it ends at once.

    Exits with 0 when told to end; 1 if not everything could be handed back, because the
    store does not answer or a function blocks the event loop.
    """
    both = orchestrator == steps
    work = Work(
        orchestrate=both or orchestrator,
        steps=both or steps,
        queues=_queue_names(queues),
        concurrency=concurrency,
        runs=runs,
    )
    configuration = read_configuration()
    shift = _Shift(named_app(app, configuration), app_address(app, configuration), work, drain)
    return run_interruptibly(shift.work(store, queue), LAST_WORDS, shift.told)


class _Shift:
    """One worker's time of work."""

    def __init__(self, app: Pikku[Any], address: str, work: Work, drain_ms: int) -> None:
        self._app = app
        self._address = address
        self._work = work
        self._drain_ms = drain_ms
        self._limit = Limit((drain_ms + HAND_BACK_MS) / 1_000, COULD_NOT)
        self._left_behind = 0

    def told(self) -> None:
        """It has been told to end."""
        self._limit.begin()

    async def work(self, store: str | None, queue: str | None) -> int:
        """Return the exit code when it has been cancelled and has handed back what it could."""
        began = now_ms()
        try:
            with suppress(asyncio.CancelledError):  # told to end while it connects
                await self._until_told(store, queue)
        finally:
            self._limit.cancel()
        tell(f"pikku: the worker has ended after {format_duration((now_ms() - began) // 1_000 * 1_000)}")
        if self._left_behind:
            tell(f"pikku: {COULD_NOT}")
        code = 1 if self._left_behind else 0
        end_soon(code)
        return code

    async def _until_told(self, store: str | None, queue: str | None) -> None:
        async with self._app.connect(store, queue=queue, work=self._work) as client:
            tell(f"pikku: {printable(self._what(client))}")
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                await client.drain(within=self._drain_ms)
            self._left_behind = client.left_behind

    def _what(self, client: Client[Any]) -> str:
        service = client.workflow_service
        queue = "no queue" if service.queue is None else repr(service.queue)
        return f"working for {self._address} on {service.store!r} with {queue}: {_extent(client.scope, self._work)}"


def _extent(scope: Scope, work: Work) -> str:
    functions = {function for lane in scope.lanes for function in lane.functions}
    extent = [
        f"{what} {len(names)} {noun}{'s' if len(names) != 1 else ''}"
        for what, names, noun in (
            ("runs of", scope.workflows, "workflow"),
            ("steps of", functions, "function"),
            ("jobs of", scope.job_queues, "queue"),
        )
        if names
    ]
    only = f", only in {', '.join(work.queues)}" if work.queues else ""
    return (", ".join(extent) or NOTHING) + only


def _queue_names(given: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for each in given for name in each.split(","))
    if not all(names):
        raise click.BadParameter("a queue without a name; write --queues a,b", param_hint="--queues")
    return names
