"""Functions that another process finds by their name."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from pikku.model.errors import DefinitionError
from pikku.registry.marks import place_of

MAIN = "__main__"


def check_importable(function: Callable[..., Any]) -> None:
    """Raise `DefinitionError` unless a new process, too, finds this very function under its module and name."""
    module, where = function.__module__, place_of(function)
    if _found(module, function.__qualname__) is not function:
        raise DefinitionError(
            f"{where} has cpu=True, but its process would find something else under that name: "
            "keep the name for the marked function, with @func as its first decorator"
        )
    if module == MAIN and not _main_can_be_imported():
        raise DefinitionError(
            f"{where} has cpu=True, but its process cannot import {MAIN} of a package, nor what is typed in: "
            "write it into a module of its own"
        )


def import_function(module: str, qualname: str) -> Any:
    """What has that name. Raises `DefinitionError` that tells why a process cannot import it."""
    try:
        import_module(module)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise DefinitionError(f"the process of {module}.{qualname} cannot import {module!r}: {problem}") from error
    function = _found(module, qualname)
    if function is None:
        raise DefinitionError(
            f"the process of {module}.{qualname} has imported {module!r}, and finds no {qualname!r} in it: "
            "define it at the top of the module, whatever process imports it"
        )
    return function


def _found(module: str, qualname: str) -> Any:
    found: Any = sys.modules.get(module)
    for name in qualname.split("."):
        found = getattr(found, name, None)
    return found


def _main_can_be_imported() -> bool:
    main = sys.modules[MAIN]
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        return not str(spec.name).endswith(f".{MAIN}")  # as multiprocessing has it
    return getattr(main, "__file__", None) is not None
