"""How a workflow body takes its steps: `ctx.workflow.do`."""

from collections.abc import Callable, Coroutine
from inspect import iscoroutine
from typing import Any, TypeVar, Unpack, overload

from pikku.model.errors import CalledTooEarlyError, NotAFunctionError
from pikku.model.payload import NULL
from pikku.model.run import ExecutionMode
from pikku.model.step import StepKind
from pikku.registry.codecs import encode
from pikku.registry.marks import FunctionMark, mark_of, place_of
from pikku.registry.registry import Function, Registry
from pikku.registry.signature import result_codec
from pikku.runtime.body import Body
from pikku.runtime.calls import requested
from pikku.runtime.context import Context
from pikku.runtime.executable import Invoke, rpc_work
from pikku.runtime.perform import perform
from pikku.runtime.rpc_steps import RpcSteps
from pikku.runtime.step_options import StepOptions, checked_name

D = TypeVar("D")
R = TypeVar("R")

_ABSENT: Any = object()


class Do:
    """Takes the steps of one run; `rpc` takes those that call a function by its name."""

    __slots__ = ("_body", "_invoke", "_registry")

    def __init__(self, body: Body, registry: Registry, invoke: Invoke) -> None:
        self._body = body
        self._registry = registry
        self._invoke = invoke

    @property
    def rpc(self) -> RpcSteps:
        """Functions as attributes, by their names: `do.rpc.email.send("Send welcome email", data)`."""
        return RpcSteps(self)

    @overload
    def __call__(
        self,
        name: str,
        function: Callable[[Context[Any], D], Coroutine[Any, Any, R]],
        data: D,
        /,
        **options: Unpack[StepOptions],
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def __call__(
        self, name: str, function: Callable[[Context[Any], D], R], data: D, /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def __call__(
        self, name: str, work: Callable[[], Coroutine[Any, Any, R]], /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def __call__(
        self, name: str, work: Callable[[], R], /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def __call__(
        self,
        name: str,
        function: Callable[[Context[Any]], Coroutine[Any, Any, R]],
        /,
        **options: Unpack[StepOptions],
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def __call__(
        self, name: str, function: Callable[[Context[Any]], R], /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, R]: ...
    @overload
    def __call__(
        self, name: str, rpc: str, data: Any = None, /, **options: Unpack[StepOptions]
    ) -> Coroutine[Any, Any, Any]: ...
    def __call__(
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
            if iscoroutine(target):
                target.close()  # or Python would complain, too, that nobody has awaited it
                raise CalledTooEarlyError(name, target.__qualname__)
            raise NotAFunctionError(place_of(target))
        return self._inline(name, target, options)

    def _rpc(self, name: str, function: Function, data: Any, options: StepOptions) -> Coroutine[Any, Any, Any]:
        data_json = NULL
        if not self._is_over(name):
            data_json = encode(data, f"the data of step {name!r}", self._body.around.settings.value_limit)
        request = requested(
            self._body,
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

    def _is_over(self, name: str) -> bool:
        """Whether the next step of that name has been executed: then nobody needs its data any more."""
        recorded = self._body.recorded(self._body.ordinals.next(name))
        return recorded is not None and recorded.status.final

    def _inline(self, name: str, work: Callable[[], Any], options: StepOptions) -> Coroutine[Any, Any, Any]:
        return perform(self._body, requested(self._body, name, StepKind.INLINE, work, result_codec(work), options))
