"""Computed ids are the same every time."""

import uuid

from pikku import Services, WorkflowContext, workflow


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services], data: str) -> str:
    parsed = uuid.UUID("12345678123456781234567812345678")
    return str(uuid.uuid5(parsed, data)) + str(uuid.uuid3(uuid.NAMESPACE_DNS, data))
