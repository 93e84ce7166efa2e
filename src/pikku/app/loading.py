"""Finds the application at its address."""

from typing import Any

from pikku.app.modules import load_module
from pikku.app.pikku import Pikku
from pikku.model.errors import ConfigurationError


def load_app(address: str) -> Pikku[Any]:
    """The application at `package.module:name`. Raises `ConfigurationError` if there is none."""
    module_name, separator, name = address.partition(":")
    if not separator or not module_name or not name:
        raise ConfigurationError(f"{address!r} is not the address of an application; write package.module:name")
    if module_name.endswith(".py") or "/" in module_name:
        module_name = module_name.removesuffix(".py").strip("./").replace("/", ".")
        raise ConfigurationError(f"{address!r} names a file, not a module; write {module_name}:{name}")
    module = load_module(module_name, f"the application {address}")
    app = getattr(module, name, None)
    if not isinstance(app, Pikku):
        found = [key for key, value in vars(module).items() if isinstance(value, Pikku)]
        hint = f"; did you mean {module_name}:{found[0]}?" if found else ""
        raise ConfigurationError(f"{name!r} in {module_name} is not a Pikku application{hint}")
    return app
