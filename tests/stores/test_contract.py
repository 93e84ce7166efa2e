"""Every store keeps every promise."""

from pikku.testing import StoreContract


class TestStores(StoreContract):
    """On all stores of conftest.py."""
