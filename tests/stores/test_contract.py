"""Every store keeps every promise."""

from collections import Counter

from pikku.testing import StoreContract


class TestStores(StoreContract):
    """On all stores of conftest.py."""


def test_no_promise_hides_another() -> None:
    names = Counter(name for part in StoreContract.__mro__ for name in vars(part) if name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []
