"""A long look for few runs is cut into several, so that the server does something else in between."""

import pytest

from pikku.model.run import RunStatus
from pikku.ports.store import RunQuery, Store
from pikku.stores.redis import listing
from pikku.testing.contracts.scene import ANN, created, ended, make, run_id


async def test_what_is_found_in_several_looks_is_what_one_look_finds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [run_id(number) for number in range(30)]
    await make(
        store, *(created(run, by=ANN, tags=("vip",) if number % 7 == 0 else ()) for number, run in enumerate(runs))
    )
    await make(store, *(ended(run=run) for run in runs[::2]))
    queries = [
        RunQuery(tags=["vip"]),
        RunQuery(tags=["vip"], limit=2),
        RunQuery(tags=["vip"], before=runs[20]),
        RunQuery(tags=["vip"], statuses=[RunStatus.RUNNING, RunStatus.COMPLETED]),
        RunQuery(tags=["vip"], run_ids=runs[3:25]),
    ]
    at_once = [await store.list_runs(query) for query in queries]
    assert [len(found) for found in at_once] == [5, 2, 3, 5, 3]

    monkeypatch.setattr(listing, "MOST", 4)
    assert [await store.list_runs(query) for query in queries] == at_once
