"""What an application consists of, as far as its source tells."""

from typing import Any

from msgspec import Struct

from pikku.model.graph import Node
from pikku.model.place import Place


class TypeRef(Struct, frozen=True, rename="camel", omit_defaults=True):
    """An annotation: as it is written, with every name of the project or a library written out, and as JSON Schema.

    `qualified` is `list[shop.model.User]`, to be used after importing `modules`; `schema` is `None` when the source does not
    tell, as with types of libraries.
    """

    text: str
    qualified: str
    modules: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None


class FunctionInfo(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A function that is marked with `@func`. `data` and `result` are `None` when nothing is annotated; `takes_data` tells
    whether it has the parameter at all."""

    name: str
    module: str
    qualname: str
    place: Place
    description: str | None = None
    is_async: bool = False
    cpu: bool = False
    raises: tuple[str, ...] = ()
    takes_data: bool = False
    data: TypeRef | None = None
    result: TypeRef | None = None


class WorkflowInfo(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A workflow that is wired: what its wiring says, its types, its steps, and the hash of these.

    The hash does not change with comments, formatting, places, descriptions or documentation.
    """

    name: str
    module: str
    qualname: str
    place: Place
    wired_at: Place
    description: str | None = None
    docs: str | None = None
    tags: tuple[str, ...] = ()
    execution_mode: str | None = None
    version: str | None = None
    takes_data: bool = False
    input: TypeRef | None = None
    output: TypeRef | None = None
    steps: tuple[Node, ...] = ()
    graph_hash: str = ""


class QueueWorkerInfo(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A function that executes the plain jobs of a queue."""

    queue_name: str
    function: str
    module: str
    qualname: str
    place: Place


class ApplicationInfo(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A `Pikku(…)` in a variable of a module; `services` is the type that its functions share, if it is known."""

    module: str
    variable: str
    place: Place
    include: tuple[str, ...] = ()
    services: TypeRef | None = None


class Manifest(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """All of it, each part sorted by name. `wiring_modules` are those whose import wires something, or defines what is wired."""

    applications: tuple[ApplicationInfo, ...] = ()
    functions: tuple[FunctionInfo, ...] = ()
    workflows: tuple[WorkflowInfo, ...] = ()
    queue_workers: tuple[QueueWorkerInfo, ...] = ()
    wiring_modules: tuple[str, ...] = ()
