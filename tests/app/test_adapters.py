"""Names of queues become queues, and what is missing is said."""

import pytest
from tests.environment import LIBRARIES

from pikku.app.adapters import queue_from
from pikku.model.errors import ConfigurationError

SHOWN = {
    "pgqueuer": "PgQueuerQueue(the store's database, schema='pgqueuer')",
    "pgqueuer:postgresql://ada:secret@host/shop": "PgQueuerQueue('postgresql://host/shop', schema='pgqueuer')",
    "bullmq": "BullMQQueue(the store's server, prefix='bull')",
    "bullmq:redis://ada:secret@host:6380/1": "BullMQQueue('redis://host:6380/1', prefix='bull')",
    "bullmq:unix:///run/redis.sock?db=1&prefix=shop": "BullMQQueue('unix:///run/redis.sock', prefix='shop')",
}
HERE = [name for name in SHOWN if LIBRARIES[name.partition(":")[0]]]
MISSING = [library for library, here in LIBRARIES.items() if not here]

pytestmark = pytest.mark.bullmq  # in the other environment too: here everything runs


@pytest.mark.parametrize("name", HERE)
def test_a_queue_is_shown_without_password(name: str) -> None:
    assert repr(queue_from(name)) == SHOWN[name]


@pytest.mark.parametrize("name", MISSING)
def test_a_queue_whose_library_is_missing_says_what_to_do(name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"run `pip install 'pikku\[{name}\]'`"):
        queue_from(name)
