"""The file with the types of what steps call."""

from collections.abc import Sequence

from pikku.codegen.header import module_header
from pikku.codegen.layout import bracketed, method
from pikku.codegen.names import quoted
from pikku.codegen.rpc_classes import rpc_classes
from pikku.codegen.shapes import Shape, Shapes
from pikku.codegen.typed_function import TypedFunction, typed_functions
from pikku.model.manifest import Manifest

_CHECKERS = (
    '# mypy: disable-error-code="override, overload-overlap, overload-cannot-match"\n'
    "# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false\n"
    "# pyright: reportOverlappingOverload=false, reportInconsistentOverload=false, reportImportCycles=false\n"
)


def types_text(manifest: Manifest, shapes: Shapes) -> str:
    """`workflow_types.py`: a `WorkflowContext` for type checkers that knows all functions by their names."""
    functions = typed_functions(manifest, shapes)
    dicts = shapes.all()
    exported = sorted(["WorkflowContext", *(shape.name for shape in dicts)])
    header = module_header(
        "Types of what steps call: `from PACKAGE.workflow_types import WorkflowContext` in the files of workflows."
    )
    lines = [*_FIRST, *(f"    import {module}" for module in sorted(shapes.modules - {"typing"})), *_IMPORTS, ""]
    lines += bracketed("__all__ = [", [quoted(name) for name in exported], "]")
    for shape in dicts:
        lines += ["", "", *_dict(shape)]
    lines += ["", "", "if TYPE_CHECKING:", *_ALIASES, *(f"    {line}" for each in functions for line in each.aliases)]
    lines += ["", *_indented(rpc_classes(functions)), "", *_indented(_do_class(functions)), *_indented(_CONTEXT), ""]
    return "\n".join([header, _CHECKERS, *lines])


_FIRST = [
    "from __future__ import annotations",
    "",
    "import typing",
    "from typing import TYPE_CHECKING",
    "",
    "if TYPE_CHECKING:  # importing this file imports nothing of the application",
]
_IMPORTS = [
    "    from collections.abc import Callable, Coroutine",
    "    from typing import Any, TypeAlias, TypeVar, overload",
    "    from typing import Unpack as _Unpack",
    "",
    "    import pikku",
    "    from pikku import Context",
    "    from pikku.runtime.do import Do as _PikkuDo",
    "    from pikku.runtime.step_options import StepOptions as _Options",
    "    from pikku.runtime.workflow import Workflow as _PikkuWorkflow",
    "else:",
    "    from pikku import WorkflowContext",
]
_ALIASES = [
    '    _S = TypeVar("_S")',
    '    _D = TypeVar("_D")',
    '    _R = TypeVar("_R")',
    "    _Text: TypeAlias = str",
    "    _Step: TypeAlias = Coroutine[Any, Any, _R]",
    "",
]
_OPTIONS = "**options: _Unpack[_Options]"
_BY_REFERENCE = (
    ("function: Callable[[Context[Any], _D], Coroutine[Any, Any, _R]]", "data: _D"),
    ("function: Callable[[Context[Any], _D], _R]", "data: _D"),
    ("work: Callable[[], Coroutine[Any, Any, _R]]",),
    ("work: Callable[[], _R]",),
    ("function: Callable[[Context[Any]], Coroutine[Any, Any, _R]]",),
    ("function: Callable[[Context[Any]], _R]",),
)
_CONTEXT = [
    "",
    "class Workflow(_PikkuWorkflow):",
    '    """The steps of one run: see `pikku.WorkflowContext`."""',
    "",
    "    @property",
    "    def do(self) -> _Do: ...",
    "",
    "class WorkflowContext(pikku.WorkflowContext[_S]):",
    '    """What a workflow body is given. At runtime it is `pikku.WorkflowContext`; type checkers know all functions."""',
    "",
    "    @property",
    "    def workflow(self) -> Workflow: ...",
]


def _dict(shape: Shape) -> list[str]:
    told = f"`{shape.of}`, written as a dict."
    if not shape.is_plain:
        fields = [f"{quoted(name)}: {quoted(text)}" for name, text in shape.fields]
        return [*bracketed(f"{shape.name} = typing.TypedDict({quoted(shape.name)}, {{", fields, "})"), f'"""{told}"""']
    fields = [f"    {name}: {text}" for name, text in shape.fields]
    return [f"class {shape.name}(typing.TypedDict):", f'    """{told}"""', *([""] if fields else []), *fields]


def _do_class(functions: Sequence[TypedFunction]) -> list[str]:
    lines = ["class _Do(_PikkuDo):", "    @property", "    def rpc(self) -> _Rpc: ..."]
    for parameters in _BY_REFERENCE:
        lines += _overload(parameters, "_Step[_R]")
    for each in functions:
        lines += _overload((f"rpc: typing.Literal[{quoted(each.name)}]", *each.data_parameter), each.step)
    target = ["self", "name: str", "target: Any", "data: Any = None", "/", _OPTIONS]
    return [*lines, *method("def __call__", target, "_Step[Any]")]


def _overload(parameters: Sequence[str], result: str) -> list[str]:
    given = ["self", "name: str", *parameters, "/", _OPTIONS]
    return ["    @overload", *method("def __call__", given, result)]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]
