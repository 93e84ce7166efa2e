"""What generated `workflow_workers.py` files do when they are executed: `pikku worker` for the queues that are named."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from pikku.cli.main import main
from pikku.runtime.queue_worker import QueueWorker


def work_for(workers: Sequence[QueueWorker], *, app: str | None, arguments: Sequence[str] | None = None) -> NoReturn:
    """Work for the queues named first, without any for all of `workers`, until told to end; then ends the process.

    What follows, from the first `-` on, are options of `pikku worker`. `app` is the address of the application; with `None` it
    is as configured.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(main(worker_arguments(workers, app, given)))


def worker_arguments(workers: Sequence[QueueWorker], app: str | None, given: Sequence[str]) -> list[str]:
    """The command line of `pikku worker` for what has been given."""
    first_option = next((index for index, each in enumerate(given) if each.startswith("-")), len(given))
    queues = list(given[:first_option]) or [worker.queue for worker in workers]
    named = [part for queue in queues for part in ("--queues", queue)]
    return ["worker", *(["--app", app] if app else []), *named, *given[first_option:]]
