"""How long to wait before something that failed is tried again."""

FIRST_MS, LONGEST_MS = 100, 5_000


def next_pause(pause_ms: int, *, first_ms: int = FIRST_MS, longest_ms: int = LONGEST_MS) -> int:
    """Milliseconds to wait after one more failure, given the pause after the one before it; 0: it is the first."""
    return min(max(2 * pause_ms, first_ms), longest_ms)
