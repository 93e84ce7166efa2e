"""While a child imports the user's modules, it must not become a second application."""

from collections.abc import Iterator
from contextlib import contextmanager

from pikku.model.errors import DefinitionError

_importing: list[str] = []


@contextmanager
def importing(module: str) -> Iterator[None]:
    """In a child: the user's module is being imported."""
    _importing.append(module)
    try:
        yield
    finally:
        _importing.pop()


def refuse_while_importing() -> None:
    """Raise `DefinitionError` if this is a child that is still importing: the module then lacks its `__main__` guard."""
    if _importing:
        raise DefinitionError(
            f"{_importing[-1]!r} connects while the process of a cpu=True function imports it: "
            'begin with `if __name__ == "__main__":` what must only be done once'
        )
