"""What a function finds around it in a child."""

from typing import Any, NoReturn

from pikku.model.errors import DefinitionError
from pikku.runtime.context import Context


class OutOfReach:
    """Stands for what cannot cross into another process: it is false, and using it is an error that says what to do."""

    def __init__(self, name: str, function: str) -> None:
        self._name = name
        self._function = function

    def __repr__(self) -> str:
        return f"<{self._name} is out of reach in a process of its own>"

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, name: str) -> NoReturn:
        self._refuse(f"{self._name}.{name}")

    def __getitem__(self, key: object) -> NoReturn:
        self._refuse(f"{self._name}[{key!r}]")

    def _refuse(self, what: str) -> NoReturn:
        raise DefinitionError(
            f"{what} cannot be used in {self._function!r}, which has cpu=True and runs in a process of its own: "
            "read and write in steps before and after it, and give it as data what it needs"
        )


class CpuContext(Context[Any]):
    """A context without services, rpc and workflow service; outside of a step, the invocation id is the parent's."""

    __slots__ = ()

    def __init__(self, function: str, logger: Any, invocation_id: str) -> None:
        absent: list[Any] = [OutOfReach(f"ctx.{name}", function) for name in ("services", "rpc", "workflow_service")]
        services, rpc, workflow_service = absent
        super().__init__(services, rpc, logger, workflow_service)
        self._own_id = invocation_id
