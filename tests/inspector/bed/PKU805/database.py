"""Databases are on the network."""

import asyncpg

from pikku import Services, WorkflowContext, workflow


@workflow(name="stored")
async def stored(ctx: WorkflowContext[Services], data: str) -> None:
    connection = await asyncpg.connect(data)  # want: PKU805
    await connection.execute("SELECT 1")  # want: PKU805
