"""Imports the user's modules, and says in one line what is wrong when that fails."""

import importlib
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pikku.model.errors import ConfigurationError, PikkuError

if TYPE_CHECKING:
    from pikku.app.pikku import Pikku


def load_module(name: str, wanted_by: str) -> ModuleType:
    """The module of that name. Raises `ConfigurationError` that tells where its import fails."""
    try:
        return importlib.import_module(name)
    except PikkuError:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise ConfigurationError(f"{wanted_by}: there is no module {error.name!r} on the import path") from None
        raise ConfigurationError(f"{wanted_by}: {_where(error)}: {error}") from error
    except Exception as error:
        raise ConfigurationError(f"{wanted_by}: {_where(error)}: {type(error).__name__}: {error}") from error


def load_app(address: str) -> "Pikku[Any]":
    """The application at `package.module:name`. Raises `ConfigurationError` if there is none."""
    from pikku.app.pikku import Pikku

    module_name, separator, name = address.partition(":")
    if not separator or not module_name or not name:
        raise ConfigurationError(f"{address!r} is not the address of an application; write package.module:name")
    module = load_module(module_name, f"the application {address}")
    app = getattr(module, name, None)
    if not isinstance(app, Pikku):
        found = [key for key, value in vars(module).items() if isinstance(value, Pikku)]
        hint = f"; did you mean {module_name}:{found[0]}?" if found else ""
        raise ConfigurationError(f"{name!r} in {module_name} is not a Pikku application{hint}")
    return app


def _where(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if len(frames) > 1 else "its import"
