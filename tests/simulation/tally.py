"""What many seeds come to."""

from collections import Counter
from collections.abc import Sequence

from tests.simulation.scenario import Report


class Tally:
    """Adds up reports."""

    def __init__(self) -> None:
        self.seeds = 0
        self.failed: list[int] = []
        self._figures: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()

    def add(self, reports: Sequence[Report]) -> None:
        for report in reports:
            self.seeds += 1
            self._faults += report.counts
            self._figures["events"] += report.events
            self._figures["runs"] += report.runs
            self._figures["executions of steps"] += report.executions
            self._figures["seconds of virtual time"] += round(report.seconds)
            if report.problem is not None:
                self.failed.append(report.seed)

    def table(self, seconds: float) -> str:
        """What was done, what was survived, and what was not."""
        rows = [("seeds", self.seeds), *self._figures.items(), *self._faults.most_common()]
        width = max(len(name) for name, _ in rows)
        lines = [f"  {name:<{width}}  {count:>12,}" for name, count in rows]
        verdict = f"failed: seeds {', '.join(map(str, self.failed))}" if self.failed else "nothing was wrong"
        return "\n".join(["", *lines, "", f"{verdict} ({seconds:.0f} s)"])
