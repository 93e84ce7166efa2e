"""An exception as it is stored: a value that any process can read, whatever classes it has."""

from typing import Any

from msgspec import Struct


class Failure(Struct, frozen=True, omit_defaults=True):
    """What is kept of an exception.

    `type` is the qualified name (`shop.errors.PaymentDeclined`, `ValueError`), `code` the exception's own `code` if it has
    one, `stack` the formatted traceback, `cause` what it was raised from. `args` and `fields` rebuild a declared exception.
    """

    type: str
    message: str
    code: str | None = None
    stack: str | None = None
    cause: "Failure | None" = None
    args: tuple[Any, ...] = ()
    fields: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The class name alone: `PaymentDeclined`."""
        return self.type.rpartition(".")[2]

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name


LOST = Failure(
    type="pikku.AttemptLost",
    message="the process that executed this attempt stopped before it saved a result",
    code="ATTEMPT_LOST",
)
"""The failure of an attempt whose process died: it says nothing about the step, which is tried again."""
