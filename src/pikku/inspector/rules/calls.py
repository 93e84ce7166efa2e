"""PKU815: functions called, and workflows started, by a body itself."""

import ast
from collections.abc import Iterator

from pikku.inspector.rules.finding import found_in
from pikku.inspector.rules.reach import Reach
from pikku.model.diagnostic import Diagnostic

_REASONS = {
    "invoke": "calls its function anew at every replay",
    "start_workflow": "starts another run at every replay",
}


def check_rpc(reach: Reach) -> Iterator[Diagnostic]:
    """What is called through `ctx.rpc` outside of a step."""
    for node in reach.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="rpc"), attr=verb)):
                if verb in _REASONS and _is_context(name, reach):
                    called = f"{name}.rpc.{verb}"
                    fix = f'do it in a step: `await {name}.workflow.do("…", lambda: {called}(…))`'
                    yield found_in(reach, "PKU815", node, f"`{called}` {_REASONS[verb]}", fix)


def _is_context(name: str, reach: Reach) -> bool:
    """Whether it is the first parameter of the body, or is annotated as a context."""
    node = reach.definition.node
    if reach.called_at is None and not isinstance(node, ast.ClassDef):
        parameters = [*node.args.posonlyargs, *node.args.args]
        if parameters and parameters[0].arg == name:
            return True
    annotation = reach.scope.annotation_of(name)
    return annotation is not None and "Context" in ast.unparse(annotation)
