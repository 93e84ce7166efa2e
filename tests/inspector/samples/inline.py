"""Code that is executed in a step."""

import uuid
from functools import partial

from tests.inspector.samples.functions import send_email

from pikku import Services, WorkflowContext, workflow


def plain() -> int:
    return 1


async def invoke_both(ctx: WorkflowContext[Services], user: str) -> None:
    await ctx.rpc.invoke("users.get", user)
    await ctx.rpc.invoke("users.touch", user)


@workflow(name="inline")
async def inline(ctx: WorkflowContext[Services], data: str) -> object:
    def local() -> int:
        return len(data)

    async def asking() -> None:
        await ctx.rpc.invoke(data)

    await ctx.workflow.do("lambda", lambda: data.upper())
    await ctx.workflow.do("function", plain)
    await ctx.workflow.do("local", local)
    await ctx.workflow.do("library", uuid.uuid4, timeout="1s")
    await ctx.workflow.do("method", data.upper)
    await ctx.workflow.do("partial", partial(invoke_both, ctx, data))
    await ctx.workflow.do("invoke", lambda: ctx.rpc.invoke("email.send", {"to": data}))
    await ctx.workflow.do("invoke by partial", partial(ctx.rpc.invoke, "email.send"))
    await ctx.workflow.do("asking", asking)
    await ctx.workflow.do("a function without data", send_email)  # type: ignore[arg-type]
    return await ctx.workflow.do("steps inside", lambda: ctx.workflow.do("inside", plain))
