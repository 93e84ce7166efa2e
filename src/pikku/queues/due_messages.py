"""Which messages are to be sent."""

from collections.abc import Sequence

from pikku.model.change import Applied, Outcome
from pikku.ports.queue import Message


def due_messages(outcomes: Sequence[Outcome], messages: Sequence[Message | None]) -> list[Message]:
    """The messages of the changes that were made."""
    return [
        message
        for outcome, message in zip(outcomes, messages, strict=True)
        if message is not None and isinstance(outcome, Applied)
    ]
