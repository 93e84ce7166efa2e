"""A logger that knows its run and step, and is silent where an earlier life of the body has already spoken."""

import logging
from collections.abc import Callable, MutableMapping
from typing import Any

from pikku.registry.secrets import concealing
from pikku.runtime.step_info import current_step


class RunLogger(logging.LoggerAdapter[logging.Logger]):
    """Adds `run_id`, `workflow`, `step_name` and `attempt_count` to every record, where they are known; says no secret."""

    def __init__(
        self,
        logger: logging.Logger,
        *,
        run_id: str | None = None,
        workflow: str | None = None,
        is_replaying: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(concealing(logger), {})
        self._run = {"run_id": run_id, "workflow": workflow}
        self._is_replaying = is_replaying

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  the standard library's name
        silent = self._is_replaying is not None and current_step.get() is None and self._is_replaying()
        return not silent and super().isEnabledFor(level)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        known: dict[str, Any] = dict(self._run)
        if step := current_step.get():
            known |= {"run_id": step.run_id, "step_name": step.step_name, "attempt_count": step.attempt_count}
        kwargs["extra"] = {**known, **kwargs.get("extra", {})}
        return msg, kwargs
