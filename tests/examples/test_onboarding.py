"""The example works as its README says."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from onboarding.app import app
from onboarding.functions import Letter, NewUser, Profile
from onboarding.services import Outbox, Services, User, UserExistsError, Users
from onboarding.sign_up import sign_up
from onboarding.workflows import Onboarded, Registered, onboarding, registration

from pikku import Client, MemoryStore, RunFailedError, StepKind
from pikku.model.errors import InvalidDataError
from pikku.ports.store import Store
from pikku.stores.sqlite import SqliteStore
from pikku.testing.clock import VirtualClock

PROFILE = Profile(email="ada@lovelace.example", user_id="ada")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(patience_ms=50)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock) -> Store:
    return MemoryStore(clock=clock) if request.param == "memory" else SqliteStore(tmp_path / "pikku.db", clock=clock)


@pytest.fixture
async def pikku(
    store: Store, clock: VirtualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Client[Services]]:
    monkeypatch.chdir(tmp_path)
    async with app.connect(store, clock=clock) as client:
        yield client


def users(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / "data" / "users.db")) as db:
        return db.execute("SELECT id, email, region FROM users").fetchall()


def letters(folder: Path) -> list[EmailMessage]:
    files = sorted((folder / "data" / "outbox").iterdir())
    return [message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default) for file in files]


async def test_onboarding(pikku: Client[Services], clock: VirtualClock, tmp_path: Path) -> None:
    began = clock.now()
    handle = await pikku.start(onboarding, PROFILE)
    assert await clock.run(handle.result()) == Onboarded(success=True)

    assert clock.now() - began == 5 * 60 * 1_000
    assert users(tmp_path) == [("ada", "ada@lovelace.example", "EU")]
    [letter] = letters(tmp_path)
    assert letter["To"] == "ada@lovelace.example"
    assert letter.get_content() == "Welcome to our platform, ada@lovelace.example!\n"

    history = await pikku.workflow_service.get_run_history(handle.run_id)
    assert [(each.step_name, each.kind, each.attempt_count) for each in history] == [
        ("Create user profile in database", StepKind.RPC, 1),
        ("Generate welcome message", StepKind.INLINE, 1),
        ("Wait 5 minutes before welcome email", StepKind.SLEEP, 1),
        ("Send welcome email", StepKind.RPC, 1),
    ]
    run = await pikku.workflow_service.get_run(handle.run_id)
    assert run is not None
    assert run.tags == ("onboarding", "users")


@pytest.mark.parametrize(("region", "tax_rate"), [("EU", 0.2), ("US", 0.08)])
async def test_registration(
    pikku: Client[Services], clock: VirtualClock, tmp_path: Path, region: str, tax_rate: float
) -> None:
    began = clock.now()
    registered = await clock.run(pikku.run(registration, NewUser(email="alan@turing.example", region=region)))

    assert clock.now() - began == 5_000
    [(user_id, email, stored_region)] = users(tmp_path)
    assert (email, stored_region) == ("alan@turing.example", region)
    assert registered == Registered(user_id=user_id, tax_rate=tax_rate)
    [letter] = letters(tmp_path)
    assert (letter["To"], letter["Subject"]) == ("alan@turing.example", "Welcome!")


async def test_signing_up_gives_what_the_workflow_returns(
    pikku: Client[Services], clock: VirtualClock, tmp_path: Path
) -> None:
    registered = await clock.run(sign_up(pikku, "grace@hopper.example", "US"))
    [(user_id, _, _)] = users(tmp_path)
    assert registered == Registered(user_id=user_id, tax_rate=0.08)


async def test_a_user_who_exists_fails_the_run(pikku: Client[Services], clock: VirtualClock, tmp_path: Path) -> None:
    await clock.run(pikku.run(onboarding, PROFILE))
    with pytest.raises(RunFailedError, match="there already is a user ada"):
        await clock.run(pikku.run(onboarding, PROFILE))
    assert len(users(tmp_path)) == len(letters(tmp_path)) == 1


async def test_data_that_does_not_fit_starts_no_run(pikku: Client[Services]) -> None:
    with pytest.raises(InvalidDataError, match="user_id"):
        await pikku.start("onboarding", {"email": "ada@lovelace.example"})
    assert await pikku.workflow_service.list_runs() == []


async def test_functions_can_be_called_outside_of_a_workflow(pikku: Client[Services], tmp_path: Path) -> None:
    for _ in range(2):
        await pikku.rpc.invoke("send_email", Letter(to="ada@lovelace.example", message="Hello"))
    assert len(letters(tmp_path)) == 2


def test_a_second_attempt_creates_nobody_and_sends_nothing(tmp_path: Path) -> None:
    people, outbox = Users(tmp_path / "data" / "users.db"), Outbox(tmp_path / "data" / "outbox")
    ada = User(id="ada", email="ada@lovelace.example", region="EU")
    assert people.create(ada, idempotency_key="k1") == ada
    assert people.create(User(id="other", email="other@x.example", region="US"), idempotency_key="k1") == ada
    with pytest.raises(UserExistsError):
        people.create(ada, idempotency_key="k2")
    for text in ("first", "second"):
        outbox.send("ada@lovelace.example", "Hello", text, idempotency_key="k1")
    assert len(users(tmp_path)) == 1
    [letter] = letters(tmp_path)
    assert letter.get_content() == "first\n"
