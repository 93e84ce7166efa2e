"""Names and errors of these libraries, without a call over the network."""

import urllib.parse
from http import HTTPStatus

from pikku import Services, WorkflowContext, workflow

import httpx


@workflow(name="parsed")
async def parsed(ctx: WorkflowContext[Services], data: str) -> str:
    try:
        host = await ctx.workflow.do("host", lambda: urllib.parse.urlparse(data).netloc)
    except httpx.HTTPError:
        return HTTPStatus.NOT_FOUND.phrase
    return httpx.URL(data).path + urllib.parse.quote(host)
