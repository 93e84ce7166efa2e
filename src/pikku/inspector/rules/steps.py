"""Diagnostics about the steps of a body: PKU401, PKU402, PKU501, PKU502, PKU529, PKU530."""

import ast
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from pikku.inspector.bodies.body import StepCall
from pikku.inspector.names.symbols import Definition
from pikku.inspector.rules.finding import finding, source
from pikku.inspector.rules.options import check_options
from pikku.inspector.types import misfit
from pikku.model.diagnostic import Diagnostic
from pikku.model.graph import DYNAMIC, Cancel, NameForm, RpcStep, SleepStep
from pikku.model.manifest import FunctionInfo


def check_step(call: StepCall, functions: Mapping[str, FunctionInfo]) -> Iterator[Diagnostic]:
    """All that can be said of one call, but for its data."""
    if call.in_step:
        message = f"`{source(call.node.func)}` is called inside of a step, where there is no step to take"
        yield finding("PKU502", call.node, call.scope, message, "take both steps in the body, one after the other")
        return
    if not call.is_awaited:
        message = f"{_said(call)} is not awaited: it may never be executed, and nobody sees its failure"
        yield finding("PKU501", call.node, call.scope, message, f"`await {source(call.node)}`")
    yield from _function(call, functions)
    yield from _data(call, functions)
    yield from _name(call)
    yield from check_options(call)


def _said(call: StepCall) -> str:
    if isinstance(call.step, Cancel):
        return "the cancellation"
    return "this step" if call.step.step_name == DYNAMIC else f"the step {call.step.step_name!r}"


def _function(call: StepCall, functions: Mapping[str, FunctionInfo]) -> Iterator[Diagnostic]:
    if not isinstance(call.step, RpcStep) or call.work is None:
        return
    name = call.step.rpc_name
    if name != DYNAMIC and name not in functions and DYNAMIC not in functions:
        yield finding("PKU401", call.work, call.scope, f"there is no function {name!r}", _nearest(name, functions))
    elif name == DYNAMIC and isinstance(call.target, Definition):
        message = f"`{call.target.qualname}` is not marked with `@func`, so that no step can call it with data"
        yield finding("PKU401", call.work, call.scope, message, "mark it, or give the step `lambda: …`")


def _data(call: StepCall, functions: Mapping[str, FunctionInfo]) -> Iterator[Diagnostic]:
    if not isinstance(call.step, RpcStep) or (call.data is None and not call.is_given_nothing):
        return
    function = functions.get(call.step.rpc_name)
    if function is not None and isinstance(call.target, Definition) and not _is_of(function, call.target):
        return  # another one of that name, in another application
    wanted = None if function is None else function.data
    data = call.data or ast.Constant(None)
    problem = None if wanted is None else misfit(data, wanted.schema, call.scope, functions)
    if wanted is None or problem is None:
        return
    if call.data is None:
        message = f"the function {call.step.rpc_name!r} needs data, and this step gives it none"
        yield finding(
            "PKU402", call.node, call.scope, message, f"it takes `{wanted.text}`: write it behind the function"
        )
    else:
        message = f"the function {call.step.rpc_name!r} cannot take this: {problem}"
        yield finding("PKU402", call.data, call.scope, message, f"it takes `{wanted.text}`")


def _is_of(function: FunctionInfo, definition: Definition) -> bool:
    return (function.module, function.qualname) == (definition.module, definition.qualname)


def _nearest(name: str, functions: Mapping[str, FunctionInfo]) -> str:
    near = get_close_matches(name, functions, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(repr(each) for each in near)}?"
    return "mark a function with `@func`, which gives it its own name, or with `@func(name=…)`"


def _name(call: StepCall) -> Iterator[Diagnostic]:
    step = call.step
    if isinstance(step, Cancel) or not call.node.args:
        return
    written = call.node.args[0]
    if step.name_form is NameForm.DYNAMIC and step.description is None:
        message = "the name of this step is not known before the run, and no description says what it does"
        yield finding("PKU529", written, call.scope, message, "name it by a text, or add `description=…`")
    if step.name_form is NameForm.LITERAL and not isinstance(step, SleepStep) and _goes_around(call):
        message = f"every pass of the loop takes a step named {step.step_name!r}: in a history they look alike"
        fix = f'tell them apart: `f"{step.step_name} {{…}}"`'
        yield finding("PKU530", written, call.scope, message, fix)


def _goes_around(call: StepCall) -> bool:
    """Whether it is in a loop over things. One that asks again until something is so, or so many times, repeats itself."""
    return any(not isinstance(loop, ast.While) and not _only_counts(loop) for loop in call.loops)


def _only_counts(loop: ast.AST) -> bool:
    targets = [getattr(each, "target", None) for each in getattr(loop, "generators", (loop,))]
    return all(isinstance(target, ast.Name) and target.id.startswith("_") for target in targets)
