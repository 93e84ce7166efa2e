"""Imports the user's modules, and says in one line what is wrong when that fails."""

import importlib
import traceback
from types import ModuleType

from pikku.model.errors import ConfigurationError, PikkuError


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


def _where(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if len(frames) > 1 else "its import"
