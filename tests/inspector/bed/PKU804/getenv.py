"""The environment, in all its forms."""

import os
from os import environ

from pikku import Services, WorkflowContext, workflow


@workflow(name="configured")
async def configured(ctx: WorkflowContext[Services]) -> str:
    first = os.environ["REGION"]  # want: PKU804
    second = os.environ.get("ZONE", "")  # want: PKU804
    third = os.getenv("COUNTRY")  # want: PKU804
    return f"{first}{second}{third}{environ['CITY']}"  # want: PKU804
