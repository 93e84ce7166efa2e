"""What waits by itself: such a wait is forgotten when the process dies, and begins again at every replay."""

from pikku.inspector.rules.table import Table, names

WAITING = Table(
    code="PKU810",
    reason="{name} waits again at every replay, and keeps the body from being put away meanwhile",
    step="Wait",
    calls=names(
        """
        asyncio: sleep
        time: sleep
        anyio: sleep sleep_until sleep_forever
        trio: sleep
        """
    ),
)
