"""What a process takes over, and how much of it at once."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from pikku.model.errors import UnknownQueueError
from pikku.model.queue_names import QueueNames
from pikku.registry.registry import Registry


class Work(Struct, frozen=True, kw_only=True):
    """What a process does for others, beside what it starts itself.

    With `orchestrate` it takes over runs, at most `runs` at once; with `steps` it executes remote steps and plain jobs, at most
    `concurrency` at once. With `queues`, only what is in these.
    """

    orchestrate: bool = True
    steps: bool = True
    queues: tuple[str, ...] = ()
    concurrency: int = 100
    runs: int = 10_000


class Lane(Struct, frozen=True):
    """Steps of some functions; of all workflows, or of some."""

    functions: Collection[str]
    workflows: Collection[str] | None = None


class Scope(Struct, frozen=True):
    """What the work of a process comes to: whose runs, which steps, the jobs of which queues."""

    workflows: Collection[str]
    lanes: Collection[Lane]
    run_queues: Collection[str]
    step_queues: Collection[str]
    job_queues: Collection[str]


def scope_of(work: Work, registry: Registry, names: QueueNames) -> Scope:
    """What is to be done. Raises `UnknownQueueError` for a queue in which there is never anything."""
    of_runs = {names.of_runs(workflow): workflow for workflow in registry.workflow_names}
    of_steps = {
        names.of_steps(workflow, function): (workflow, function)
        for workflow in registry.workflow_names
        for function in registry.function_names
    }
    jobs = registry.queue_workers
    for queue in work.queues:
        if queue not in of_runs and queue not in of_steps and queue not in jobs:
            raise UnknownQueueError(queue, {*of_runs, *of_steps, *jobs})
    return Scope(
        workflows=_workflows(work, registry, names) if work.orchestrate else (),
        lanes=_lanes(work, registry, names, of_steps) if work.steps else (),
        run_queues=_chosen(of_runs, work) if work.orchestrate else (),
        step_queues=_chosen(of_steps, work) if work.steps else (),
        job_queues=_chosen(jobs, work) if work.steps else (),
    )


def _chosen(queues: Iterable[str], work: Work) -> list[str]:
    return [queue for queue in queues if not work.queues or queue in work.queues]


def _workflows(work: Work, registry: Registry, names: QueueNames) -> list[str]:
    return [each for each in registry.workflow_names if not work.queues or names.of_runs(each) in work.queues]


def _lanes(work: Work, registry: Registry, names: QueueNames, of_steps: dict[str, tuple[str, str]]) -> list[Lane]:
    if not work.queues or (names.single and _chosen(of_steps, work)):
        return [Lane(registry.function_names)]
    functions: dict[str, list[str]] = {}
    for queue in _chosen(of_steps, work):
        workflow, function = of_steps[queue]
        functions.setdefault(workflow, []).append(function)
    return [Lane(each, [workflow]) for workflow, each in functions.items()]
