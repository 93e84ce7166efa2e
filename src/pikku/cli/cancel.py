"""`pikku cancel`: end a run from outside."""

import asyncio

import click

from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, store_option
from pikku.cli.printable import printable
from pikku.cli.run_ids import find_run
from pikku.cli.stores import open_store


@click.command(short_help="End a running run, wherever it is executed.")
@click.argument("run")
@click.option("--reason", metavar="TEXT", default="cancelled", help="Why, for those who look at the run later.")
@store_option
@app_option
@verbose_option
def cancel(run: str, reason: str, store: str | None, app: str | None) -> None:
    """End the running run RUN as cancelled, wherever it is executed; steps under way are cancelled too.

    RUN is its id, or the last characters of it (at least 6), or the first.
    """

    async def end() -> str:
        async with open_store(store, app) as service:
            found = await find_run(service, run)
            await service.cancel_run(found.run_id, reason)
            return found.run_id

    click.echo(f"cancelled {printable(asyncio.run(end()))}")
