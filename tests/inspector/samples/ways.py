"""Ways that may be taken or not."""

from tests.inspector.samples.functions import charge, refund

from pikku import Services, WorkflowContext, workflow


@workflow(name="ways")
async def ways(ctx: WorkflowContext[Services], data: dict[str, int]) -> str | None:
    match data:
        case {"kind": 1, "amount": amount} if amount > 0:
            await ctx.workflow.do("charge", charge, amount)
        case {"kind": 2 | 3}:
            await ctx.workflow.sleep("a while", 500)
        case _:
            return None
    fee = await ctx.workflow.do("high", charge, 9) if data["amount"] > 10 else await ctx.workflow.do("low", charge, 1)
    if (found := await ctx.workflow.do("look", lambda: data.get("fee"))) and await ctx.workflow.do("ask", lambda: True):
        await ctx.workflow.do("refund", refund, fee)
    elif await ctx.workflow.do("ask again", lambda: found):
        ctx.logger.info("nothing to do")
    await (ctx.workflow.do("even", charge, 2) if data["amount"] % 2 == 0 else ctx.workflow.do("odd", charge, 3))
    return fee or await ctx.workflow.do("otherwise", charge, 0)
