"""Methods of classes of the project are followed."""

import time
from dataclasses import dataclass

from pikku import Services, WorkflowContext, workflow


@dataclass
class Order:
    created: float

    def age(self) -> float:
        return time.time() - self.created  # want: PKU801

    def tomorrow(self) -> float:
        return self.created + 86_400


@workflow(name="aged")
async def aged(ctx: WorkflowContext[Services], data: Order) -> float:
    return data.age() + data.tomorrow()
