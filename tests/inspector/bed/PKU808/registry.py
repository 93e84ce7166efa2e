"""A table that a decorator fills while modules are imported."""

from collections.abc import Callable

from pikku import Services, WorkflowContext, workflow

RULES: dict[str, Callable[[int], int]] = {}


def rule(function: Callable[[int], int]) -> Callable[[int], int]:
    RULES[function.__name__] = function
    return function


@rule
def double(value: int) -> int:
    return 2 * value


@workflow(name="ruled")
async def ruled(ctx: WorkflowContext[Services], data: str) -> int:
    return RULES[data](4)
