"""Two applications."""

from pikku import Pikku

north = Pikku(include=["shop.north"])
south = Pikku(include=["shop.south"])
