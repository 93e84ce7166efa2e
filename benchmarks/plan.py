"""All that is measured, in groups; each row names the plainest writes and the rival that it is compared with."""

from benchmarks.figure import Row
from benchmarks.plans.durable_steps import inline_groups
from benchmarks.plans.long_waits import waiting_groups
from benchmarks.plans.workers import worker_groups
from benchmarks.size import Size
from benchmarks.trial import DBOS, Group, Trial


def plan(size: Size, *, quick: bool = False) -> list[Group]:
    """All groups, or the main rows of them."""
    groups = [*inline_groups(size), *worker_groups(size), *waiting_groups(size), _startup(size)]
    if not quick:
        return groups
    some = [
        group._replace(trials=tuple(_quick(each) for each in group.trials if each.quick is not None))
        for group in groups
    ]
    return [group for group in some if group.trials]


def _quick(trial: Trial) -> Trial:
    return trial._replace(options=trial.options | (trial.quick or {}), once=trial.once or trial.environment == DBOS)


def _startup(size: Size) -> Group:
    times = size.of(5)
    ours = Trial(
        "startup ours",
        "benchmarks.startup:startup",
        (
            Row("startup.nothing", "python that does nothing", "ms", "nothing", system="raw"),
            Row("startup.import", "import pikku", "ms", "import", limit="startup.nothing", rival="startup.dbos"),
            Row("startup.help", "pikku --help", "ms", "help", limit="startup.nothing"),
        ),
        options={"times": times},
        quick={"times": 3},
    )
    theirs = Trial(
        "startup DBOS",
        "benchmarks.startup:startup_of",
        (Row("startup.dbos", "DBOS: import dbos", "ms", "import", limit="startup.nothing", system="DBOS"),),
        options={"times": times, "module": "dbos"},
        environment=DBOS,
        quick={"times": 2},
    )
    return Group("startup", "Processes that begin", (ours, theirs))
