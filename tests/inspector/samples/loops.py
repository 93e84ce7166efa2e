"""One pass after the other."""

from tests.inspector.samples.functions import charge, reserve

from pikku import Services, WorkflowContext, workflow


@workflow(name="loops")
async def loops(ctx: WorkflowContext[Services], data: list[int]) -> int:
    total = 0
    for number, each in enumerate(data):
        if each < 0:
            continue
        if each == 0:
            break
        await ctx.workflow.do(f"charge number {number}", charge, each)
    else:
        await ctx.workflow.do("all charged", lambda: total)
    while not await ctx.workflow.do("is it there?", reserve, "it"):
        await ctx.workflow.sleep("look again in", "30s")
        total += 1
        if total > 100:
            raise TimeoutError("it never came")
    for word in ("only", "words"):  # no steps, not in the graph
        total += len(word)
    by_item = {each: await ctx.workflow.do("by item", charge, each) for each in data for _ in range(each) if each}
    return total + len(by_item)
