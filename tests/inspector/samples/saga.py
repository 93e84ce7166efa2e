"""What was done is undone when something fails."""

from dataclasses import dataclass

from tests.inspector.samples.functions import charge, refund, release, reserve, send_email

from pikku import Services, StepFailedError, WorkflowContext, workflow


@dataclass(frozen=True)
class Order:
    id: str
    items: list[str]
    total: int
    email: str


@workflow(name="order")
async def order(ctx: WorkflowContext[Services], data: Order) -> str:
    """Reserve, charge, tell; or give back."""
    reserved = [item for item in data.items if await ctx.workflow.do(f"reserve {item}", reserve, item)]
    if len(reserved) < len(data.items):
        for item in reversed(reserved):
            await ctx.workflow.do(f"release {item}", release, item, description="It was reserved in vain")
        ctx.workflow.cancel("sold out")
    try:
        payment: str = await ctx.workflow.do("charge", charge, data.total, retries=3, retry_delay="5s", backoff=2.5)
    except StepFailedError as failed:
        ctx.logger.info("order %s: %s", data.id, failed.error.message)
        for item in reserved:
            await ctx.workflow.do(f"release {item}", release, item)
        return "unpaid"
    else:
        await ctx.workflow.sleep("let the shop look at it", "2h30m")
    finally:
        await ctx.workflow.do("tell", send_email, {"to": data.email})
    if data.total > 1_000:
        await ctx.workflow.sleep("90d", description="time for returns")
        return payment
    if data.total > 100:
        await ctx.workflow.do("thank", "email.send", {"to": data.email})
    else:
        await ctx.workflow.do("refund the fee", refund, payment)
    return payment
