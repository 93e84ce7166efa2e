"""Which step of a run a call is: counted when the call is made, not when it is awaited."""

from collections import Counter

from pikku.model.ids import step_key


class Ordinals:
    """Counts the calls of one body, by name."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def take(self, name: str) -> str:
        """The key of the next step of that name."""
        ordinal = self._taken[name]
        self._taken[name] += 1
        return step_key(name, ordinal)
