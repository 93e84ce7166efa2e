"""Something else that is called workflow."""

from pikku import Context, Services, WorkflowContext, func, workflow


class Office:
    workflow: "Office"

    def do(self, what: str) -> str:
        return what


@func
def work(ctx: Context[Services], data: str) -> str:
    office = Office()
    office.workflow = Office()
    return office.workflow.do(data)


@workflow(name="worked")
async def worked(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("work", work, data)
