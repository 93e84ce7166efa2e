"""What one file says of functions, workflows and applications, before all files are put together. Can be kept in a cache."""

from msgspec import Struct

from pikku.model.diagnostic import Diagnostic
from pikku.model.graph import Node
from pikku.model.manifest import FunctionInfo, TypeRef
from pikku.model.place import Place


class Reference(Struct, frozen=True):
    """A function of the project; in place of one that cannot be known stands `None`."""

    module: str
    qualname: str


class WiringFact(Struct, frozen=True, kw_only=True):
    """What `wire_workflow(…)` or `@workflow(…)` says. `text` is how the function is written; `application` is the variable
    of that, with the name of its module, `None` for `@workflow(…)`."""

    name: str
    place: Place
    func: Reference | None
    text: str
    module: str
    application: str | None = None
    description: str | None = None
    docs: str | None = None
    tags: tuple[str, ...] = ()
    execution_mode: str | None = None
    version: str | None = None


class WorkerFact(Struct, frozen=True, kw_only=True):
    """What `wire_queue_worker(…)` says."""

    queue_name: str
    func: Reference | None
    text: str
    module: str
    place: Place


class AdditionFact(Struct, frozen=True):
    """A function that is given to `add_functions(…)`."""

    func: Reference | None
    text: str
    place: Place


class ApplicationFact(Struct, frozen=True, kw_only=True):
    """A `Pikku(…)`. `variable` has `<locals>` in it if it is none of the module.

    What it includes and cannot be known is `DYNAMIC`.
    """

    module: str
    variable: str
    place: Place
    include: tuple[str, ...] = ()
    services: TypeRef | None = None


class BodyFact(Struct, frozen=True, kw_only=True):
    """A function that is marked as a workflow, and its steps."""

    module: str
    qualname: str
    place: Place
    is_async: bool
    takes_data: bool = False
    input: TypeRef | None = None
    output: TypeRef | None = None
    docs: str | None = None
    steps: tuple[Node, ...] = ()
    graph_hash: str = ""


class Facts(Struct, frozen=True, kw_only=True):
    """All of one file. `imported` are the marked functions that it has under some name without defining them."""

    module: str
    file: str
    functions: tuple[FunctionInfo, ...] = ()
    bodies: tuple[BodyFact, ...] = ()
    wirings: tuple[WiringFact, ...] = ()
    workers: tuple[WorkerFact, ...] = ()
    additions: tuple[AdditionFact, ...] = ()
    applications: tuple[ApplicationFact, ...] = ()
    imported: tuple[Reference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_unreadable(self) -> bool:
        """Whether there may be more in the file than could be read."""
        return any(each.code == "PKU001" for each in self.diagnostics)
