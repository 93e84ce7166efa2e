"""Imports what changes flags."""

from pikku import Pikku

from shop import admin

app = Pikku(include=["shop.workflows"])
__all__ = ["admin", "app"]
