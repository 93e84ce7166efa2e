"""The file with the queues of an application, and the processes that take them."""

from collections.abc import Iterator

from msgspec import Struct

from pikku.codegen.header import graph_lines, module_header
from pikku.codegen.layout import bracketed
from pikku.codegen.names import identifiers, quoted
from pikku.codegen.steps import rpc_names
from pikku.model.graph import DYNAMIC
from pikku.model.manifest import Manifest, WorkflowInfo
from pikku.model.queue_names import QueueNames


class _Worker(Struct, frozen=True):
    queue: str
    kind: str
    workflow: str = ""
    function: str = ""


def workers_text(manifest: Manifest, *, single_queue: bool) -> str:
    """`workflow_workers.py`: the queues as values, and a command that works for some of them."""
    hashes = {workflow.name: workflow.graph_hash for workflow in manifest.workflows}
    workers = [*_of_workflows(manifest, QueueNames(single_queue)), *_of_jobs(manifest)]
    names = identifiers((worker.queue for worker in workers), _constant)
    lines = ["from pikku import QueueKind, QueueWorker", ""]
    for worker in workers:
        lines += bracketed(f"{names[worker.queue]} = QueueWorker(", _arguments(worker), ")")
    everything = [names[worker.queue] for worker in workers]
    lines += [
        "",
        *bracketed("QUEUE_WORKERS: tuple[QueueWorker, ...] = (", everything, ",)" if len(workers) == 1 else ")"),
    ]
    address = _address(manifest)
    lines += ["", 'if __name__ == "__main__":', "    from pikku.cli.queue_workers import work_for", ""]
    lines += [f"    work_for(QUEUE_WORKERS, app={quoted(address) if address else None})", ""]
    return "\n".join([module_header(_TITLE, f"{_USE}\n\n{graph_lines(hashes)}"), *lines])


_TITLE = "The queues of the application, and who takes them."
_USE = """\
`python -m PACKAGE.workflow_workers [QUEUE…] [OPTIONS of `pikku worker`]` works for some queues, without any for all; a process
of your own connects with `work=` one of these: `app.connect(work=NAME.work)`."""


def _of_workflows(manifest: Manifest, names: QueueNames) -> Iterator[_Worker]:
    if not manifest.workflows:
        return
    if names.single:
        yield _Worker(names.of_runs(""), "ORCHESTRATOR")
        yield _Worker(names.of_steps("", ""), "STEPS")
        return
    known = [function.name for function in manifest.functions]
    for workflow in manifest.workflows:
        yield _Worker(names.of_runs(workflow.name), "ORCHESTRATOR", workflow.name)
        for function in _called(workflow, known):
            yield _Worker(names.of_steps(workflow.name, function), "STEPS", workflow.name, function)


def _called(workflow: WorkflowInfo, known: list[str]) -> list[str]:
    """The functions that its steps call; all, if one step may call any."""
    called = rpc_names(workflow.steps)
    return sorted(known) if DYNAMIC in called else sorted(called)


def _of_jobs(manifest: Manifest) -> Iterator[_Worker]:
    for worker in manifest.queue_workers:
        yield _Worker(worker.queue_name, "JOBS", function=worker.function)


def _arguments(worker: _Worker) -> list[str]:
    given = [quoted(worker.queue), f"QueueKind.{worker.kind}"]
    if worker.workflow:
        given.append(f"workflow={quoted(worker.workflow)}")
    return [*given, f"function={quoted(worker.function)}"] if worker.function else given


def _constant(queue: str) -> str:
    """`ORCHESTRATOR` of `pikku-workflow-orchestrator`, `ONBOARDING_ORCHESTRATOR` of `workflow-onboarding-orchestrator`."""
    return queue.removeprefix("pikku-workflow-").removeprefix("workflow-").upper()


def _address(manifest: Manifest) -> str | None:
    """Where the application is, if there is but one."""
    if len(manifest.applications) != 1:
        return None
    (application,) = manifest.applications
    return f"{application.module}:{application.variable}"
