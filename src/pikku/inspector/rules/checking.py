"""All rules about one body."""

from collections.abc import Callable, Collection, Iterator, Mapping

from pikku.inspector.bodies.body import Body
from pikku.inspector.names.symbols import Definition, Scope
from pikku.inspector.rules.calls import check_rpc
from pikku.inspector.rules.catching import check_catching
from pikku.inspector.rules.determinism import check_calls
from pikku.inspector.rules.races import check_races
from pikku.inspector.rules.reach import Reach, reached
from pikku.inspector.rules.sets import check_sets
from pikku.inspector.rules.steps import check_step
from pikku.inspector.rules.tasks import check_tasks
from pikku.inspector.rules.variables import check_variables
from pikku.model.diagnostic import Diagnostic
from pikku.model.manifest import FunctionInfo


def check_body(
    definition: Definition,
    scope: Scope,
    body: Body,
    functions: Mapping[str, FunctionInfo],
    changed: Collection[str] = (),
) -> list[Diagnostic]:
    """What is wrong with a workflow's body, and with what it calls outside of steps.

    `scope` is that of the body; `functions` are all functions by name; `changed` are the full names of the variables of
    modules that functions of the project change.
    """
    calls = {call.node: call for call in body.calls}
    found = [diagnostic for call in calls.values() for diagnostic in check_step(call, functions)]
    found += check_determinism(definition, scope, changed)
    return found


def check_determinism(
    definition: Definition,
    scope: Scope,
    changed: Collection[str] = (),
    is_step: Callable[[Definition, Scope], bool] | None = None,
) -> list[Diagnostic]:
    """Whether a replay of a function does the same again. `is_step` is for systems whose steps are taken by plain calls."""
    return [diagnostic for reach in reached(definition, scope, is_step) for diagnostic in _of_reach(reach, changed)]


def _of_reach(reach: Reach, changed: Collection[str]) -> Iterator[Diagnostic]:
    yield from check_calls(reach)
    yield from check_rpc(reach)
    yield from check_races(reach)
    yield from check_tasks(reach)
    yield from check_sets(reach)
    yield from check_catching(reach)
    yield from check_variables(reach, changed)
