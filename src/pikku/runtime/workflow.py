"""What a workflow body takes its steps with: `ctx.workflow`."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn, TypeVar, Unpack, overload

from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import NotAFunctionError
from pikku.model.ids import RunId
from pikku.model.names import storable
from pikku.model.run import ExecutionMode
from pikku.model.step import StepCall, StepKind
from pikku.registry.codecs import Codec, encode
from pikku.registry.marks import FunctionMark, mark_of, place_of
from pikku.registry.registry import Function, Registry
from pikku.registry.signature import result_codec
from pikku.runtime.body import Body
from pikku.runtime.context import Context
from pikku.runtime.executable import Invoke, rpc_work
from pikku.runtime.perform import perform
from pikku.runtime.request import Request
from pikku.runtime.signals import CancelRequested
from pikku.runtime.step_options import StepOptions, checked_name, policy_of

D = TypeVar("D")
R = TypeVar("R")

_PLAIN = Codec(Any)
_ABSENT: Any = object()


class Workflow:
    """The steps of one run. Each call takes its place in the order of steps at once, when it is made, not when awaited."""

    __slots__ = ("_body", "_invoke", "_registry")

    def __init__(self, body: Body, registry: Registry, invoke: Invoke) -> None:
        self._body = body
        self._registry = registry
        self._invoke = invoke

    @property
    def run_id(self) -> RunId:
        """The run that this body is of."""
        return self._body.run.run_id

    @overload
    def do(
        self,
        name: str,
        function: Callable[[Context[Any], D], Coroutine[Any, Any, R]],
        data: D,
        /,
        **options: Unpack[StepOptions],
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def do(
        self, name: str, function: Callable[[Context[Any], D], R], data: D, /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def do(
        self, name: str, work: Callable[[], Coroutine[Any, Any, R]], /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def do(self, name: str, work: Callable[[], R], /, **options: Unpack[StepOptions]) -> Coroutine[Any, Any, R]: ...
    @overload
    def do(
        self,
        name: str,
        function: Callable[[Context[Any]], Coroutine[Any, Any, R]],
        /,
        **options: Unpack[StepOptions],
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def do(
        self, name: str, function: Callable[[Context[Any]], R], /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def do(
        self, name: str, rpc: str, data: Any = None, /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, Any]: ...
    def do(
        self, name: str, target: Any, data: Any = _ABSENT, /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, Any]:
        """A step: the result of a function, or of a callable without arguments, executed once and then remembered.

        `do(name, function, data)` and `do(name, "rpc.name", data)` call a registered function; `do(name, work)` executes
        `work`, sync or async, here. What is returned is the value as stored, typed by the annotation of what was called.

            user = await ctx.workflow.do("Create user", create_user, data, retries=3, retry_delay="5s", backoff=2)
            tax = await ctx.workflow.do("Calculate tax", lambda: 0.2 if user.region == "EU" else 0.08)

        Raises `StepFailedError` when the last attempt raised, or the exception itself if the function declares it.
        """
        name = checked_name(name)
        if isinstance(target, str) or isinstance(mark_of(target), FunctionMark):
            return self._rpc(name, self._registry.function(target), None if data is _ABSENT else data, options)
        if data is not _ABSENT or not callable(target):
            raise NotAFunctionError(place_of(target) if callable(target) else repr(target))
        return self._inline(name, target, options)

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
        request = self._request(checked_name(name), StepKind.SLEEP, _nothing, _PLAIN, {}, sleep_ms=ms)
        return perform(self._body, request)

    def cancel(self, reason: str = "cancelled by the workflow") -> NoReturn:
        """End the run here, as cancelled. `finally` blocks of the body are executed, with the steps in them."""
        self._body.cancel_reason = storable(reason)
        raise CancelRequested(reason)

    def _rpc(self, name: str, function: Function, data: Any, options: StepOptions) -> Coroutine[Any, Any, Any]:
        limit = self._body.around.settings.value_limit
        data_json = encode(data, f"the data of step {name!r}", limit)
        request = self._request(
            name,
            StepKind.RPC,
            rpc_work(name, function, data_json, self._invoke),
            function.signature.result,
            options,
            rpc_name=function.name,
            data_json=data_json,
            remote=self._body.run.mode is ExecutionMode.REMOTE,
            raises=function.raises,
        )
        return perform(self._body, request)

    def _inline(self, name: str, work: Callable[[], Any], options: StepOptions) -> Coroutine[Any, Any, Any]:
        async def called() -> Any:
            result = work()
            return await result if inspect.isawaitable(result) else result

        return perform(self._body, self._request(name, StepKind.INLINE, called, result_codec(work), options))

    def _request(
        self,
        name: str,
        kind: StepKind,
        work: Callable[[], Awaitable[Any]],
        result: Codec,
        options: StepOptions,
        *,
        raises: tuple[type[Exception], ...] = (),
        sleep_ms: int = 0,
        **of_call: Any,
    ) -> Request:
        policy, description = policy_of(name, options), options.get("description")
        key = self._body.ordinals.take(name)
        moment = self._body.deliveries.called(key)
        call = StepCall(
            key=key,
            name=name,
            kind=kind,
            position=moment.position,
            policy=policy,
            description=None if description is None else storable(description),
            **of_call,
        )
        return Request(call=call, call_moment=moment, result=result, raises=raises, work=work, sleep_ms=sleep_ms)


async def _nothing() -> None:
    raise AssertionError("a sleep is not executed")
