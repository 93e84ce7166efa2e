"""Names of libraries, as they are known."""

from pikku.inspector.names.symbols import External

_OURS = {
    "pikku.registry.marks.func": "pikku.func",
    "pikku.registry.marks.workflow": "pikku.workflow",
    "pikku.registry.marks.workflow_func": "pikku.workflow_func",
    "pikku.app.pikku.Pikku": "pikku.Pikku",
    "pikku.app.services.Services": "pikku.Services",
    "pikku.runtime.context.Context": "pikku.Context",
    "pikku.runtime.workflow_context.WorkflowContext": "pikku.WorkflowContext",
}
"""Where what is public is defined: some import it from there."""


def external(name: str) -> External:
    """Something of a library, under its public name if it is one of ours."""
    return External(_OURS.get(name, name))
