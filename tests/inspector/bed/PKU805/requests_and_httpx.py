"""Requests over HTTP."""

import httpx
import requests

from pikku import Services, WorkflowContext, workflow


@workflow(name="fetched")
async def fetched(ctx: WorkflowContext[Services], data: str) -> str:
    first = requests.get(data, timeout=5)  # want: PKU805
    async with httpx.AsyncClient() as client:  # want: PKU805
        second = await client.get(data)  # want: PKU805
    return first.text + second.text
