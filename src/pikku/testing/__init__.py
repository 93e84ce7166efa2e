"""For the tests of those who use Pikku, and for our own: a clock to move by hand, and what every store must do.

`pikku.testing.machine` holds a store against the memory store with random changes; it needs `hypothesis` and is therefore
imported by name.
"""

from pikku.testing.clock import VirtualClock
from pikku.testing.contracts import StoreContract, StoreMaker, Stores

__all__ = ["StoreContract", "StoreMaker", "Stores", "VirtualClock"]
