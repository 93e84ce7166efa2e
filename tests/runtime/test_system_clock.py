"""The clock of a process that works."""

import time

import pytest

from pikku.runtime.system import SystemClock


def test_setting_the_calendar_does_not_set_the_clock_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, before = SystemClock(), time.time_ns() // 1_000_000
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert 0 <= clock.now() - before < 60_000
