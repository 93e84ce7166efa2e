"""What is said of a step that is not given what it needs."""

import re
from typing import Any

import pytest

from pikku import Pikku, RunFailedError, Services, WorkflowContext, workflow_func
from pikku.model.errors import DefinitionError


async def fetch() -> int:
    return 1


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (fetch, "step 'fetch' was given what fetch(…) returned, a coroutine that nothing could repeat; give it"),
        (lambda: 5, "5 is not marked with @func"),
    ],
)
async def test_a_value_in_the_place_of_a_function_says_what_to_write_instead(given: Any, problem: str) -> None:
    @workflow_func
    async def body(ctx: WorkflowContext[Services]) -> None:
        await ctx.workflow.do("fetch", given())

    app = Pikku()
    app.wire_workflow(name="body", func=body)
    async with app.connect("memory://") as pikku:
        with pytest.raises(RunFailedError, match=re.escape(problem)):
            await pikku.run(body)


def test_a_name_in_the_place_of_a_workflow_is_shown_as_it_is() -> None:
    with pytest.raises(DefinitionError, match=r"^'body' is not marked with @workflow_func or @workflow"):
        Pikku().wire_workflow(name="body", func="body")  # type: ignore[arg-type]
