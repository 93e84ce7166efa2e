"""Which process, machine or folder it is."""

import os
import socket
import sys

from pikku import Services, WorkflowContext, workflow


@workflow(name="here")
async def here(ctx: WorkflowContext[Services]) -> str:
    return f"{os.getpid()} {socket.gethostname()} {os.getcwd()} {sys.argv[0]}"  # want: PKU804 PKU804 PKU804 PKU804
