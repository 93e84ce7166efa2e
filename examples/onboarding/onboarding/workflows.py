"""The workflows. Each finished step is saved: after a crash, another process goes on behind the last one."""

from dataclasses import dataclass

from pikku import workflow, workflow_func

from onboarding.functions import Letter, NewUser, Profile, create_user_profile, send_email
from onboarding.generated.workflow_types import WorkflowContext
from onboarding.services import Services


@dataclass(frozen=True)
class Onboarded:
    success: bool


@workflow_func  # gets its name in app.py
async def onboarding(ctx: WorkflowContext[Services], data: Profile) -> Onboarded:
    # An RPC step: a registered function, called by reference.
    await ctx.workflow.do("Create user profile in database", create_user_profile, data)

    # An inline step: whatever is computed here.
    message = await ctx.workflow.do("Generate welcome message", lambda: f"Welcome to our platform, {data.email}!")

    # A sleep: it ends at a fixed time, and costs nothing until then.
    await ctx.workflow.sleep("Wait 5 minutes before welcome email", ctx.services.welcome_delay)

    await ctx.workflow.do("Send welcome email", send_email, Letter(to=data.email, message=message))
    return Onboarded(success=True)


@dataclass(frozen=True)
class Registered:
    user_id: str
    tax_rate: float


@workflow(name="registration", description="User registration with tax rate", tags=["users"])
async def registration(ctx: WorkflowContext[Services], data: NewUser) -> Registered:
    # Functions can be called by name, too: then the caller need not import them. The generated types know all names.
    user = await ctx.workflow.do("create_user", "users.create", data, description="Create user account")

    tax_rate = await ctx.workflow.do(
        "calculate_tax_rate", lambda: 0.2 if user.region == "EU" else 0.08, description="Calculate tax rate"
    )

    # Names are attributes, too, which editors complete. Retries are for what may be down for a moment. Every attempt
    # has the same `invocation_id`: nobody gets two letters.
    await ctx.workflow.do.rpc.email.send(
        "send_email",
        {"to": user.email, "subject": "Welcome!"},
        description="Send welcome email",
        retries=3,
        retry_delay="5s",
        backoff=2,
    )

    await ctx.workflow.sleep("5s", description="Wait for email delivery")
    return Registered(user_id=user.id, tax_rate=tax_rate)
