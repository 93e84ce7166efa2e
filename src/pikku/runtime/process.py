"""What all parts of one process share."""

import msgspec

from pikku.model.queue_names import QueueNames
from pikku.ports.clock import Chance, Clock
from pikku.ports.queue import QueueService
from pikku.ports.store import Store
from pikku.registry.registry import Registry
from pikku.runtime.committer import Committer
from pikku.runtime.executable import Invoke
from pikku.runtime.leases import LeaseKeeper
from pikku.runtime.seats import Seats
from pikku.runtime.settings import Settings
from pikku.runtime.store_time import StoreTime
from pikku.runtime.watch import Watch


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process at work on one store: its ports, and what its parts do together. `invoke` calls the user's functions."""

    registry: Registry
    invoke: Invoke
    store: Store
    queue: QueueService
    queue_names: QueueNames
    clock: Clock
    chance: Chance
    store_time: StoreTime
    settings: Settings
    committer: Committer
    keeper: LeaseKeeper
    watch: Watch
    seats: Seats
