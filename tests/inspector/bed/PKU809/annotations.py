"""What is said to be a set."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pikku import Services, WorkflowContext, workflow


@dataclass
class Order:
    tags: set[str]
    lines: list[str]


@workflow(name="tagged")
async def tagged(ctx: WorkflowContext[Services], data: Order) -> list[str]:
    def names(of: AbstractSet[str]) -> list[str]:
        return list(of)  # want: PKU809

    for tag in data.tags:  # want: PKU809
        await ctx.workflow.do(f"tag {tag}", lambda: 1)
    for line in data.lines:
        await ctx.workflow.do(f"line {line}", lambda: 1)
    return names(data.tags)
