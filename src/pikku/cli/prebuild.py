"""`pikku prebuild`: the generated files, from the source."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import click

from pikku.cli.generating import Generated, generate, tell_of
from pikku.cli.interruption import run_interruptibly
from pikku.cli.log import verbose_option
from pikku.cli.printable import printable
from pikku.cli.terminal import tell
from pikku.cli.watching import Watch
from pikku.model.errors import PikkuError

NOT_GOOD = 1
"""The exit code when there are errors, or files are stale and nothing is to be written."""


@click.command(short_help="Generate typed clients, types and workers from the source.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if files are stale.")
@click.option("--watch", is_flag=True, help="Stay, and do it again whenever the source changes.")
@verbose_option
def prebuild(check: bool, watch: bool) -> int:
    """Read the source under the current folder, and write what follows from it into the folder workflows.path.

    Nothing of the source is executed. Only files that change are written. Exits with 1 if there are errors in the
    source; nothing is written then.
    """
    if watch:
        run_interruptibly(_watched(check=check), "ended")
        return 0
    generated = generate(check=check)
    tell_of(generated, check=check)
    return 0 if generated.is_clean and not (check and generated.files) else NOT_GOOD


async def _watched(*, check: bool) -> None:
    """Return when it is cancelled."""
    watch = Watch(Path.cwd())
    with suppress(asyncio.CancelledError):
        while True:
            generated = await generated_again(watch, check=check)
            if generated is not None:
                tell_of(generated, check=check)
            await watch.until_changed()


async def generated_again(watch: Watch, *, check: bool = False) -> Generated | None:
    """Generate; `None` if the settings are wrong, which has been told then."""
    try:
        generated = await asyncio.to_thread(generate, check=check)
    except PikkuError as error:
        tell(f"pikku: {printable(str(error))}")
        return None
    sys.stdout.flush()
    if not check:
        watch.expect(generated.files)
    return generated
