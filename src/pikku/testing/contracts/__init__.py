"""What every store must do, as tests that any store runs.

They are written for pytest with pytest-asyncio in its `auto` mode. To have the values shown when a test fails, put
`pytest.register_assert_rewrite("pikku.testing.contracts")` into conftest.py, before anything of `pikku.testing` is imported.
"""

from pikku.testing.contracts.claims import ClaimContract
from pikku.testing.contracts.deleting import DeletingContract
from pikku.testing.contracts.due import DueContract
from pikku.testing.contracts.guards import GuardContract
from pikku.testing.contracts.hints import HintContract
from pikku.testing.contracts.history import HistoryContract
from pikku.testing.contracts.leases import LeaseContract
from pikku.testing.contracts.lifecycle import LifecycleContract
from pikku.testing.contracts.listing import ListingContract
from pikku.testing.contracts.reading import ReadingContract
from pikku.testing.contracts.runs import RunContract
from pikku.testing.contracts.step_claims import StepClaimContract
from pikku.testing.contracts.steps import StepContract
from pikku.testing.contracts.stores import StoreMaker, Stores
from pikku.testing.contracts.values import ValueContract


class StoreContract(
    RunContract,
    StepContract,
    GuardContract,
    ClaimContract,
    StepClaimContract,
    LeaseContract,
    DueContract,
    ReadingContract,
    ListingContract,
    HistoryContract,
    ValueContract,
    HintContract,
    LifecycleContract,
    DeletingContract,
):
    """Every promise of `pikku.ports.store.Store`. No store opts out of any.

    The tests ask for one fixture, `stores`: a `Stores` on empty data of your store.

        @pytest.fixture
        async def stores(tmp_path):
            async with Stores(lambda clock: MyStore(tmp_path / "data", clock=clock)) as stores:
                yield stores

        class TestMyStore(StoreContract):
            pass

    For a store whose data live in one object: `Stores(lambda clock: MyStore(clock=clock), one_object=True)`.
    """


__all__ = ["StoreContract", "StoreMaker", "Stores"]
