"""One call of the body: what it asked for, how to execute it here, and how to answer."""

from collections.abc import Sequence

from pikku.engine.deliveries import Call
from pikku.runtime.executable import Executable


class Request(Executable, frozen=True, kw_only=True):
    """`call_moment` is when, in the life of the body, the call was made; `raises` are the exceptions that come back."""

    call_moment: Call
    raises: Sequence[type[Exception]]
    sleep_ms: int = 0
