"""Which store a command looks at, when it executes nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pikku.app.configuration import DEFAULT_STORE, Configuration, read_configuration
from pikku.app.pikku import service_for
from pikku.cli.applications import named_app
from pikku.model.errors import StoreError
from pikku.runtime.service import WorkflowService


class NoStoreYetError(StoreError):
    def __init__(self, where: str) -> None:
        super().__init__(f"there is no store at {where} yet; start a run first, or name one with --store")


@asynccontextmanager
async def open_store(store: str | None, app: str | None) -> AsyncIterator[WorkflowService]:
    """The store that was named, else the configured one, else the application's own, else `sqlite:///pikku.db`.

    Looking creates no store: raises `NoStoreYetError`.
    """
    configuration = read_configuration()
    async with named_store(store, app, configuration) as (service, place):
        if place is not None and not place.exists():
            raise NoStoreYetError(str(place))
        async with service.opened(migrate=configuration.migrate):
            yield service


@asynccontextmanager
async def named_store(
    store: str | None, app: str | None, configuration: Configuration
) -> AsyncIterator[tuple[WorkflowService, Path | None]]:
    """The same store, not open, and its file or folder if it has been named and has one."""
    url = store or configuration.store
    if url is None and (app or configuration.app):
        async with named_app(app, configuration).own_workflow_service() as own:
            if own is not None:
                yield own, None
                return
    yield service_for(url or DEFAULT_STORE, configuration), _place(url or DEFAULT_STORE)


def _place(url: str) -> Path | None:
    """The file or folder of a store's address that has been found good; `None` for stores that have neither."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.scheme not in ("sqlite", "file"):
        return None
    return Path(path.removeprefix("/") if parts.scheme == "sqlite" else path)
