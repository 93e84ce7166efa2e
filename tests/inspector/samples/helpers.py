"""Functions that are given what takes steps."""

from functools import partial

from tests.inspector.samples import elsewhere
from tests.inspector.samples.elsewhere import charge_all, count_down
from tests.inspector.samples.functions import charge

from pikku import Services, WorkflowContext, workflow


@workflow(name="helpers")
async def helpers(ctx: WorkflowContext[Services], data: list[int]) -> str:
    await charge_all(ctx, data, retries=5)
    await count_down(ctx, 3)
    await elsewhere.step(ctx, "any step", charge, 1, description="through a wrapper")
    await elsewhere.named(ctx.workflow.do, "refund", payment="p")
    patient = partial(ctx.workflow.do, retries=9)
    await elsewhere.named(do=patient, name="patiently", payment="p")
    once = partial(patient, "bound", charge)
    await once(1, retries=2)

    def local(amount: int) -> object:
        return ctx.workflow.do("local", charge, amount)

    local(1)
    for unused in (charge_all, local):
        ctx.logger.info("%s", unused)
    return await elsewhere.insist(lambda: ctx.workflow.do("insist", charge, 2))
