"""Which records of a body lean on which."""


class Chain:
    """Records that lean on those before them: each tells only what the earlier ones have not told.

    Once one of them was not written, or nobody knows whether it was, none that was to follow it is written any more.
    """

    __slots__ = ("broken_by",)

    def __init__(self) -> None:
        self.broken_by: Exception | None = None
