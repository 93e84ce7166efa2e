"""Which runs may go, by what is said of how long they are kept."""

from collections.abc import Callable

import pytest

from pikku import Retention
from pikku.engine.retention import SETTLED_MS, Rule, rules_of
from pikku.model.errors import DefinitionError, DurationError
from pikku.model.run import RunStatus

COMPLETED, FAILED, CANCELLED = RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED
ALL = (COMPLETED, FAILED, CANCELLED)
DAY = 86_400_000


@pytest.mark.parametrize(
    ("retention", "rules"),
    [
        (Retention(), ()),
        (Retention(age="30d"), (Rule("pay", ALL, 30 * DAY),)),
        (Retention(count=10), (Rule("pay", ALL, SETTLED_MS, newest=10),)),
        (Retention(age="1d", count=0), (Rule("pay", ALL, DAY), Rule("pay", ALL, SETTLED_MS))),
        # Whatever is said: who waits for a run must be able to see how it ended.
        (Retention(age=0), (Rule("pay", ALL, SETTLED_MS),)),
        (
            Retention(age="1d", failed_age="9d"),
            (Rule("pay", (COMPLETED, CANCELLED), DAY), Rule("pay", (FAILED,), 9 * DAY)),
        ),
        (
            Retention(age="1d", failed_count=5),
            (Rule("pay", (COMPLETED, CANCELLED), DAY), Rule("pay", (FAILED,), SETTLED_MS, 5)),
        ),
    ],
)
def test_the_rules_of_a_retention(retention: Retention, rules: tuple[Rule, ...]) -> None:
    assert rules_of(retention, "pay") == rules


def test_the_rules_of_some_statuses() -> None:
    kept = Retention(age="1d", failed_age="9d")
    assert rules_of(kept, None, [FAILED]) == (Rule(None, (FAILED,), 9 * DAY),)
    assert rules_of(kept, None, [CANCELLED]) == (Rule(None, (CANCELLED,), DAY),)
    assert rules_of(Retention(age="1d"), None, [FAILED, COMPLETED]) == (Rule(None, (COMPLETED, FAILED), DAY),)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Retention(age="soon"), DurationError),
        (lambda: Retention(failed_age=-1), DurationError),
        (lambda: Retention(count=-1), DefinitionError),
    ],
)
def test_a_retention_that_makes_no_sense_is_refused_where_it_is_written(
    make: Callable[[], Retention], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make()
