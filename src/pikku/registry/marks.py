"""Decorators that mark. They register nothing: an application collects marks from the modules it includes."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, overload

from msgspec import Struct

from pikku.model.errors import DefinitionError
from pikku.model.names import name_problem
from pikku.model.retention import Retention
from pikku.model.run import ExecutionMode

F = TypeVar("F", bound=Callable[..., Any])
W = TypeVar("W", bound=Callable[..., Awaitable[Any]])
Middleware = Callable[[Any, Any, Callable[[Any, Any], Awaitable[Any]]], Awaitable[Any]]
"""`async def audit(ctx, data, call_next)`: wraps a function or a body, and goes on with `await call_next(ctx, data)`."""

_MARK = "__pikku_mark__"


class FunctionMark(Struct, frozen=True):
    """What `@func` says of a function."""

    name: str
    raises: tuple[type[Exception], ...] = ()
    middleware: tuple[Middleware, ...] = ()
    cpu: bool = False


class Wiring(Struct, frozen=True, kw_only=True):
    """The name of a workflow and what is said about it."""

    name: str
    description: str | None = None
    tags: tuple[str, ...] = ()
    execution_mode: ExecutionMode | None = None
    middleware: tuple[Middleware, ...] = ()
    docs: str | None = None
    version: str | None = None
    retention: Retention | None = None


class WorkflowMark(Struct, frozen=True):
    """What `@workflow_func` or `@workflow` says of a function; only the latter wires it."""

    wiring: Wiring | None = None


Mark = FunctionMark | WorkflowMark


@overload
def func(function: F, /) -> F: ...
@overload
def func(
    *,
    name: str | None = None,
    raises: Sequence[type[Exception]] = (),
    middleware: Sequence[Middleware] = (),
    cpu: bool = False,
) -> Callable[[F], F]: ...
def func(
    function: Any = None,
    /,
    *,
    name: str | None = None,
    raises: Sequence[type[Exception]] = (),
    middleware: Sequence[Middleware] = (),
    cpu: bool = False,
) -> Any:
    """Mark a function that steps can call, by reference or as `name` (its own name unless given).

    It takes a `Context` and at most one value, `data`. An `async` function runs on the event loop, a plain one in a thread.
    With `cpu=True` a plain function runs in a process of its own, which is killed when the step is cancelled or takes
    longer than its timeout: for computing, without `ctx.services` and `ctx.rpc`. It must be importable by its name.
    Exceptions of the classes in `raises` come back to the workflow as themselves, any other as `StepFailedError`.

        @func(name="email.send", raises=[MailboxFull])
        def send_email(ctx: Context[Services], data: Email) -> None: ...

    Raises `DefinitionError` for what cannot work.
    """

    def mark(marked: F) -> F:
        own = marked.__name__ if name is None else _checked(name, "function")
        if cpu:
            _check_cpu(marked)
        return _marked(marked, FunctionMark(own, tuple(raises), tuple(middleware), cpu))

    return mark if function is None else mark(function)


def workflow_func(function: W, /) -> W:
    """Mark the body of a workflow: an `async` function of a `WorkflowContext` and at most one value, `data`.

    It gets its name from `Pikku.wire_workflow`.
    """
    return _marked_workflow(function, WorkflowMark())


def workflow(
    *,
    name: str,
    description: str | None = None,
    tags: Sequence[str] = (),
    execution_mode: str | None = None,
    middleware: Sequence[Middleware] = (),
    docs: str | None = None,
    version: str | None = None,
    retention: Retention | None = None,
) -> Callable[[W], W]:
    """Mark the body of a workflow and wire it under `name`, in every application that includes its module.

    `retention` says how long its runs are kept, instead of the retention of the `WorkflowService`.
    """
    wiring = new_wiring(name, description, tags, execution_mode, middleware, docs, version, retention)
    return lambda marked: _marked_workflow(marked, WorkflowMark(wiring))


def new_wiring(
    name: object,
    description: str | None,
    tags: Sequence[str],
    execution_mode: str | None,
    middleware: Sequence[Middleware],
    docs: str | None,
    version: str | None,
    retention: Retention | None,
) -> Wiring:
    """The wiring of a workflow from what its author wrote. Raises `DefinitionError` for what makes no sense."""
    name = _checked(name, "workflow")
    if isinstance(tags, str):
        raise DefinitionError(f"the tags of workflow {name!r} are a list of texts, not one text; write [{tags!r}]")
    if execution_mode not in (None, *ExecutionMode):
        raise DefinitionError(f"execution_mode of workflow {name!r} is 'inline' or 'remote', not {execution_mode!r}")
    return Wiring(
        name=name,
        description=description,
        tags=tuple(_checked(tag, "tag") for tag in tags),
        execution_mode=None if execution_mode is None else ExecutionMode(execution_mode),
        middleware=tuple(middleware),
        docs=docs,
        version=version,
        retention=retention,
    )


def mark_of(thing: object) -> Mark | None:
    """The mark on a function, if it has one."""
    mark = getattr(thing, _MARK, None)
    return mark if isinstance(mark, (FunctionMark, WorkflowMark)) else None


def place_of(thing: object) -> str:
    """Where a function is, for messages: `shop.functions.send_email`."""
    name = getattr(thing, "__qualname__", None)
    return repr(thing) if name is None or inspect.iscoroutine(thing) else f"{thing.__module__}.{name}"


def _checked(name: object, what: str) -> str:
    problem = name_problem(name)
    if problem is not None:
        raise DefinitionError(f"{name!r} cannot be the name of a {what}: {problem}")
    return str(name)


def _check_cpu(marked: Callable[..., Any]) -> None:
    where = place_of(marked)
    if inspect.iscoroutinefunction(marked):
        raise DefinitionError(f"{where} is async, but cpu=True is for plain functions; write `def`, or leave cpu out")
    if "<" in marked.__qualname__:
        raise DefinitionError(
            f"{where} has cpu=True, but its process cannot import it: define it with `def` at the top of a module"
        )


def _marked_workflow(marked: W, mark: WorkflowMark) -> W:
    is_async: bool = inspect.iscoroutinefunction(marked)
    if not is_async:
        raise DefinitionError(f"the workflow {place_of(marked)} must be an `async def` function")
    return _marked(marked, mark)


def _marked(marked: F, mark: Mark) -> F:
    setattr(marked, _MARK, mark)
    return marked
