"""Includes one of two modules."""

from pikku import Pikku

app = Pikku(include=["shop.functions"])
