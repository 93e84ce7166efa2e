"""A blocked event loop is warned of, once, with the line that blocks."""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from pikku import MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, workflow_func
from pikku.runtime import stall
from pikku.runtime.stall import StallWatch

Body = WorkflowContext[Services]


async def executed(work: Callable[[], Any], blocked_after: str = "100ms") -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.do("work", work)

    app = Pikku()
    app.wire_workflow(name="stalls", func=body)
    async with app.connect(WorkflowService(MemoryStore(), blocked_after=blocked_after)) as pikku:
        await pikku.run(body)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "pikku.loop"]


def block() -> None:
    time.sleep(0.8)


def compute_without_a_break() -> None:
    re.match("(a+)+$", "a" * 25 + "b")


async def test_a_step_that_blocks_the_loop_is_named_once_with_its_line(caplog: pytest.LogCaptureFixture) -> None:
    await executed(block)
    [warning] = warnings(caplog)
    line = block.__code__.co_firstlineno + 1
    assert re.match(r"the event loop has been blocked for 0\.\d s, by ", warning)
    assert f"by {__file__}:{line}, in block, and no run of this process goes on meanwhile" in warning
    assert "make it a plain @func function, so that it runs in a thread" in warning


@pytest.mark.parametrize("share", [1, 0.45], ids=["alone", "busy machine"])
async def test_a_step_that_keeps_every_other_thread_from_running_is_named_too(
    share: float, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shared:
        """So much of the processor's time is ours."""

        monotonic = time.monotonic

        def process_time(self) -> float:
            return time.process_time() * share

    monkeypatch.setattr(stall, "time", Shared())
    began = time.process_time()
    await executed(compute_without_a_break)
    assert time.process_time() - began > 0.3, "the machine has become too fast for this test"
    assert [__file__ in warning for warning in warnings(caplog)] == [True]


async def test_each_blockage_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    await executed(block)
    await executed(block)
    assert len(warnings(caplog)) == 2


async def test_a_loop_that_waits_or_works_in_threads_is_not_blocked(caplog: pytest.LogCaptureFixture) -> None:
    await executed(lambda: asyncio.to_thread(block))
    await executed(lambda: asyncio.sleep(0.4))
    assert warnings(caplog) == []


async def test_it_can_be_turned_off(caplog: pytest.LogCaptureFixture) -> None:
    await executed(block, blocked_after="0s")
    assert warnings(caplog) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "pikku-stalls"]


async def test_a_process_that_was_stopped_as_a_whole_was_not_blocked(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour, looks, enough = 3_600.0, 0, asyncio.Event()
    loop = asyncio.get_running_loop()

    class Stopped:
        """The clock has gone on for an hour between two looks, and the processor has done nothing."""

        def monotonic(self) -> float:
            return time.monotonic() + hour * looks

        def process_time(self) -> float:
            nonlocal looks
            looks += 1
            if looks == 8:
                loop.call_soon_threadsafe(enough.set)
            return 0.0

    monkeypatch.setattr(stall, "time", Stopped())
    watch = StallWatch(400)
    watch.start()
    await enough.wait()
    watch.stop()
    watch.stop()
    assert warnings(caplog) == []


async def test_the_watch_ends_with_the_connection_even_while_the_loop_is_blocked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = StallWatch(100)
    watch.start()
    [thread] = [each for each in threading.enumerate() if each.name == "pikku-stalls"]
    block()
    watch.stop()
    await asyncio.to_thread(thread.join, 30)
    assert not thread.is_alive()
    assert len(warnings(caplog)) == 1


def test_the_line_is_of_the_user_not_of_what_he_calls(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        watch = StallWatch(100)
        watch.start()
        threading.Event().wait(0.6)
        watch.stop()

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())
    [warning] = warnings(caplog)
    assert f"{__file__}:{main.__code__.co_firstlineno + 3}, in " in warning
