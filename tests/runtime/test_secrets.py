"""What is marked as `Secret` is stored as it is, and said nowhere."""

import logging
import traceback
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest

from pikku import (
    Context,
    MemoryStore,
    Pikku,
    RunCancelledError,
    RunFailedError,
    Secret,
    Services,
    WorkflowContext,
    func,
    workflow_func,
)
from pikku.model.errors import InvalidDataError, StepError
from pikku.model.payload import Json
from pikku.queues.store_queue import StoreQueue
from pikku.registry.codecs import codec_for
from pikku.runtime.service import WorkflowService

NUMBER = "4111-1111-1111-1111"
TOKEN = "tok_d0nt_sh0w"  # noqa: S105  it opens nothing


@dataclass
class Card:
    number: Annotated[str, Secret]
    owner: str


class Declined(Exception):
    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"{number} is declined")


@func
async def tokenize(ctx: Context[Services], data: Card) -> Annotated[str, Secret]:
    ctx.logger.warning("asking for %s", data, extra={"card": data.number})
    return TOKEN


@func
def look(ctx: Context[Services], data: Card) -> None:
    try:
        raise KeyError(data.number)
    except KeyError:
        ctx.logger.exception("looking for %r", data.number)


@func(raises=[Declined])
async def charge(ctx: Context[Services], data: Card) -> None:
    raise Declined(data.number)


@func(cpu=True)
def count(ctx: Context[Services], data: Card) -> int:
    ctx.logger.warning("counting %s", data.number)
    return len(data.number)


@workflow_func
async def pay(ctx: WorkflowContext[Services], data: Card) -> int:
    ctx.logger.warning("paying with %s", data.number)
    token = await ctx.workflow.do("tokenize", tokenize, data)
    ctx.logger.warning("paying by %s", token)
    await ctx.workflow.do("look", look, data)
    length = await ctx.workflow.do("count", count, data)
    try:
        await ctx.workflow.do("charge", charge, data)
    except Declined as declined:
        is_whole = declined.number == NUMBER
        raise ValueError(f"no money for {token}, {length}, {is_whole}") from declined
    return length


app = Pikku()
app.add_functions(tokenize, look, charge, count)
app.wire_workflow(name="pay", func=pay)


@pytest.mark.parametrize("queue", [None, StoreQueue()])
async def test_secrets_are_in_the_store_and_in_no_log_and_no_error(
    queue: Any, caplog: pytest.LogCaptureFixture
) -> None:
    service = WorkflowService(MemoryStore(), queue)
    async with app.connect(service, work=queue is not None) as pikku:
        handle = await pikku.start("pay", Card(NUMBER, "Ada"))
        with pytest.raises(RunFailedError) as caught:
            await handle.result(timeout="30s")
        run = await service.get_run(handle.run_id)
        attempts = {each.step_name: each for each in await service.get_run_history(handle.run_id)}
    assert run is not None
    assert (run.input["number"], attempts["tokenize"].result) == (NUMBER, TOKEN)
    said = [
        "".join(traceback.format_exception(caught.value)),
        *(f"{failure.message} {failure.code} {failure.stack} {failure.cause}" for failure in _failures(run, attempts)),
        *map(logging.Formatter("%(message)s").format, caplog.records),
        *(f"{vars(record)}" for record in caplog.records if record.levelno >= logging.WARNING),
    ]
    assert [text for text in said if NUMBER in text or TOKEN in text] == []
    for text in ("paying with ***", "paying by ***", "number='***', owner='Ada'", "KeyError: '***'", "counting ***"):
        assert any(text in each for each in said), text
    assert "*** is declined" in str(attempts["charge"].error)
    assert str(run.error) == "ValueError: no money for ***, 19, True"


def _failures(run: Any, attempts: dict[str, Any]) -> list[Any]:
    return [failure for failure in (run.error, attempts["charge"].error) if failure is not None]


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        (lambda number: Declined(number), None, r"Declined: \*\*\* is declined"),
        (lambda number: ValueError("no money"), Declined, "ValueError: no money"),
        (lambda number: ExceptionGroup("both", [Declined(number)]), None, r"ExceptionGroup: both \(1 sub-exception\)"),
    ],
)
async def test_what_a_job_raises_tells_queues_no_secret(error: Any, cause: Any, told: str) -> None:
    @func
    async def post(ctx: Context[Services], data: Card) -> None:
        raise error(data.number) from cause and cause(data.number)

    jobs = Pikku()
    jobs.wire_queue_worker(queue_name="post", func=post)
    async with jobs.connect(MemoryStore(), work=True) as pikku:
        job = Json(f'{{"number":"{NUMBER}","owner":"Ada"}}')
        with pytest.raises(StepError, match=f"^{told}$") as caught:
            await pikku._worker._execute_job(jobs.registry.function(post), job)
    assert NUMBER not in "".join(traceback.format_exception(caught.value))


async def test_why_a_body_has_cancelled_its_run_is_told_without_secrets() -> None:
    @workflow_func
    async def refuse(ctx: WorkflowContext[Services], data: Card) -> None:
        ctx.workflow.cancel(f"not with {data.number}")

    shop = Pikku()
    shop.wire_workflow(name="refuse", func=refuse)
    async with shop.connect(MemoryStore()) as pikku:
        with pytest.raises(RunCancelledError, match=r"was cancelled: not with \*\*\*$"):
            await pikku.run(refuse, Card(NUMBER, "Ada"))


@dataclass
class Picky:
    kind: Annotated[Literal["a", "b"], Secret]
    text: Annotated[str, Secret] = ""

    def __post_init__(self) -> None:
        raise ValueError(f"I do not like {self.text!r}")


@pytest.mark.parametrize("text", ['{"kind":"hunter2"}', '{"kind":"a","text":"it\'s\\n hunter2"}'])
def test_what_does_not_fit_is_told_without_its_secrets(text: str) -> None:
    with pytest.raises(InvalidDataError, match=r"\*\*\*") as caught:
        codec_for(Picky, "test").decode(Json(text), "the input")
    assert "hunter2" not in str(caught.value)
