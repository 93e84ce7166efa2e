"""`pikku dev`: a loop without commands: every change of the source is checked, generated from, and worked with."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from pikku.app.configuration import Configuration, read_configuration
from pikku.cli.dev_processes import WorkerProcess
from pikku.cli.generating import Generated, tell_of
from pikku.cli.interruption import run_interruptibly
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, queue_option, store_option
from pikku.cli.prebuild import generated_again
from pikku.cli.terminal import tell
from pikku.cli.watching import Watch
from pikku.model.manifest import Manifest

QUEUE = "store"
"""Without a queue, a worker would only take over what others have left."""

LAST_WORDS = "ended at once"


@click.command(short_help="Watch the source: check it, generate from it, and run a worker with it.")
@app_option
@store_option
@queue_option
@verbose_option
def dev(app: str | None, store: str | None, queue: str | None) -> int:
    """Stay, and at every change of the source under the current folder do what `pikku check` and `pikku prebuild` do. If
    there are no errors, start a worker with the new source in place of the one before; otherwise that one goes on.

    The application is as configured, or the only one that there is in the source. The worker uses the store that is
    configured, sqlite:///pikku.db by default, and the queue that is configured, store by default. Ctrl-C ends both.
    """
    run_interruptibly(_Loop(app, store, queue).run(), LAST_WORDS)
    return 0


class _Loop:
    def __init__(self, app: str | None, store: str | None, queue: str | None) -> None:
        self._app, self._store, self._queue = app, store, queue
        self._worker = WorkerProcess()

    async def run(self) -> None:
        """Return when it is cancelled, and the worker has ended."""
        watch = Watch(Path.cwd())
        try:
            with suppress(asyncio.CancelledError):
                while True:
                    generated = await generated_again(watch)
                    if generated is not None:
                        await self._take(generated)
                    await watch.until_changed()
        finally:
            await self._worker.end()

    async def _take(self, generated: Generated) -> None:
        if generated.is_clean:
            tell_of(generated)
            await self._restart(generated.manifest)
        elif self._worker.is_running:
            tell("pikku: the worker goes on with the source as it was before these errors")
        else:
            tell("pikku: a worker starts when there are no errors")

    async def _restart(self, manifest: Manifest) -> None:
        options = self._worker_options(manifest, read_configuration())
        if options:
            await self._worker.restart(options)
        else:
            await self._worker.end()

    def _worker_options(self, manifest: Manifest, configuration: Configuration) -> Sequence[str]:
        """Nothing if there is no application to work for."""
        found = [f"{each.module}:{each.variable}" for each in manifest.applications]
        address = self._app or configuration.app or (found[0] if len(found) == 1 else None)
        if address is None:
            which = f"there are several applications ({', '.join(found)})" if found else "there is no application yet"
            tell(f"pikku: {which}: no worker is started; --app package.module:name chooses one")
            return []
        queue = self._queue or (QUEUE if configuration.queue == "none" else None)
        given = {"--app": address, "--store": self._store, "--queue": queue}
        return [part for name, value in given.items() if value is not None for part in (name, value)]
