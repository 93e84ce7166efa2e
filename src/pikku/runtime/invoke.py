"""Calls the user's code: async on the loop, plain functions in a thread, middleware around both."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from pikku.registry.marks import Middleware
from pikku.registry.signature import Signature


class Invoker:
    """Has the threads of one process; `close()` leaves those that still work to themselves."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pikku-function")

    async def call(
        self, function: Callable[..., Any], signature: Signature, middleware: Sequence[Middleware], ctx: Any, data: Any
    ) -> Any:
        """What the function returns for a context and data, through its middleware in the listed order."""

        async def innermost(ctx: Any, data: Any) -> Any:
            arguments = (ctx, data) if signature.takes_data else (ctx,)
            if signature.is_async:
                return await function(*arguments)
            return await self._in_thread(partial(function, *arguments))

        chain: Callable[[Any, Any], Awaitable[Any]] = innermost
        for each in reversed(middleware):
            chain = partial(_through, each, chain)
        return await chain(ctx, data)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)


async def _through(middleware: Middleware, call_next: Callable[[Any, Any], Awaitable[Any]], ctx: Any, data: Any) -> Any:
    return await middleware(ctx, data, call_next)
