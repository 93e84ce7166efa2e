"""The functions and workflows of one application, by name."""

from collections.abc import Callable, Collection, Iterable, Mapping
from types import ModuleType
from typing import Any

from msgspec import Struct

from pikku.model.errors import (
    DefinitionError,
    DuplicateNameError,
    ImportedTwiceError,
    NotAFunctionError,
    NotAWorkflowError,
    NotRegisteredError,
    UnknownFunctionError,
    UnknownWorkflowError,
)
from pikku.registry.importable import MAIN, check_importable
from pikku.registry.marks import FunctionMark, Middleware, Wiring, WorkflowMark, mark_of, place_of
from pikku.registry.signature import Signature, read_signature


class Function(Struct, frozen=True):
    """A function that steps can call."""

    name: str
    call: Callable[..., Any]
    signature: Signature
    raises: tuple[type[Exception], ...]
    middleware: tuple[Middleware, ...]


class Workflow(Struct, frozen=True):
    """A workflow that runs can be started of."""

    wiring: Wiring
    call: Callable[..., Any]
    signature: Signature

    @property
    def name(self) -> str:
        return self.wiring.name


class Registry:
    """Filled once, by the application; then only asked."""

    def __init__(self) -> None:
        self._functions: dict[str, Function] = {}
        self._workflows: dict[str, Workflow] = {}
        self._queue_workers: dict[str, Function] = {}

    @property
    def function_names(self) -> Collection[str]:
        return self._functions.keys()

    @property
    def workflow_names(self) -> Collection[str]:
        return self._workflows.keys()

    @property
    def queue_workers(self) -> Mapping[str, Function]:
        """Which function executes the plain jobs of a queue."""
        return self._queue_workers

    @property
    def workflows(self) -> Collection[Workflow]:
        return self._workflows.values()

    def include(self, module: ModuleType) -> None:
        """Register what is marked in a module, or imported into it: all functions, and the workflows that are wired."""
        for thing in list(vars(module).values()):
            match mark_of(thing):
                case FunctionMark() as mark:
                    self.add_function(mark, thing)
                case WorkflowMark(wiring=Wiring() as wiring):
                    self.add_workflow(wiring, thing)

    def add_function(self, mark: FunctionMark, function: Callable[..., Any]) -> None:
        """Register a function. Raises `DuplicateNameError` if another one has its name, or `DefinitionError`."""
        if mark.cpu:
            check_importable(function)
        known = self._functions.get(mark.name)
        if known is None:
            self._functions[mark.name] = Function(
                mark.name, function, read_signature(function), mark.raises, mark.middleware
            )
        elif known.call is not function:
            raise _clash("function", mark.name, known.call, function)

    def add_workflow(self, wiring: Wiring, function: Callable[..., Any]) -> None:
        """Register a workflow. Raises `NotAWorkflowError`, or `DuplicateNameError` if another one has its name."""
        if not isinstance(mark_of(function), WorkflowMark):
            raise NotAWorkflowError(place_of(function))
        known = self._workflows.get(wiring.name)
        if known is None:
            self._workflows[wiring.name] = Workflow(wiring, function, read_signature(function))
        elif known.call is not function or known.wiring != wiring:
            raise _clash("workflow", wiring.name, known.call, function)

    def add_queue_worker(self, queue: str, function: Callable[..., Any]) -> None:
        """Have a function execute the jobs of a queue.

        Raises `NotAFunctionError`, or `DuplicateNameError` if another one does it already.
        """
        mark = mark_of(function)
        if not isinstance(mark, FunctionMark):
            raise NotAFunctionError(place_of(function))
        self.add_function(mark, function)
        known = self._queue_workers.setdefault(queue, self._functions[mark.name])
        if known.call is not function:
            raise _clash("queue worker", queue, known.call, function)

    def function(self, target: str | Callable[..., Any]) -> Function:
        """The function of that name, or the one registered for that very function."""
        if isinstance(target, str):
            try:
                return self._functions[target]
            except KeyError:
                raise UnknownFunctionError(target, self._functions) from None
        mark = mark_of(target)
        if not isinstance(mark, FunctionMark):
            raise NotAFunctionError(place_of(target))
        known = self._functions.get(mark.name)
        if known is None or known.call is not target:
            twins = [] if known is None else [known.call]
            raise _missing("function", target, twins, f"add {target.__module__!r} to Pikku(include=[…])")
        return known

    def workflow(self, target: str | Callable[..., Any]) -> Workflow:
        """The workflow of that name, or the one wired for that function."""
        if isinstance(target, str):
            try:
                return self._workflows[target]
            except KeyError:
                raise UnknownWorkflowError(target, self._workflows) from None
        if not isinstance(mark_of(target), WorkflowMark):
            raise NotAWorkflowError(place_of(target))
        wired = [each for each in self._workflows.values() if each.call is target]
        if not wired:
            others = [each.call for each in self._workflows.values()]
            raise _missing("workflow", target, others, "wire it with app.wire_workflow(name=…, func=…)")
        if len(wired) > 1:
            raise DuplicateNameError("wiring", wired[0].name, place_of(target), f"also {wired[1].name!r}")
        return wired[0]


def _clash(what: str, name: str, known: Callable[..., Any], function: Callable[..., Any]) -> DefinitionError:
    """What is wrong with two things under one name."""
    if _are_twins(known, function):
        return ImportedTwiceError(place_of(known), place_of(function))
    return DuplicateNameError(what, name, place_of(known), place_of(function))


def _missing(
    what: str, target: Callable[..., Any], known: Iterable[Callable[..., Any]], advice: str
) -> DefinitionError:
    """What is wrong with something that is marked and not known."""
    for other in known:
        if _are_twins(other, target):
            return ImportedTwiceError(place_of(other), place_of(target))
    return NotRegisteredError(what, place_of(target), advice)


def _are_twins(one: Callable[..., Any], other: Callable[..., Any]) -> bool:
    """Whether one is of the script that runs, and the other of the same script, imported as a module."""
    (module, name), (other_module, other_name) = (
        (getattr(each, "__module__", None), getattr(each, "__qualname__", None)) for each in (one, other)
    )
    return name == other_name and module != other_module and MAIN in (module, other_module)
