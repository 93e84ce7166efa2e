"""Nothing that is read can do more than be refused. The long form: `make fuzz`."""

import pytest
from tests.security.fuzzing import TARGETS, try_out


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_read_is_read_or_refused(name: str) -> None:
    assert try_out(TARGETS[name], 60) > 0
