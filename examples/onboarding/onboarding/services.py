"""What the functions share: users in an SQLite table, mail in an outbox folder."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import localtime
from pathlib import Path
from tempfile import NamedTemporaryFile


@dataclass(frozen=True)
class User:
    id: str
    email: str
    region: str


class UserExistsError(Exception):
    """Somebody else has this id or this address already."""


class Users:
    """The users. `created_by` remembers which step created whom, so that a step tried again creates nobody twice."""

    def __init__(self, database: Path) -> None:
        database.parent.mkdir(parents=True, exist_ok=True)
        self._database = database
        with self._transaction() as db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS users ("
                " id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, region TEXT NOT NULL, created_by TEXT NOT NULL UNIQUE)"
            )

    def create(self, user: User, *, idempotency_key: str) -> User:
        """Add a user, once for each key: who comes again with the same key gets the user of the first time.

        Raises `UserExistsError` if the id or the address belongs to somebody else.
        """
        with self._transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO users (id, email, region, created_by) VALUES (?, ?, ?, ?)",
                (user.id, user.email, user.region, idempotency_key),
            )
            mine = db.execute("SELECT id, email, region FROM users WHERE created_by = ?", (idempotency_key,)).fetchone()
        if mine is None:
            raise UserExistsError(f"there already is a user {user.id} or {user.email}")
        return User(*mine)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # A connection of its own for each call: plain functions run in threads, and workflows in any process.
        with closing(sqlite3.connect(self._database, timeout=30)) as db, db:
            yield db


class Outbox:
    """Mail to be sent, one `.eml` file each. The name is the idempotency key: a letter sent twice is one letter."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def send(self, to: str, subject: str, text: str, *, idempotency_key: str) -> None:
        file = self._folder / f"{idempotency_key}.eml"
        if file.exists():
            return
        letter = EmailMessage()
        letter["From"] = "welcome@platform.example"
        letter["To"] = to
        letter["Subject"] = subject
        letter["Date"] = localtime()
        letter["Message-ID"] = f"<{idempotency_key}@platform.example>"
        letter.set_content(text)
        # Under its final name a letter is always whole, even if this process dies while writing.
        with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            part.write(bytes(letter))
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(file)


@dataclass(frozen=True)
class Services:
    """`welcome_delay` is the time between signing up and the welcome email: `5min`, `2h30m`, …"""

    users: Users
    outbox: Outbox
    welcome_delay: str


def create_singleton_services() -> Services:
    """The services of one process. ONBOARDING_FOLDER says where the data is, ONBOARDING_WAIT is the `welcome_delay`."""
    folder = Path(os.environ.get("ONBOARDING_FOLDER", "data"))
    return Services(
        users=Users(folder / "users.db"),
        outbox=Outbox(folder / "outbox"),
        welcome_delay=os.environ.get("ONBOARDING_WAIT", "5min"),
    )
