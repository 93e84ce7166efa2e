"""A body that cannot wait."""

from pikku import Services, WorkflowContext


@workflow(name="plain")  # want: PKU303
def plain(ctx: WorkflowContext[Services]) -> int:
    return 1
