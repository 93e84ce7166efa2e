"""Where the demo takes place: a folder, and what the processes in it are told through their environment."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import msgspec

LEASE = "1s"
WAIT = "2s"
"""Long enough to kill everything in the middle of it, on a slow machine too."""


class Person(msgspec.Struct, frozen=True):
    """Somebody to onboard: the input of the example's `onboarding`."""

    user_id: Annotated[str, msgspec.Meta(min_length=1)]
    email: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$")]


class Stage:
    """The work folder: `pikku.db` has the runs, `data/` what they did, `*.log` what their processes said.

    With a `database`, an address of PostgreSQL, that has the runs, and workers execute them.
    """

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self._database = database
        self.folder = folder
        self.users = folder / "data" / "users.db"
        self.outbox = folder / "data" / "outbox"
        self.executions = folder / "executions.jsonl"
        self._people = folder / "people.json"

    @property
    def store_url(self) -> str:
        return self._database or "sqlite:///" + quote(str(self.folder / "pikku.db"))

    def set(self, people: Sequence[Person]) -> None:
        """Make the folder ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._people.write_bytes(msgspec.json.format(msgspec.json.encode(people)))
        self.executions.touch()

    def people(self) -> Sequence[Person]:
        return read_people(self._people)

    def log(self, role: str) -> Path:
        return self.folder / f"{role}.log"

    def environment(self, example: Path) -> Mapping[str, str]:
        """The environment of the demo's processes. No setting of the caller's own application gets in."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PIKKU_")}
        path = [str(example), *filter(None, [inherited.get("PYTHONPATH")])]
        return inherited | {
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PIKKU_APP": "onboarding.app:app",
            "PIKKU_STORE": self.store_url,
            "PIKKU_QUEUE": "store" if self._database else "none",
            "PIKKU_LEASE": LEASE,
            "ONBOARDING_FOLDER": str(self.users.parent),
            "ONBOARDING_WAIT": WAIT,
        }


def read_people(file: Path) -> Sequence[Person]:
    """The people in a JSON file. Raises `ValueError` that says what is wrong with it, and where."""
    try:
        people = msgspec.json.decode(file.read_bytes(), type=list[Person])
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None
    if not people:
        raise ValueError("there is nobody in it")
    for what, values in (("user_id", [each.user_id for each in people]), ("email", [each.email for each in people])):
        if twice := next((value for value in values if values.count(value) > 1), None):
            raise ValueError(f"two people have the {what} {twice!r}")
    return people


def example_folder() -> Path:
    """The onboarding example: part of an installed package, or beside the sources. Raises `FileNotFoundError`."""
    package = Path(__file__).parents[1]
    for folder in (package / "_examples" / "onboarding", package.parents[1] / "examples" / "onboarding"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the onboarding example is missing from this installation of pikku")
