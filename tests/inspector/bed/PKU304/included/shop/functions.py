"""Is included, and imports a function."""

from shop.more import receive

__all__ = ["receive"]
