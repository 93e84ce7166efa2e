"""Marks, names, and what is said when they are wrong."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from pikku import Context, Pikku, Services, WorkflowContext, func, workflow, workflow_func
from pikku.model.errors import (
    AnnotationError,
    DefinitionError,
    DuplicateNameError,
    ImportedTwiceError,
    NotAFunctionError,
    NotAWorkflowError,
    NotRegisteredError,
    RemoteWithoutQueueError,
    UnknownFunctionError,
    UnknownWorkflowError,
)
from pikku.registry.registry import Registry
from pikku.registry.signature import read_signature, result_codec

if TYPE_CHECKING:
    from decimal import Decimal


@func
async def greet(ctx: Context[Services], data: str) -> str:
    return data


@workflow_func
async def hello(ctx: WorkflowContext[Services]) -> None: ...


@workflow(name="wired", tags=["a"])
async def wired(ctx: WorkflowContext[Services]) -> None: ...


def module(**things: Any) -> ModuleType:
    made = ModuleType("made")
    vars(made).update(things)
    return made


def test_including_a_module_registers_its_functions_and_wired_workflows_once() -> None:
    registry = Registry()
    for _ in range(2):
        registry.include(module(greet=greet, also=greet, hello=hello, wired=wired, other=7))
    assert set(registry.function_names) == {"greet"}
    assert set(registry.workflow_names) == {"wired"}
    assert registry.function("greet") is registry.function(greet)
    assert registry.workflow(wired).wiring.tags == ("a",)


def test_two_functions_or_two_workflows_of_one_name_are_refused() -> None:
    @func(name="greet")
    async def other(ctx: Context[Services]) -> None: ...

    registry = Registry()
    with pytest.raises(DuplicateNameError, match=r"two functions are called 'greet': .*greet and .*other"):
        registry.include(module(greet=greet, other=other))
    app = Pikku()
    app.wire_workflow(name="hello", func=hello)
    with pytest.raises(DuplicateNameError, match="two workflows are called 'hello'"):
        app.wire_workflow(name="hello", func=wired)


def test_a_script_that_is_imported_as_a_module_too_is_told_so() -> None:
    def file(name: str) -> tuple[Any, Any]:
        @func
        async def greet(ctx: Context[Services]) -> None: ...

        @workflow(name="body")
        async def body(ctx: WorkflowContext[Services]) -> None: ...

        greet.__module__ = body.__module__ = name
        return greet, body

    greet, body = file("shop")
    registry = Registry()
    registry.include(module(greet=greet, body=body))
    again, body_again = file("__main__")
    with pytest.raises(
        ImportedTwiceError, match=r"^shop\..*greet and __main__\..*greet are the same .*include=\[__name__"
    ):
        registry.function(again)
    with pytest.raises(ImportedTwiceError):
        registry.add_queue_worker("emails", again)
    with pytest.raises(ImportedTwiceError, match=r"^shop\..*body and __main__\..*body"):
        registry.workflow(body_again)
    with pytest.raises(DuplicateNameError):
        registry.add_queue_worker("letters", file("shop")[0])


def test_what_is_not_marked_is_not_registered_or_found() -> None:
    def plain(ctx: Any) -> None: ...

    registry = Registry()
    with pytest.raises(NotAFunctionError, match="plain is not marked with @func"):
        registry.function(plain)
    with pytest.raises(NotAWorkflowError, match="plain is not marked with @workflow_func or @workflow"):
        registry.workflow(plain)
    with pytest.raises(NotAWorkflowError):
        Pikku().wire_workflow(name="plain", func=greet)
    with pytest.raises(NotAFunctionError):
        Pikku().add_functions(hello)
    with pytest.raises(NotRegisteredError, match=rf"add '{__name__}' to Pikku\(include="):
        registry.function(greet)
    with pytest.raises(NotRegisteredError, match=r"wire it with app.wire_workflow"):
        registry.workflow(hello)


def test_unknown_names_get_the_nearest_or_all() -> None:
    registry = Registry()
    with pytest.raises(UnknownFunctionError, match="no function called 'greet'; none is registered"):
        registry.function("greet")
    registry.include(module(greet=greet, wired=wired))
    with pytest.raises(UnknownFunctionError, match=r"no function called 'gret'; did you mean 'greet'\?"):
        registry.function("gret")
    with pytest.raises(UnknownWorkflowError, match="no workflow called 'xyz'; known: 'wired'"):
        registry.workflow("xyz")


def test_a_workflow_must_be_async_and_take_a_context_and_at_most_one_value() -> None:
    with pytest.raises(DefinitionError, match="must be an `async def` function"):
        workflow_func(lambda ctx: None)  # type: ignore[type-var]

    @func
    async def too_many(ctx: Context[Services], one: int, two: int) -> None: ...

    @func
    async def too_few() -> None: ...

    for function in (too_many, too_few):
        with pytest.raises(DefinitionError, match=r"must take a context and at most one value"):
            Pikku().add_functions(function)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"name": ""}, "'' cannot be the name of a workflow: it has 0 characters"),
        ({"name": "a\x00b"}, "cannot be the name of a workflow: it has a NUL character"),
        ({"name": "x", "tags": ["\ud800"]}, "cannot be the name of a tag"),
        ({"name": "x", "tags": "users"}, r"write \['users'\]"),
        ({"name": "x", "execution_mode": "fast"}, "'inline' or 'remote', not 'fast'"),
    ],
)
def test_a_wiring_that_makes_no_sense_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        Pikku().wire_workflow(func=hello, **options)


async def test_remote_mode_without_a_queue_is_refused_at_the_connection() -> None:
    app = Pikku()
    app.wire_workflow(name="far", func=hello, execution_mode="remote")
    with pytest.raises(RemoteWithoutQueueError, match="workflow 'far' is wired with execution_mode='remote'"):
        async with app.connect("memory://"):
            pass


def test_an_annotation_that_only_type_checkers_know_is_named() -> None:
    @func
    async def price(ctx: Context[Services], data: Decimal) -> None: ...

    with pytest.raises(AnnotationError, match=r"price, data: it cannot be resolved \(name 'Decimal' is not defined\)"):
        read_signature(price)


def test_the_annotation_of_the_context_is_never_looked_at() -> None:
    @func
    async def free(ctx: Unknown, data: int) -> int:  # type: ignore[name-defined] # noqa: F821
        return data

    assert read_signature(free).takes_data


def test_an_inline_step_is_typed_by_its_annotation_through_partials_and_methods() -> None:
    class Counter:
        def count(self, by: int) -> int:
            return by

    assert result_codec(partial(Counter().count, 3)).typed
    assert result_codec(Counter().count).typed
    assert not result_codec(lambda: 3).typed
    assert not result_codec(len).typed
