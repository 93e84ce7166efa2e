"""Threads, pools and processes."""

import asyncio
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from pikku import Services, WorkflowContext, workflow


def work() -> int:
    return 1


@workflow(name="threaded")
async def threaded(ctx: WorkflowContext[Services]) -> int:
    threading.Thread(target=work).start()  # want: PKU813
    await asyncio.to_thread(work)  # want: PKU813
    with ThreadPoolExecutor() as pool:  # want: PKU813
        pool.submit(work)
    with ProcessPoolExecutor() as processes:  # want: PKU813
        list(processes.map(abs, [1]))
    return await asyncio.get_running_loop().run_in_executor(None, work)  # want: PKU813
