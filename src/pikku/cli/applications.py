"""Where the application is."""

import sys
from pathlib import Path
from typing import Any

from pikku.app.configuration import Configuration
from pikku.app.loading import load_app
from pikku.app.pikku import Pikku
from pikku.model.errors import ConfigurationError


def named_app(app: str | None, configuration: Configuration) -> Pikku[Any]:
    """The application at that address, else the configured one. Raises `ConfigurationError` if there is none."""
    address = app_address(app, configuration)
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return load_app(address)


def app_address(app: str | None, configuration: Configuration) -> str:
    """That address, else the configured one. Raises `ConfigurationError` if there is none."""
    address = app or configuration.app
    if address is None:
        raise ConfigurationError(
            "there is no application; set PIKKU_APP=package.module:name, write it as app into pikku.config.json, "
            "or pass --app package.module:name"
        )
    return address
