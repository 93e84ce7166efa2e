"""Whatever happens to it, a store says what the memory store says."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from pikku.testing import Stores
from pikku.testing.machine import store_machine


def test_a_store_agrees_with_the_memory_store(fresh_stores: Callable[[], Stores]) -> None:
    run_state_machine_as_test(store_machine(fresh_stores), settings=settings(max_examples=30, stateful_step_count=40))
