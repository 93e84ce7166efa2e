"""The clock of the machine, for the stores whose processes all run on it."""

import time


class WallClock:
    def now(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000
