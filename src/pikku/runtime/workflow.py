"""What a workflow body takes its steps with: `ctx.workflow`."""

from collections.abc import Coroutine
from typing import Any, NoReturn, overload

from pikku.model.duration import Duration, parse_duration
from pikku.model.ids import RunId
from pikku.model.names import storable
from pikku.model.step import StepKind
from pikku.registry.codecs import Codec
from pikku.registry.registry import Registry
from pikku.registry.secrets import concealed
from pikku.runtime.body import Body
from pikku.runtime.calls import requested
from pikku.runtime.do import Do
from pikku.runtime.executable import Invoke
from pikku.runtime.perform import perform
from pikku.runtime.signals import CancelRequested
from pikku.runtime.step_options import checked_name

_PLAIN = Codec(Any)


class Workflow:
    """The steps of one run. Each call takes its place in the order of steps at once, when it is made, not when awaited."""

    __slots__ = ("_body", "_do")

    def __init__(self, body: Body, registry: Registry, invoke: Invoke) -> None:
        self._body = body
        self._do = Do(body, registry, invoke)

    @property
    def run_id(self) -> RunId:
        """The run that this body is of."""
        return self._body.run.run_id

    @property
    def do(self) -> Do:
        """Takes a step: `await ctx.workflow.do("Create user", create_user, data)`. See `Do`."""
        return self._do

    @overload
    def sleep(self, name: str, duration: Duration, /) -> Coroutine[Any, Any, None]: ...
    @overload
    def sleep(self, duration: Duration, /, *, description: str = ...) -> Coroutine[Any, Any, None]: ...
    def sleep(self, *args: Any, description: str | None = None) -> Coroutine[Any, Any, None]:
        """A step that ends at a time fixed when it begins, whatever happens to this process meanwhile.

        await ctx.workflow.sleep("Wait before the reminder", "3d")
        await ctx.workflow.sleep("3d", description="Wait before the reminder")
        """
        name, duration = args if len(args) == 2 else (description or "sleep", *args)
        ms = parse_duration(duration)
        request = requested(self._body, checked_name(name), StepKind.SLEEP, _nothing, _PLAIN, {}, sleep_ms=ms)
        return perform(self._body, request)

    def cancel(self, reason: str = "cancelled by the workflow") -> NoReturn:
        """End the run here, as cancelled. `finally` blocks of the body are executed, with the steps in them."""
        self._body.cancel_reason = concealed(storable(reason))
        raise CancelRequested(reason)


async def _nothing() -> None:
    raise AssertionError("a sleep is not executed")
