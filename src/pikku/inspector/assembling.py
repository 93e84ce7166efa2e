"""The facts of all files become one manifest, and what is wrong between them."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from pikku.inspector.facts import AdditionFact, BodyFact, Facts, Reference, WiringFact, WorkerFact
from pikku.inspector.findings import finding
from pikku.inspector.rules import MarkedBody, Wired, check_definitions
from pikku.model.diagnostic import Diagnostic
from pikku.model.graph import DYNAMIC
from pikku.model.manifest import ApplicationInfo, FunctionInfo, Manifest, QueueWorkerInfo, WorkflowInfo
from pikku.model.place import Place


class Assembly(Struct, frozen=True):
    """All facts of a project, and the modules of it. Whoever is not in one of these is somebody else's."""

    facts: tuple[Facts, ...]
    modules: frozenset[str]

    @property
    def functions(self) -> list[FunctionInfo]:
        """All functions, in the order of their places."""
        return sorted((each for facts in self.facts for each in facts.functions), key=lambda each: each.place)

    @property
    def functions_by_name(self) -> dict[str, FunctionInfo]:
        """All functions by name; of two with one name, the first.

        `DYNAMIC` is there if some name cannot be known, or a file cannot be read.
        """
        by_name: dict[str, FunctionInfo] = {}
        for facts in self.facts:
            if facts.is_unreadable:
                unknown = FunctionInfo(
                    name=DYNAMIC, module=facts.module, qualname=DYNAMIC, place=Place(facts.file, 1, 1)
                )
                by_name.setdefault(DYNAMIC, unknown)
        for each in self.functions:
            by_name.setdefault(each.name, each)
        return by_name

    @property
    def references(self) -> set[Reference]:
        """The functions that are wired or added somewhere."""
        return {each.func for each in self._uses() if each.func is not None}

    def manifest(self) -> Manifest:
        """What the application consists of, each part sorted by name."""
        bodies = self._bodies()
        workflows = [
            _workflow(each, bodies) for each in self._wirings() if _may_be_workflow(each, bodies, self._readable())
        ]
        workers = [_worker(each, self._functions()) for facts in self.facts for each in facts.workers if each.func]
        functions = sorted(self.functions, key=lambda each: (each.name, each.module, each.qualname))
        return Manifest(
            applications=tuple(each for each in self._applications() if "<locals>" not in each.variable),
            functions=tuple(functions),
            workflows=tuple(sorted(workflows, key=lambda each: (each.name, each.wired_at))),
            queue_workers=tuple(sorted(workers, key=lambda each: (each.queue_name, each.place))),
            wiring_modules=tuple(sorted(self._wiring_modules())),
        )

    def diagnostics(self) -> Iterator[Diagnostic]:
        """What is wrong in single files, and between them."""
        for facts in self.facts:
            yield from facts.diagnostics
        bodies = self._bodies()
        for wiring in self._wirings():
            yield from self._wrong_wiring(wiring, bodies)
        applications = self._applications()
        added = self._added(applications)
        for found in check_definitions(self.functions, self._marked(), applications, added):
            if not self._may_be_elsewhere(found):
                yield found

    def _wrong_wiring(self, wiring: WiringFact, bodies: dict[Reference, BodyFact]) -> Iterator[Diagnostic]:
        if wiring.func is None and not wiring.text:
            message = f"the workflow {wiring.name!r} is wired without a function"
            yield finding("PKU236", message, wiring.place, fix="give it one: func=…")
        elif wiring.func is not None and not _may_be_workflow(wiring, bodies, self._readable()):
            where = f"{wiring.func.module}.{wiring.func.qualname}"
            message = f"{where} is wired as {wiring.name!r}, but is not marked as a workflow"
            yield finding("PKU236", message, wiring.place, fix="mark it with @workflow_func")

    def _may_be_elsewhere(self, found: Diagnostic) -> bool:
        """Whether something is said to be missing that may be in an unreadable file, or where a function is wired or added
        that cannot be known.

        Such a place is a diagnostic itself, and it would be guesswork to say more: it may be any function of its own file,
        and any that is defined in another function.
        """
        if found.code in ("PKU302", "PKU304") and any(each.is_unreadable for each in self.facts):
            return True
        unknown: set[str] = set()
        if found.code == "PKU302":
            unknown = {each.place.file for each in self._wirings() if each.func is None}
        elif found.code == "PKU304":
            unknown = {each.place.file for facts in self.facts for each in facts.additions if each.func is None}
            if found.place in self._local_places():
                return True  # no application can include it
        return found.place.file in unknown or (bool(unknown) and found.place in self._local_places())

    def _local_places(self) -> set[Place]:
        bodies = {each.place for facts in self.facts for each in facts.bodies if "<locals>" in each.qualname}
        return bodies | {each.place for each in self.functions if "<locals>" in each.qualname}

    def _uses(self) -> Iterator[WiringFact | WorkerFact | AdditionFact]:
        for facts in self.facts:
            yield from facts.wirings
            yield from facts.workers
            yield from facts.additions

    def _readable(self) -> frozenset[str]:
        return self.modules - {each.module for each in self.facts if each.is_unreadable}

    def _wirings(self) -> list[WiringFact]:
        return [each for facts in self.facts for each in facts.wirings]

    def _bodies(self) -> dict[Reference, BodyFact]:
        return {Reference(each.module, each.qualname): each for facts in self.facts for each in facts.bodies}

    def _functions(self) -> dict[Reference, FunctionInfo]:
        return {Reference(each.module, each.qualname): each for facts in self.facts for each in facts.functions}

    def _applications(self) -> list[ApplicationInfo]:
        found = [
            ApplicationInfo(
                module=each.module,
                variable=each.variable,
                place=each.place,
                include=each.include,
                services=each.services,
            )
            for facts in self.facts
            for each in facts.applications
        ]
        return sorted(found, key=lambda each: (each.module, each.variable, each.place))

    def _marked(self) -> Sequence[MarkedBody]:
        wired: dict[Reference, list[Wired]] = {}
        for each in self._wirings():
            if each.func is not None:
                wired.setdefault(each.func, []).append(Wired(each.name, each.place, each.application))
        return [
            MarkedBody(body.module, body.qualname, body.place, body.is_async, tuple(wired.get(reference, ())))
            for reference, body in self._bodies().items()
        ]

    def _added(self, applications: Iterable[ApplicationInfo]) -> set[str]:
        """Functions that are in an application without their module being included."""
        included = {name for each in applications for name in each.include}
        found = {each.func for each in self._uses() if each.func is not None}
        found |= {each for facts in self.facts if facts.module in included for each in facts.imported}
        return {f"{each.module}.{each.qualname}" for each in found}

    def _wiring_modules(self) -> set[str]:
        """The modules whose import wires something or defines what is wired, but for local ones, as in tests."""
        found = {each.module for each in self._wirings() if "<locals>" not in (each.application or "")}
        for each in self._applications():
            if "<locals>" not in each.variable:
                found |= {each.module, *(name for name in each.include if name in self.modules)}
        return found


def _may_be_workflow(wiring: WiringFact, bodies: dict[Reference, BodyFact], modules: frozenset[str]) -> bool:
    """Also what comes from a library or an unreadable file is one, as far as can be known."""
    return wiring.func is not None and (wiring.func in bodies or wiring.func.module not in modules)


def _workflow(wiring: WiringFact, bodies: dict[Reference, BodyFact]) -> WorkflowInfo:
    func = wiring.func or Reference(wiring.module, wiring.text)
    body = bodies.get(func) or BodyFact(module=func.module, qualname=func.qualname, place=wiring.place, is_async=True)
    return WorkflowInfo(
        name=wiring.name,
        module=body.module,
        qualname=body.qualname,
        place=body.place,
        wired_at=wiring.place,
        description=wiring.description,
        docs=wiring.docs,
        tags=wiring.tags,
        execution_mode=wiring.execution_mode,
        version=wiring.version,
        takes_data=body.takes_data,
        input=body.input,
        output=body.output,
        steps=body.steps,
        graph_hash=body.graph_hash,
    )


def _worker(worker: WorkerFact, functions: dict[Reference, FunctionInfo]) -> QueueWorkerInfo:
    func = worker.func or Reference(worker.module, worker.text)
    known = functions.get(func)
    return QueueWorkerInfo(
        queue_name=worker.queue_name,
        function=func.qualname if known is None else known.name,
        module=func.module,
        qualname=func.qualname,
        place=worker.place,
    )
