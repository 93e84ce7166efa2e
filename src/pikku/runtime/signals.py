"""What ends a body from outside. Derived from BaseException, so that no `except Exception` of a workflow swallows it."""

from enum import StrEnum


class Why(StrEnum):
    """Why a body was stopped before its end."""

    ENDED = "ended"
    """Somebody else ended the run, most likely by cancelling it."""
    LOST = "lost"
    """Another owner has the run now."""
    DROPPED = "dropped"
    """The body is not needed for a while, and will be replayed."""
    RELEASED = "released"
    """This process hands its runs back."""
    OUT_OF_STEP = "out of step"
    """The store did not answer, or knows something else than this process: read it again."""


class BodyStopped(BaseException):
    """Raised where the body waits, and at every later call that it makes."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(f"this body was stopped: {why}")


class CancelRequested(BaseException):
    """The body cancels its own run."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
