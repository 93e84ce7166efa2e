"""Performs what the engine decides about a call of the body. This is the only place that does."""

from collections.abc import Awaitable
from typing import Any, assert_never

import msgspec

from pikku.engine.decide import Await, Begin, Decision, Dispatch, Execute, Park, Raise, Refuse, Return, Wake, decide
from pikku.engine.settle import attempt_over, shown_running, sleep_begun, sleep_over
from pikku.model.errors import NonDeterminismError, StepFailedError
from pikku.registry.exceptions import rebuild
from pikku.runtime.attempt import execute_attempt
from pikku.runtime.body import Body
from pikku.runtime.late_record import LateRecord
from pikku.runtime.request import Request

_ANSWERS = (Return, Raise)


async def perform(body: Body, request: Request) -> Any:
    """The result of a step, as it is stored: decided, done, and decided again until there is one."""
    decision = _decision(body, request)
    if isinstance(decision, _ANSWERS) and body.delivers_at_once(request, is_new=False):
        return _answer(request, decision)  # replayed, step after step: nothing has to wait
    is_new = not isinstance(decision, _ANSWERS)
    body.opened(request.call.key)
    try:
        while not isinstance(decision, _ANSWERS):
            await _progress(body, request, decision)
            decision = _decision(body, request)
        if not is_new or not body.delivers_at_once(request, is_new=True):
            await body.deliver(request)
        return _answer(request, decision)
    finally:
        body.closed(request.call.key)


def _decision(body: Body, request: Request) -> Decision:
    body.check()
    recorded = body.recorded(request.call.key)
    # Time matters to what is under way alone: what is new or over need not ask the clock.
    now = 0 if recorded is None or recorded.status.final else body.around.store_time.now()
    return decide(request.call, recorded, now, in_doubt=request.call.key in body.in_doubt)


def _answer(request: Request, decision: Return | Raise) -> Any:
    if isinstance(decision, Return):
        return request.result.decode(decision.result_json, request.what)
    call, failure = request.call, decision.failure
    raise rebuild(failure, request.raises) or StepFailedError(call.name, call.key, failure)


def _progress(
    body: Body, request: Request, decision: Execute | Dispatch | Park | Begin | Wake | Await | Refuse
) -> Awaitable[None]:
    match decision:
        case Execute():
            return _execute(body, request, decision)
        case Dispatch():
            return _dispatch(body, request, decision)
        case Park():
            return body.hear_of(request.call.key)
        case Begin():
            return body.record(request, sleep_begun(request.sleep_ms))
        case Wake():
            return body.record(request, sleep_over(), only_when_due=True)
        case Await(ms=ms):
            return body.wait(request.call.key, ms)
        case Refuse(recorded=recorded, asked=asked):
            raise NonDeterminismError(request.call.key, recorded, asked)
        case _:
            assert_never(decision)


async def _dispatch(body: Body, request: Request, decision: Dispatch) -> None:
    call, seats = request.call, body.around.seats
    seat = await seats.seat(body.run.workflow, call.rpc_name or "") if body.is_alone(request) else None
    if seat is not None:
        with seat:
            await _execute(body, msgspec.structs.replace(request, work=seat.around(request.work)), decision.here)
    else:
        await body.hold_back(call.key)
        await body.record(request, decision.offer)


async def _execute(body: Body, request: Request, decision: Execute) -> None:
    around, attempt = body.around, decision.attempt_count
    if not body.may_begin:
        await body.hold_back(request.call.key)
    if decision.opening is not None:
        await body.record(request, decision.opening)
        await around.make_sure()  # the record was made in time, but its answer may have come after the lease
    bell, settings = around.late_bell, around.settings
    shown = LateRecord(bell, lambda: body.record(request, shown_running(attempt, bell.ms)))
    try:
        result = await execute_attempt(
            request, attempt, run_id=body.run.run_id, clock=around.clock, value_limit=settings.value_limit
        )
        if writing := shown.over():
            await writing
    finally:
        shown.close()
    standing = attempt_over(request.call, attempt, result, around.chance.fraction())
    await body.record(request, standing, keeps=request.call.remote)
