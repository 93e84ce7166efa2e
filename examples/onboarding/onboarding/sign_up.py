"""Signs somebody up, as a web application would: `python -m onboarding.sign_up grace@hopper.example US`."""

import asyncio
import sys

from pikku import Client

from onboarding.app import app
from onboarding.generated.workflow_client import Workflows
from onboarding.services import Services
from onboarding.workflows import Registered


async def sign_up(pikku: Client[Services], email: str, region: str) -> Registered:
    """Start the registration, and wait until it is over. Input and result have the types of the workflow's source."""
    handle = await Workflows(pikku).registration.start({"email": email, "region": region})
    return await handle.result(timeout="1min")


async def main(email: str, region: str) -> None:
    async with app.connect() as pikku:
        registered = await sign_up(pikku, email, region)
    print(f"user {registered.user_id}, tax rate {registered.tax_rate:.0%}")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
