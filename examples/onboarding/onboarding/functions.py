"""What workflows do, step by step. Plain functions run in a thread, `async` ones on the event loop."""

from dataclasses import dataclass
from uuid import uuid4

from pikku import Context, func

from onboarding.services import Services, User, UserExistsError


@dataclass(frozen=True)
class Profile:
    """Somebody whom another system has given an id."""

    email: str
    user_id: str


@dataclass(frozen=True)
class NewUser:
    """Somebody without an id yet."""

    email: str
    region: str


@dataclass(frozen=True)
class Letter:
    to: str
    message: str


@dataclass(frozen=True)
class Notice:
    to: str
    subject: str


@func(raises=[UserExistsError])
def create_user_profile(ctx: Context[Services], data: Profile) -> User:
    ctx.logger.info("creating the profile of %s", data.email)
    user = User(id=data.user_id, email=data.email, region="EU")
    return ctx.services.users.create(user, idempotency_key=ctx.invocation_id)


@func
def send_email(ctx: Context[Services], data: Letter) -> None:
    ctx.logger.info("sending a letter to %s", data.to)
    ctx.services.outbox.send(data.to, "Welcome!", data.message, idempotency_key=ctx.invocation_id)


@func(name="users.create", raises=[UserExistsError])
def create_user(ctx: Context[Services], data: NewUser) -> User:
    ctx.logger.info("creating the user %s", data.email)
    user = User(id=str(uuid4()), email=data.email, region=data.region)
    return ctx.services.users.create(user, idempotency_key=ctx.invocation_id)


@func(name="email.send")
def send_notice(ctx: Context[Services], data: Notice) -> None:
    ctx.logger.info("sending a notice to %s", data.to)
    text = f"{data.subject} Your account is ready."
    ctx.services.outbox.send(data.to, data.subject, text, idempotency_key=ctx.invocation_id)
