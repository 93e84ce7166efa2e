"""Options that several commands have."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pikku.model.duration import parse_duration
from pikku.model.errors import DurationError

C = TypeVar("C", bound=Callable[..., Any])


def milliseconds(context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    """The callback of an option that is a duration."""
    try:
        return None if text is None else parse_duration(text)
    except DurationError as error:
        raise click.BadParameter(str(error)) from None


def store_option(command: C) -> C:
    return click.option(
        "--store", metavar="URL", help="The store: sqlite:///pikku.db, file:folder, …  [default: as configured]"
    )(command)


def queue_option(command: C) -> C:
    return click.option(
        "--queue", metavar="NAME", help="The queue: store, pgqueuer, bullmq, none.  [default: as configured]"
    )(command)


def app_option(command: C) -> C:
    return click.option(
        "--app", metavar="ADDRESS", help="The application: package.module:name.  [default: as configured]"
    )(command)


def secrets_option(command: C) -> C:
    return click.option("--secrets", "with_secrets", is_flag=True, help="Show what is marked as secret, too.")(command)


def json_option(command: C) -> C:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)
