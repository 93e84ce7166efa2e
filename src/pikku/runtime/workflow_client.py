"""One workflow of a connected application: what generated clients consist of."""

from typing import Any, Generic, TypeVar, overload

from pikku.model.errors import UnknownRunError
from pikku.model.run import Run
from pikku.runtime.client import Client
from pikku.runtime.handle import RunHandle

I = TypeVar("I", contravariant=True)  # noqa: E741  the type of the input
O = TypeVar("O", covariant=True)  # noqa: E741  the type of the output


class WorkflowClient(Generic[I, O]):
    """Starts runs of one workflow and looks after them. `pikku prebuild` writes one for each, with the types of its source.

    Only runs of this workflow are known to it: those of others are as if they did not exist.
    """

    __slots__ = ("_client", "name")

    def __init__(self, client: Client[Any], name: str) -> None:
        self._client = client
        self.name = name

    @overload
    async def start(self: "WorkflowClient[None, O]", data: None = None, /) -> RunHandle[O]: ...
    @overload
    async def start(self, data: I, /) -> RunHandle[O]: ...
    async def start(self, data: Any = None, /) -> RunHandle[Any]:
        """Create a run, and return as soon as it is durable: see `Client.start`."""
        return await self._client.start(self.name, data)

    @overload
    async def run(self: "WorkflowClient[None, O]", data: None = None, /) -> O: ...
    @overload
    async def run(self, data: I, /) -> O: ...
    async def run(self, data: Any = None, /) -> Any:
        """Start a run and return its result: see `RunHandle.result`."""
        return await self._client.run(self.name, data)

    async def get_run(self, run_id: str) -> Run | None:
        """The run, or `None` when this workflow has no such run."""
        run = await self._client.workflow_service.get_run(run_id)
        return run if run is not None and run.workflow == self.name else None

    async def handle(self, run_id: str) -> RunHandle[O]:
        """The handle of a run that exists. Raises `UnknownRunError`."""
        return await self._client.handle(await self._known(run_id))

    async def cancel_run(self, run_id: str, reason: str = "cancelled") -> None:
        """End a running run as cancelled. Raises `UnknownRunError`, or `RunEndedError` if it has ended already."""
        await self._client.cancel_run(await self._known(run_id), reason)

    async def _known(self, run_id: str) -> str:
        if await self.get_run(run_id) is None:
            raise UnknownRunError(run_id)
        return run_id
