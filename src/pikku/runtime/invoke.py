"""Calls the user's code: async on the loop, plain functions in a thread or a process, middleware around all of them."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from pikku.registry.marks import FunctionMark, Middleware, mark_of
from pikku.registry.signature import Signature
from pikku.runtime.cpu.pool import CpuPool
from pikku.runtime.settings import Settings


class Invoker:
    """Has the threads and children of one process; `close()` kills children, and leaves threads that work to themselves."""

    def __init__(self, settings: Settings) -> None:
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="pikku-function")
        self._cpu = CpuPool(settings.cpu_processes, settings.value_limit)

    async def call(
        self, function: Callable[..., Any], signature: Signature, middleware: Sequence[Middleware], ctx: Any, data: Any
    ) -> Any:
        """What the function returns for a context and data, through its middleware in the listed order."""

        def innermost(ctx: Any, data: Any) -> Awaitable[Any]:
            arguments = (ctx, data) if signature.takes_data else (ctx,)
            if signature.is_async:
                called: Awaitable[Any] = function(*arguments)
                return called
            mark = mark_of(function)
            if isinstance(mark, FunctionMark) and mark.cpu:
                return self._cpu.call(mark.name, function, signature, ctx, data)
            return self._in_thread(partial(function, *arguments))

        chain: Callable[[Any, Any], Awaitable[Any]] = innermost
        for each in reversed(middleware):
            chain = partial(_through, each, chain)
        return await chain(ctx, data)

    def close(self) -> None:
        self._cpu.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)


async def _through(middleware: Middleware, call_next: Callable[[Any, Any], Awaitable[Any]], ctx: Any, data: Any) -> Any:
    return await middleware(ctx, data, call_next)
