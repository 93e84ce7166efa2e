"""Steps by the names of their functions, written as attributes."""

from collections.abc import Callable, Coroutine
from typing import Any, Unpack

from pikku.runtime.step_options import StepOptions

StepOfName = Callable[..., Coroutine[Any, Any, Any]]


class RpcSteps:
    """`do.rpc.email.send("Send welcome email", data, retries=3)` is `do("Send welcome email", "email.send", data, retries=3)`.

    With the types that `pikku prebuild` writes, editors complete the names, and type checkers know data and results.
    """

    __slots__ = ("__do", "__name")

    def __init__(self, do: StepOfName, name: str = "") -> None:
        self.__do = do
        self.__name = name

    def __getattr__(self, name: str) -> "RpcSteps":
        if name.startswith("__"):
            raise AttributeError(name)
        return RpcSteps(self.__do, f"{self.__name}.{name}" if self.__name else name)

    def __call__(self, step: str, data: Any = None, /, **options: Unpack[StepOptions]) -> Coroutine[Any, Any, Any]:
        """The step of that name. Raises `UnknownFunctionError` if there is no such function."""
        return self.__do(step, self.__name, data, **options)
