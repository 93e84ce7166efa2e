"""Secrets are chance."""

import os
import secrets

from pikku import Services, WorkflowContext, workflow


@workflow(name="token")
async def token(ctx: WorkflowContext[Services]) -> str:
    key = os.urandom(8)  # want: PKU802
    await ctx.workflow.do("store", lambda: key.hex())
    return secrets.token_hex(8)  # want: PKU802
