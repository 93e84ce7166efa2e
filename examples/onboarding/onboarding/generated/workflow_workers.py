"""The queues of the application, and who takes them.

Written by `pikku prebuild`: do not edit, but run that again when the source has changed.

`python -m PACKAGE.workflow_workers [QUEUE…] [OPTIONS of `pikku worker`]` works for some queues, without any for all; a process
of your own connects with `work=` one of these: `app.connect(work=NAME.work)`.

The graphs of the workflows:

    6a2f7ba99b7f  onboarding
    315519364e34  registration
"""

# fmt: off
# ruff: noqa
# ruff: noqa: PGH004
# isort: skip_file

from pikku import QueueKind, QueueWorker

ORCHESTRATOR = QueueWorker("pikku-workflow-orchestrator", QueueKind.ORCHESTRATOR)
STEP_WORKER = QueueWorker("pikku-workflow-step-worker", QueueKind.STEPS)

QUEUE_WORKERS: tuple[QueueWorker, ...] = (ORCHESTRATOR, STEP_WORKER)

if __name__ == "__main__":
    from pikku.cli.queue_workers import work_for

    work_for(QUEUE_WORKERS, app="onboarding.app:app")
