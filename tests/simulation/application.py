"""The application of simulated processes: one workflow, which carries out programs."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tests.simulation.programs import Program
from tests.simulation.witness import Execution

from pikku import Context, Pikku, StepFailedError, StepTimeoutError, WorkflowContext, func, workflow_func
from pikku.runtime.step_info import current_step


class Post(Protocol):
    """What the application's functions know of the process that they are in."""

    def begins(self, execution: Execution) -> None: ...


@func
async def act(ctx: Context[Post], data: dict[str, Any]) -> str:
    """Executes a step of a program, as its data says."""
    return await _act(ctx.services, data)


@func
async def begin_child(ctx: Context[Post], data: dict[str, Any]) -> str:
    """Starts a run of its own."""
    await _act(ctx.services, data)
    await ctx.rpc.start_workflow("interpret", data["program"])
    return str(data["place"])


async def _act(post: Post, data: dict[str, Any]) -> str:
    step = current_step.get()
    if step is None:
        raise AssertionError("the functions of a program are steps")
    place, ms = data["place"], data.get("ms", 0)
    post.begins(Execution(step.run_id, step.key, step.attempt_count, place, data["after"]))
    if ms is None:
        await asyncio.get_running_loop().create_future()
    elif ms:
        await asyncio.sleep(ms / 1_000)
    if step.attempt_count <= data.get("fails", 0):
        raise ValueError(f"attempt {step.attempt_count} of {place} fails")
    return str(place)


@workflow_func
async def interpret(ctx: WorkflowContext[Post], data: Program) -> Any:
    """Carries out a program. Each step returns its own place in it, so that a result in the wrong place is seen at once."""
    return await Interpreter(ctx).carry_out(data, "0", ())


class Interpreter:
    """Carries out the parts of a program; `after` is what has been done before, as far as it must be recorded."""

    def __init__(self, ctx: WorkflowContext[Post]) -> None:
        self._ctx = ctx

    async def carry_out(self, program: Program, place: str, after: Sequence[str]) -> Any:
        match program:
            case ["step", options]:
                return await self._step(options, place, after)
            case ["child", child]:
                data = {"place": place, "after": after, "program": child}
                return await self._ctx.workflow.do(
                    "child", begin_child, data, description=place, retries=10_000, retry_delay=100
                )
            case ["sleep", int(ms)]:
                await self._ctx.workflow.sleep(place, ms)
                return None
            case ["cancel"]:
                self._ctx.workflow.cancel("it is in the program")
            case ["try", part]:
                try:
                    return await self.carry_out(part, f"{place}.0", after)
                except (StepFailedError, StepTimeoutError):
                    return f"{place} failed"
            case ["beside", *parts]:
                branches = (self.carry_out(part, f"{place}.{number}", after) for number, part in enumerate(parts))
                return list(await asyncio.gather(*branches))
        return await self._one_after_the_other(program[1:], place, after)

    async def _one_after_the_other(self, parts: Sequence[Program], place: str, after: Sequence[str]) -> list[Any]:
        results = []
        for number, part in enumerate(parts):
            here = f"{place}.{number}"
            results.append(await self.carry_out(part, here, after))
            if part[0] in ("step", "child", "sleep"):
                after = (here,)
        return results

    async def _step(self, options: dict[str, Any], place: str, after: Sequence[str]) -> str:
        data = {"place": place, "after": after} | {key: options[key] for key in ("ms", "fails") if key in options}
        policy: Any = {key: options[key] for key in ("retries", "retry_delay", "timeout") if key in options}
        name, do = options["name"], self._ctx.workflow.do
        if options["kind"] == "rpc":
            result = await do(name, act, data, description=place, **policy)
        else:
            result = await do(name, lambda: _act(self._ctx.services, data), description=place, **policy)
        if result != place:
            raise AssertionError(f"{place} got the result of {result}")
        return place


def application(services: Callable[[], Post]) -> Pikku[Any]:
    app = Pikku(services=services)
    app.wire_workflow(name="interpret", func=interpret)
    app.add_functions(act, begin_child)
    return app
