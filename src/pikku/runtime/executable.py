"""A step that can be executed here."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from pikku.model.payload import NULL, Json
from pikku.model.step import StepCall
from pikku.registry.codecs import Codec
from pikku.registry.registry import Function

Invoke = Callable[[Function, Any], Awaitable[Any]]
"""Calls a function of the application with decoded data."""


class Executable(msgspec.Struct, frozen=True, kw_only=True):
    """`work` executes one attempt; what it returns, awaited if it can be, is stored as `result` says."""

    call: StepCall
    result: Codec
    work: Callable[[], Any]

    @property
    def what(self) -> str:
        """The result, for messages."""
        return f"the result of step {self.call.key!r}"


def rpc_work(call_name: str, function: Function, data_json: Json, invoke: Invoke) -> Callable[[], Awaitable[Any]]:
    """What executes an RPC step: each attempt has data of its own, as it is stored."""
    decoder, what = function.signature.data, f"the data of step {call_name!r}"

    async def work() -> Any:
        return await invoke(function, decoder.decode(data_json, what))

    return work


def executable_rpc(call: StepCall, function: Function, invoke: Invoke) -> Executable:
    """An RPC step, as a step worker has claimed it."""
    work = rpc_work(call.name, function, call.data_json or NULL, invoke)
    return Executable(call=call, result=function.signature.result, work=work)
