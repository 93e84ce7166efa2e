"""The sample of the original."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="seeds")
async def seeds(ctx: WorkflowContext[Services], data: dict[str, float]) -> None:
    await ctx.workflow.do("createUser", "users.create", data)
    await ctx.workflow.do("calcTax", lambda: data["amount"] * 0.08)
    await ctx.workflow.do("sendEmail", "email.send", data)
    await ctx.workflow.sleep("wait", "5min")
