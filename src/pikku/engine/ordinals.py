"""Which step of a run a call is: counted when the call is made, not when it is awaited."""

from pikku.model.ids import step_key


class Ordinals:
    """Counts the calls of one body, by name."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def next(self, name: str) -> str:
        """The key that the next call of that name will have."""
        return step_key(name, self._taken.get(name, 0))

    def take(self, name: str) -> str:
        """The key of the next step of that name."""
        ordinal = self._taken.get(name, 0)
        self._taken[name] = ordinal + 1
        return step_key(name, ordinal)
