"""A group that knows its commands by name and first line, and imports one when it is used."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

import click

from pikku.model.errors import nearest


class LazyCommand(NamedTuple):
    """A command that is not imported yet: `address` is `package.module:name`."""

    name: str
    address: str
    summary: str


class LazyGroup(click.Group):
    """Its help is written from the table alone."""

    def __init__(self, *, commands: Sequence[LazyCommand], **settings: Any) -> None:
        super().__init__(**settings)
        self._table = {command.name: command for command in commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = self._table.get(cmd_name)
        if known is None:
            return None
        module, _, name = known.address.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self._table:
            raise click.UsageError(f"there is no command called {args[0]!r}{nearest(args[0], self._table)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(command.name, command.summary) for command in self._table.values()])
