"""What an application's functions share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from inspect import isawaitable
from typing import Any

from pikku.runtime.service import WorkflowService


class Services:
    """A base for your own: add what your functions need, and close it in `close()`, sync or async, if it must be closed.

    With a `workflow_service`, the application uses its store, unless another one is configured.
    """

    workflow_service: WorkflowService | None = None


Factory = Callable[[], Any | Awaitable[Any] | AbstractAsyncContextManager[Any]]
"""`create_singleton_services`: a plain or async function, or one that is an async context manager."""


@asynccontextmanager
async def created(factory: Factory | None) -> AsyncIterator[Any]:
    """The services of one connection, closed at its end."""
    made = Services() if factory is None else factory()
    if isinstance(made, AbstractAsyncContextManager):
        async with made as services:
            yield services
        return
    services = await made if isawaitable(made) else made
    try:
        yield services
    finally:
        close = getattr(services, "close", None)
        closing = close() if callable(close) else None
        if isawaitable(closing):
            await closing
