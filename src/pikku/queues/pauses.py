"""How long to wait before something that failed is tried again."""

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 5.0


class Pauses:
    """Growing pauses, in seconds; after a success they begin anew."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def next(self) -> float:
        pause, self._next = self._next, min(self._next * 2, LONGEST_SECONDS)
        return pause

    def begin_anew(self) -> None:
        self._next = FIRST_SECONDS
