"""Which event loop commands execute runs on."""

import sys

import pytest
from tests.cli.surroundings import Shop


def test_it_is_that_of_uvloop_if_that_is_installed(shop: Shop) -> None:
    assert shop.pikku("start", "event loop", "--json").json["output"] == "uvloop"


def test_it_is_that_of_asyncio_otherwise(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert shop.pikku("start", "event loop", "--json").json["output"].startswith("asyncio.")
