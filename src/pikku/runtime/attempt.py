"""One execution of a step: from the call of the user's code to what is to be recorded of it."""

import asyncio
import inspect
import logging
from typing import Any

from pikku.engine.settle import Failed, Succeeded
from pikku.model.duration import format_duration
from pikku.model.errors import InputError, PayloadError, StepTimeoutError
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.retrying import NonRetryableError, RetryAfter
from pikku.ports.clock import Clock
from pikku.registry.codecs import encode
from pikku.registry.exceptions import capture
from pikku.runtime.deadline import deadline
from pikku.runtime.executable import Executable
from pikku.runtime.step_info import StepInfo, current_step

logger = logging.getLogger("pikku.steps")

_PLAIN = (str, int, float, list, dict, type(None))


async def execute_attempt(
    executable: Executable, attempt_count: int, *, run_id: RunId, clock: Clock, value_limit: int
) -> Succeeded | Failed:
    """Execute one attempt. What the user's code raises is a result; only what ends the whole body gets through."""
    call, ran_ms = executable.call, clock.stopwatch()
    token = current_step.set(StepInfo(run_id, call.key, call.name, attempt_count))
    try:
        timeout = call.policy.timeout_ms
        value = executable.work() if timeout is None else _work_within(timeout, executable, clock)
        if not isinstance(value, _PLAIN) and inspect.isawaitable(value):
            value = await value
        text = _stored(value, executable, value_limit)
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            raise
        return _failed(error, ran_ms())
    finally:
        current_step.reset(token)
    return Succeeded(text, ran_ms())


def _stored(value: Any, executable: Executable, value_limit: int) -> Json:
    text = encode(value, executable.what, value_limit)
    if executable.result.typed:
        executable.result.decode(text, executable.what)
    elif not isinstance(value, _PLAIN):
        logger.warning(
            "%s is a %s, but will be plain JSON, at first and on replay: annotate what the step calls with `-> %s`",
            executable.what,
            type(value).__name__,
            type(value).__name__,
        )
    return text


async def _work_within(timeout_ms: int, executable: Executable, clock: Clock) -> Any:
    expired = False
    try:
        async with deadline(clock, timeout_ms):
            try:
                value = executable.work()
                return await value if inspect.isawaitable(value) else value
            except asyncio.CancelledError:
                expired = True
                raise
    except TimeoutError:
        if not expired:
            raise
        raise StepTimeoutError(executable.call.key, format_duration(timeout_ms)) from None


def _failed(error: BaseException, ran_ms: int) -> Failed:
    retryable = not isinstance(error, (NonRetryableError, PayloadError, InputError))
    retry_after = error.delay_ms if isinstance(error, RetryAfter) else None
    return Failed(capture(error), ran_ms, retryable, retry_after)


def _is_cancelled() -> bool:
    """Whether this task is being cancelled, rather than something that the step awaited."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
