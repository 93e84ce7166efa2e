"""Nearer to the wire."""

import asyncio
import smtplib
import socket
import urllib.request

from pikku import Services, WorkflowContext, workflow


@workflow(name="raw")
async def raw(ctx: WorkflowContext[Services], data: str) -> None:
    urllib.request.urlopen(data)  # want: PKU805
    socket.create_connection((data, 80))  # want: PKU805
    await asyncio.open_connection(data, 80)  # want: PKU805
    smtplib.SMTP(data).sendmail("a", "b", "c")  # want: PKU805
