"""The command `pikku`: which commands there are, and what becomes of errors.

A command's module is imported when the command is used, so that `pikku --help` does not wait for all of them.
"""

import os
import sys
from collections.abc import Sequence

import click

from pikku.cli.lazy_group import LazyCommand, LazyGroup
from pikku.cli.log import logged_to_stderr, verbose_option
from pikku.cli.refusal import refused, shows_tracebacks

COMPLETION = "_PIKKU_COMPLETE"
"""Set by shells that ask click for completions; it answers them and ends the process."""

COMMANDS = (
    LazyCommand("demo", "pikku.cli.demo:demo", "Kill a process in the middle of its runs, and see them go on."),
    LazyCommand("start", "pikku.cli.start:start", "Start a run of a workflow."),
    LazyCommand("runs", "pikku.cli.runs:runs", "List runs, newest first."),
    LazyCommand("show", "pikku.cli.show:show", "Show everything about one run."),
    LazyCommand("history", "pikku.cli.history:history", "List all attempts of all steps of one run."),
    LazyCommand("cancel", "pikku.cli.cancel:cancel", "End a running run, wherever it is executed."),
    LazyCommand("recover", "pikku.cli.recover:recover", "Take over runs whose process died, and finish them."),
    LazyCommand("prune", "pikku.cli.prune:prune", "Delete runs that have ended."),
    LazyCommand("worker", "pikku.cli.worker:worker", "Execute what is due, until told to end."),
    LazyCommand("migrate", "pikku.cli.migrate:migrate", "Bring the store to the newest schema."),
    LazyCommand("check", "pikku.cli.check:check", "Find mistakes in workflows, without running them."),
    LazyCommand(
        "inspect", "pikku.cli.inspect:inspect_", "Show what the source says: workflows, their steps, functions."
    ),
    LazyCommand(
        "prebuild", "pikku.cli.prebuild:prebuild", "Generate typed clients, types and workers from the source."
    ),
    LazyCommand("dev", "pikku.cli.dev:dev", "Watch the source: check it, generate from it, and run a worker with it."),
)


@click.group(cls=LazyGroup, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pikku", prog_name="pikku")
@verbose_option
def pikku() -> None:
    """Durable workflows: async functions that outlive crashes and restarts.

    The application, the store and the queue are set in pikku.config.json, in [tool.pikku] of pyproject.toml, by PIKKU_APP,
    PIKKU_STORE and PIKKU_QUEUE, or by --app, --store and --queue.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line, and tell the exit code: 0 done, 1 a run failed or the source has errors, 2 wrong usage.

    Errors are one line on the standard error; with PIKKU_DEBUG=1 they are raised.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if COMPLETION in os.environ:
        pikku.main(prog_name="pikku")
    with logged_to_stderr():
        try:
            return _carry_out(given)
        except BaseException as error:
            if shows_tracebacks():
                raise
            return refused(error)


def _carry_out(arguments: list[str]) -> int:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise click.UsageError(f"the argument {argument!r} is not valid UTF-8") from None
    try:
        with pikku.make_context("pikku", arguments or ["--help"]) as context:
            code = pikku.invoke(context)
    except click.exceptions.Exit as end:
        code = end.exit_code
    sys.stdout.flush()
    return code if isinstance(code, int) else 0
