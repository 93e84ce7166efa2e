"""A body from its first line to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pikku.engine.settle import Raised, Returned, Stopped
from pikku.registry.codecs import encode
from pikku.registry.exceptions import capture
from pikku.registry.registry import Workflow
from pikku.registry.secrets import keep_secrets
from pikku.runtime.body import Body
from pikku.runtime.signals import Why

End = Returned | Raised | Stopped


async def live(body: Body, workflow: Workflow, call: Callable[[Any], Awaitable[Any]]) -> End | Why:
    """Run the body on its input, and tell how it ended, or why it was stopped.

    Attempts that are still under way when the body ends are let end, and recorded.
    """
    body.began()
    keep_secrets()
    try:
        end = await _end_of(body, workflow, call)
    except BaseException as error:
        if body.stopped is None and not _is_end(body, error):
            raise
        end = Raised(capture(error))
    if body.stopped is not None:
        return body.stopped
    await body.close()
    return end if body.cancel_reason is None else Stopped(body.cancel_reason)


async def _end_of(body: Body, workflow: Workflow, call: Callable[[Any], Awaitable[Any]]) -> End:
    signature, name = workflow.signature, workflow.name
    what = f"the output of workflow {name!r}"
    output = await call(signature.data.decode(body.run.input_json, f"the input of workflow {name!r}"))
    output_json = encode(output, what, body.around.settings.value_limit)
    if signature.result.typed:
        signature.result.decode(output_json, what)
    return Returned(output_json)


def _is_end(body: Body, error: BaseException) -> bool:
    """Whether the error is the body's own end, rather than the end of the process around it."""
    if isinstance(error, Exception) or body.cancel_reason is not None:
        return True
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() == 0
    return not isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit))
