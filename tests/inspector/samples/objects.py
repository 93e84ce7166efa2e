"""Objects that keep what takes steps."""

from dataclasses import dataclass
from typing import Self

from tests.inspector.samples.functions import charge, refund

from pikku import Services, WorkflowContext, workflow


class Flow:
    def __init__(self, ctx: WorkflowContext[Services]) -> None:
        self.ctx = ctx
        self.steps = ctx.workflow

    async def __aenter__(self) -> Self:
        await self.steps.do("enter", lambda: None)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.steps.do("leave", lambda: None)


class Checkout(Flow):
    def __init__(self, ctx: WorkflowContext[Services], amount: int) -> None:
        super().__init__(ctx)
        self.amount = amount

    async def pay(self) -> str:
        payment = await self.ctx.workflow.do("pay", charge, self.amount)
        await self._wait()
        return payment

    async def _wait(self) -> None:
        await self.steps.sleep("wait", "1d")


@dataclass
class Surroundings:
    ctx: WorkflowContext[Services]
    note: str

    async def undo(self) -> None:
        await self.ctx.workflow.do("undo", refund, self.note)


@workflow(name="objects")
async def objects(ctx: WorkflowContext[Services], data: int) -> None:
    async with Checkout(ctx, data) as checkout:
        payment = await checkout.pay()
    await Surroundings(ctx, payment).undo()
