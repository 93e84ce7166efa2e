"""How long runs are kept once they have ended."""

from msgspec import Struct

from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import DefinitionError


class Retention(Struct, frozen=True, kw_only=True):
    """Which ended runs of a workflow are kept: those that ended less than `age` ago, and of these the newest `count`.

    `None` is no limit. `failed_age` and `failed_count` hold for failed runs: with either of them, failed runs are judged by
    these two and counted apart, else as all others. Raises `DurationError`, or `DefinitionError` for a count below 0.

        Retention(age="30d", count=10_000, failed_age="90d")
    """

    age: Duration | None = None
    count: int | None = None
    failed_age: Duration | None = None
    failed_count: int | None = None

    def __post_init__(self) -> None:
        for age in (self.age, self.failed_age):
            _ms(age)
        for count in (self.count, self.failed_count):
            if count is not None and count < 0:
                raise DefinitionError(
                    f"a retention keeps at least 0 runs, not {count}; leave the count out to keep all"
                )

    @property
    def age_ms(self) -> int | None:
        return _ms(self.age)

    @property
    def failed_age_ms(self) -> int | None:
        return _ms(self.failed_age)


def _ms(age: Duration | None) -> int | None:
    return None if age is None else parse_duration(age)
