"""A body that cannot wait."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="plain")
def plain(ctx: WorkflowContext[Services]) -> int:  # want: PKU303
    return 1
