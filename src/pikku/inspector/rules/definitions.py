"""PKU301 to PKU304: what functions, workflows and applications say of each other."""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from pikku.inspector.rules.finding import at_place
from pikku.model.diagnostic import Diagnostic
from pikku.model.graph import DYNAMIC
from pikku.model.manifest import ApplicationInfo, FunctionInfo
from pikku.model.place import Place


class Wired(Struct, frozen=True):
    """A name that a body is wired under, and where. `application` is `module.variable`; `None` for `@workflow(name=…)`."""

    name: str
    place: Place
    application: str | None = None


class MarkedBody(Struct, frozen=True):
    """A function that is marked as the body of a workflow."""

    module: str
    qualname: str
    place: Place
    is_async: bool
    wired: tuple[Wired, ...] = ()


class Named(Struct, frozen=True):
    """What has a name in some applications. `where` is `module.qualname`, of which one thing may have a name twice."""

    name: str
    where: str
    place: Place
    applications: frozenset[str]


def check_definitions(
    functions: Sequence[FunctionInfo],
    bodies: Sequence[MarkedBody],
    applications: Sequence[ApplicationInfo],
    added: Collection[str] = (),
) -> list[Diagnostic]:
    """What is wrong between functions, workflows and applications.

    `added` are the functions, by `module.qualname`, that are given to `add_functions` or are queue workers, or that a module
    which is included imports.
    """
    return [
        *_doubles("function", [_named_function(each, applications) for each in functions]),
        *_doubles("workflow", [named for each in bodies for named in _named_body(each, applications)]),
        *(diagnostic for each in bodies for diagnostic in _body(each)),
        *_left_out(functions, applications, added),
    ]


def _named_function(function: FunctionInfo, applications: Sequence[ApplicationInfo]) -> Named:
    where = f"{function.module}.{function.qualname}"
    return Named(function.name, where, function.place, _including(function.module, applications))


def _named_body(body: MarkedBody, applications: Sequence[ApplicationInfo]) -> Iterator[Named]:
    for wired in body.wired:
        own = None if wired.application is None else frozenset({wired.application})
        where = f"{body.module}.{body.qualname}"
        yield Named(wired.name, where, wired.place, own or _including(body.module, applications))


def _including(module: str, applications: Sequence[ApplicationInfo]) -> frozenset[str]:
    """The applications that include a module; where there is none at all, all modules belong together."""
    if not applications:
        return frozenset({"the application"})
    return frozenset(f"{each.module}.{each.variable}" for each in applications if module in each.include)


def _doubles(what: str, named: Sequence[Named]) -> Iterator[Diagnostic]:
    by_name: dict[str, list[Named]] = {}
    for each in named:
        by_name.setdefault(each.name, []).append(each)
    for name, same in by_name.items():
        ordered = sorted(same, key=lambda each: each.place)
        doubled = {
            second.place: first
            for first, second in combinations(ordered, 2)
            if first.applications & second.applications and first.place != second.place and name != DYNAMIC
            if first.where != second.where or what == "workflow"
        }
        for place, first in doubled.items():
            message = f"there is another {what} {name!r}: {first.where}, at {first.place.file}:{first.place.line}"
            yield at_place("PKU301", place, message, "give one of them another name")


def _body(body: MarkedBody) -> Iterator[Diagnostic]:
    if not body.is_async:
        message = f"the workflow `{body.qualname}` is not async, so that it cannot wait for its steps"
        yield at_place("PKU303", body.place, message, f"write `async def {body.qualname}`")
    if not body.wired:
        message = f"the workflow `{body.qualname}` is never wired, so that nobody can start it"
        name = body.qualname.rpartition(".")[2]
        fix = f'`app.wire_workflow(name="{name}", func={name})`, or mark it with `@workflow(name="{name}")`'
        yield at_place("PKU302", body.place, message, fix)


def _left_out(
    functions: Sequence[FunctionInfo], applications: Sequence[ApplicationInfo], added: Collection[str]
) -> Iterator[Diagnostic]:
    if not applications or any(DYNAMIC in each.include for each in applications):
        return
    for function in functions:
        if _including(function.module, applications) or f"{function.module}.{function.qualname}" in added:
            continue
        message = f"the function {function.name!r} is in no application: its module {function.module!r} is not included"
        yield at_place("PKU304", function.place, message, f'`Pikku(include=["{function.module}"])`')
