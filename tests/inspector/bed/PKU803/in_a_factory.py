"""Fields that a class makes itself, unless they are given."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from pikku import Services, WorkflowContext, workflow


@dataclass
class Order:
    what: str
    id: str = field(default_factory=lambda: str(uuid4()))  # want: PKU803
    at: datetime = field(default_factory=datetime.now)  # want: PKU801
    lines: list[str] = field(default_factory=list)


@dataclass
class Parcel:
    id: str = field(default_factory=lambda: str(uuid4()))
    at: datetime = field(default_factory=datetime.now)


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services], data: str) -> str:
    order, _ = Order(data), Order("once more")
    given = Parcel(order.id, at=order.at)
    parcel = await ctx.workflow.do("pack", Parcel)
    return f"{given.id} {parcel.id}"
