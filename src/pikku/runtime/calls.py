"""Calls that a body makes, as they are requested: each takes its place in the order of steps when it is made."""

from collections.abc import Callable
from typing import Any

from pikku.model.names import storable
from pikku.model.step import StepCall, StepKind
from pikku.registry.codecs import Codec
from pikku.runtime.body import Body
from pikku.runtime.request import Request
from pikku.runtime.step_options import StepOptions, policy_of


def requested(
    body: Body,
    name: str,
    kind: StepKind,
    work: Callable[[], Any],
    result: Codec,
    options: StepOptions,
    *,
    raises: tuple[type[Exception], ...] = (),
    sleep_ms: int = 0,
    **of_call: Any,
) -> Request:
    """The request of a step. Raises `StepOptionError` for options that make no sense."""
    policy, description = policy_of(name, options), options.get("description")
    key = body.ordinals.take(name)
    moment = body.deliveries.called(key)
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
