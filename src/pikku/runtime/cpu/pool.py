"""The children of one process: started when they are needed, reused, and killed when a call is given up."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pikku.registry.codecs import encode
from pikku.registry.exceptions import revive
from pikku.registry.signature import Signature
from pikku.runtime.cpu.birth import refuse_while_importing
from pikku.runtime.cpu.logs import levels_for
from pikku.runtime.cpu.messages import Order, Outcome, Returned
from pikku.runtime.cpu.process import ChildProcess
from pikku.runtime.step_info import current_step


class CpuPool:
    """At most `processes` children, each executing one call at a time; further calls wait for their turn."""

    def __init__(self, processes: int, value_limit: int) -> None:
        refuse_while_importing()
        self._value_limit = value_limit
        self._turns = asyncio.Semaphore(processes)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="pikku-cpu")
        self._free: list[ChildProcess] = []
        self._busy: set[ChildProcess] = set()

    async def call(self, name: str, function: Callable[..., Any], signature: Signature, ctx: Any, data: Any) -> Any:
        """What the function returns, computed in a child, which is killed if this is cancelled.

        Raises what the function raises, as far as its class is known here, or `ProcessDiedError`.
        """
        step = current_step.get()
        order = Order(
            name=name,
            module=function.__module__,
            qualname=function.__qualname__,
            data_json=encode(data, f"the data of function {name!r}", self._value_limit),
            step=step,
            invocation_id=ctx.invocation_id,
            what=f"the result of step {step.key!r}" if step else f"the result of function {name!r}",
            value_limit=self._value_limit,
            levels=levels_for(name),
        )
        async with self._turns:
            outcome = await self._exchanged(order)
        if isinstance(outcome, Returned):
            return signature.result.decode(outcome.result_json, order.what)
        raise revive(outcome.failure, outcome.kinds)

    def close(self) -> None:
        """Kill all children. Those that were free have gone when this returns."""
        for process in self._busy:
            process.kill()
        for process in self._free:
            process.kill()
        for process in self._free:
            process.end()
        self._free.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _exchanged(self, order: Order) -> Outcome:
        process = self._take()
        self._busy.add(process)
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(self._threads, process.exchange, order)
        except BaseException:
            process.kill()
            raise
        finally:
            self._busy.discard(process)
        self._free.append(process)
        return outcome

    def _take(self) -> ChildProcess:
        while self._free:
            process = self._free.pop()
            if process.is_alive:
                return process
            process.end()
        return ChildProcess()
