"""A client that the module keeps."""

import httpx

from pikku import Services, WorkflowContext, workflow

client = httpx.AsyncClient()


@workflow(name="fetched")
async def fetched(ctx: WorkflowContext[Services], data: str) -> str:
    answer = await client.get(data)  # want: PKU805
    return answer.text
