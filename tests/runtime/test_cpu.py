"""Functions with `cpu=True`: what they compute, how they are killed, and what becomes of their process."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.runtime import computing
from tests.runtime.computing import Overflow, Report, until

from pikku import (
    Client,
    Context,
    MemoryStore,
    Pikku,
    RunFailedError,
    Services,
    StepFailedError,
    StepTimeoutError,
    UnstorableValueError,
    WorkflowContext,
    WorkflowService,
    func,
    workflow_func,
)
from pikku.model.errors import DefinitionError

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def connected(processes: int = 2, app: Pikku[Services] | None = None) -> AsyncIterator[Client[Services]]:
    service = WorkflowService(MemoryStore(), cpu_processes=processes)
    async with (app or computing.new_app()).connect(service) as pikku:
        yield pikku


async def step(pikku: Client[Any], name: str, data: Any = None, **options: Any) -> Any:
    return await pikku.run("compute", [name, data, options])


async def until_later(condition: Callable[[], Any]) -> None:
    await asyncio.to_thread(until, condition)


def has_gone(process: int) -> bool:
    """Whether it has ended, with all of its threads, though its parent may not have asked for that yet."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return state[0] == "Z" and state[17] in "01"
    except (FileNotFoundError, ProcessLookupError):
        return True


def spinning(folder: Path) -> int:
    return int((folder / "spinning").read_text())


def meeting(folder: Path) -> list[int]:
    return [int(file.read_text()) for file in folder.glob("here-*[0-9]")]


async def test_the_result_is_typed_and_stored_and_comes_from_a_process_that_is_used_again() -> None:
    @workflow_func
    async def twice(ctx: WorkflowContext[Services]) -> list[Report]:
        first = await ctx.workflow.do("first", computing.report, date(2030, 1, 1))
        return [first, await ctx.workflow.do("second", "report", first.day)]

    app = computing.new_app()
    app.wire_workflow(name="twice", func=twice)
    async with connected(app=app) as pikku:
        handle = await pikku.start(twice)
        first, second = await handle.result()
        stored = [each.result for each in await pikku.workflow_service.get_run_history(handle.run_id)]
    assert (first.day, second.day) == (date(2031, 1, 1), date(2032, 1, 1))
    assert (first.step, first.attempt) == ("first", 1)
    assert first.invocation_id != second.invocation_id
    assert first.process == second.process != os.getpid()
    assert [each["day"] for each in stored] == ["2031-01-01", "2032-01-01"]


async def test_a_function_is_killed_when_its_time_is_over(tmp_path: Path) -> None:
    async with connected() as pikku:
        await step(pikku, "process_id")
        with pytest.raises(RunFailedError) as caught:
            await step(pikku, "spin", str(tmp_path), timeout="400ms")
        await until_later(lambda: has_gone(spinning(tmp_path)))
    assert caught.value.error.name == StepTimeoutError.__name__


async def test_after_its_time_is_over_a_function_is_tried_again_in_another_process(tmp_path: Path) -> None:
    async with connected(processes=1) as pikku:
        await step(pikku, "process_id")
        second = await step(pikku, "spin", str(tmp_path), timeout="3s", retries=1)
    assert second != spinning(tmp_path)


async def test_cancelling_the_run_kills_its_function_and_disturbs_no_other(tmp_path: Path) -> None:
    async with connected() as pikku:
        other = asyncio.create_task(step(pikku, "meet", str(tmp_path)))
        handle = await pikku.start("compute", ["spin", str(tmp_path), {}])
        await until_later((tmp_path / "spinning").exists)
        await pikku.cancel_run(handle.run_id)
        await until_later(lambda: has_gone(spinning(tmp_path)))
        (tmp_path / "go").touch()
        assert len(await other) == 1


async def test_calls_given_up_at_any_moment_leave_nothing_behind(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    async with connected(processes=3) as pikku:
        calls = [step(pikku, "meet", str(tmp_path), timeout=f"{10 * number + 1}ms") for number in range(30)]
        ends = await asyncio.gather(*calls, return_exceptions=True)
        (tmp_path / "go").touch()
        await step(pikku, "meet", str(tmp_path))
    assert {type(end) for end in ends} == {RunFailedError}
    await until_later(lambda: all(map(has_gone, meeting(tmp_path))))
    await until_later(lambda: len(os.listdir("/proc/self/fd")) <= before)


async def test_a_process_that_gives_up_its_runs_at_once_kills_their_functions(tmp_path: Path) -> None:
    async with connected() as pikku:
        await pikku.start("compute", ["spin", str(tmp_path), {}])
        await until_later((tmp_path / "spinning").exists)
        await pikku.abandon()
        await until_later(lambda: has_gone(spinning(tmp_path)))


async def test_two_run_at_once_and_a_third_waits_for_a_free_process(tmp_path: Path) -> None:
    async with connected(processes=2) as pikku:
        calls = [asyncio.create_task(step(pikku, "meet", str(tmp_path))) for _ in range(3)]
        await until_later(lambda: len(meeting(tmp_path)) == 2)
        (tmp_path / "go").touch()
        met = await asyncio.gather(*calls)
    assert [len(each) for each in met] == [2, 2, 2]


async def test_a_declared_exception_comes_back_as_itself() -> None:
    caught: list[Overflow] = []

    @workflow_func
    async def catches(ctx: WorkflowContext[Services]) -> None:
        try:
            await ctx.workflow.do("overflow", computing.overflow)
        except Overflow as error:
            caught.append(error)

    app = computing.new_app()
    app.wire_workflow(name="catches", func=catches)
    async with connected(app=app) as pikku:
        await pikku.run(catches)
    assert [(error.where, error.count) for error in caught] == [("the tank", 7)]


async def test_any_other_exception_is_a_failed_attempt_with_the_stack_of_the_child(tmp_path: Path) -> None:
    async with connected() as pikku:
        handle = await pikku.start("compute", ["undeclared", str(tmp_path), {"retries": 5}])
        with pytest.raises(RunFailedError) as caught:
            await handle.result()
        first, second = await pikku.workflow_service.get_run_history(handle.run_id)
    assert caught.value.error.name == StepFailedError.__name__
    assert first.error is not None
    assert first.error.type == "tests.runtime.computing.Overflow"
    assert 'raise Overflow("the tank", 7)' in str(first.error.stack)
    assert second.error is not None
    assert second.error.name == "NonRetryableError"


@pytest.mark.parametrize(
    ("end", "told"),
    [(3, "ended by itself with exit code 3"), (-signal.SIGKILL, "SIGKILL, as the system does when memory runs out")],
)
async def test_a_process_that_dies_is_a_failed_attempt_and_the_next_one_works(end: int, told: str) -> None:
    async with connected(processes=1) as pikku:
        handle = await pikku.start("compute", ["die_at_first", end, {"retries": 1}])
        await handle.result()
        first, second = await pikku.workflow_service.get_run_history(handle.run_id)
    assert first.error is not None
    assert told in first.error.message
    assert first.error.code == "PROCESS_DIED"
    assert second.status == "succeeded"


async def test_leaving_the_interpreter_is_an_error_of_the_function_like_any_other() -> None:
    async with connected() as pikku:
        with pytest.raises(RunFailedError, match="SystemExit: enough"):
            await step(pikku, "leave")


async def test_a_process_that_dies_while_it_has_nothing_to_do_is_replaced() -> None:
    async with connected() as pikku:
        first = await step(pikku, "process_id")
        os.kill(first, signal.SIGKILL)
        await until_later(lambda: has_gone(first))
        assert await step(pikku, "process_id") != first


async def test_processes_go_with_the_connection() -> None:
    async with connected() as pikku:
        process = await step(pikku, "process_id")
        assert not has_gone(process)
    assert has_gone(process)


async def test_signals_to_the_group_are_left_to_the_parent(tmp_path: Path) -> None:
    async with connected() as pikku:
        call = asyncio.create_task(step(pikku, "meet", str(tmp_path)))
        await until_later(lambda: meeting(tmp_path))
        [process] = meeting(tmp_path)
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(process, number)
        (tmp_path / "go").touch()
        assert await call == [f"here-{process}"]
    assert os.getpgid(0) != process


@pytest.mark.parametrize("function", ["spin", "spin_without_a_break"])
def test_processes_end_when_their_parent_is_killed(function: str, tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-m", "tests.runtime.computing", function, str(tmp_path)], cwd=ROOT)
    until((tmp_path / "spinning").exists)
    assert not has_gone(spinning(tmp_path))
    parent.kill()
    parent.wait()
    until(lambda: has_gone(spinning(tmp_path)))


async def test_a_value_that_cannot_be_stored_fails_with_its_path() -> None:
    async with connected() as pikku:
        with pytest.raises(
            RunFailedError, match=r"the result of step 'compute' cannot be stored: .* at \$\.rows\[1\]"
        ) as caught:
            await step(pikku, "unstorable", retries=3)
    assert caught.value.error.name == UnstorableValueError.__name__


async def test_services_are_out_of_reach_and_the_error_says_what_to_do() -> None:
    async with connected() as pikku:
        with pytest.raises(
            RunFailedError, match=r"ctx\.services\.users cannot be used in 'asks_services'.* give it as data"
        ):
            await step(pikku, "asks_services")


async def test_what_is_logged_in_a_child_is_logged_by_its_parent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="pikku.function.talk"):
        async with connected() as pikku:
            await step(pikku, "talk")
    said, failed = [record for record in caplog.records if record.name == "pikku.function.talk"]
    assert said.getMessage() == "computing in a child"
    assert (said.__dict__["step_name"], said.__dict__["attempt_count"]) == ("compute", 1)
    assert said.process != os.getpid()
    assert "ZeroDivisionError" in str(failed.exc_text)


async def test_a_function_can_be_called_outside_of_workflows_and_its_middleware_runs_here(tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    async with connected() as pikku:
        [name] = await pikku.rpc.invoke("meet", str(tmp_path))
        with pytest.raises(Overflow):
            await pikku.rpc.invoke("overflow")
        first, second = [await pikku.rpc.invoke("report", "2030-01-01") for _ in range(2)]
    assert name != f"here-{os.getpid()}"
    assert (tmp_path / "middleware").read_text() == f"{os.getpid()}\n"
    assert first.step is None
    assert first.invocation_id != second.invocation_id


def test_what_no_process_can_import_is_refused_when_it_is_defined() -> None:
    with pytest.raises(DefinitionError, match="cannot import it: define it with `def` at the top of a module"):

        @func(cpu=True)
        def nested(ctx: Context[Services]) -> None: ...

    with pytest.raises(DefinitionError, match="cannot import it"):
        func(cpu=True)(lambda ctx: None)
    with pytest.raises(DefinitionError, match="is async, but cpu=True is for plain functions"):

        @func(cpu=True)
        async def waits(ctx: Context[Services]) -> None: ...


def test_a_name_that_leads_to_something_else_is_refused_when_it_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    function = computing.report
    monkeypatch.setattr(computing, "report", None)
    with pytest.raises(DefinitionError, match="would find something else under that name"):
        Pikku().add_functions(function)


SCRIPT = """
import asyncio, os, sys
from pikku import Context, Pikku, Services, WorkflowContext, func, workflow

class Full(Exception): ...

@func(cpu=True, raises=[Full])
def compute(ctx: Context[Services], data: int) -> int:
    if data == 0:
        raise Full("to the brim")
    return os.getpid()

@workflow(name="script")
async def script(ctx: WorkflowContext[Services]) -> int:
    try:
        await ctx.workflow.do("full", compute, 0)
    except Full:
        return await ctx.workflow.do("compute", compute, 1)

app = Pikku()
app.add_functions(compute)
app.wire_workflow(name="script", func=script)

async def main():
    async with app.connect("memory://") as pikku:
        print(await pikku.run("script") != os.getpid())

{guard}asyncio.run(main())
"""


def ran(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_script_can_have_such_functions_of_its_own(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(guard='if __name__ == "__main__": '))
    done = ran(script, "ü" * 60_000)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_a_script_that_is_not_guarded_is_told_to_be(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(guard=""))
    done = ran(script)
    assert done.returncode == 1
    assert 'begin with `if __name__ == "__main__":` what must only be done once' in done.stderr
