"""One application."""

from pikku import Pikku

app = Pikku(include=["shop.north", "shop.south"])
