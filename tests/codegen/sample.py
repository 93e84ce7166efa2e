"""Projects of any number of functions, and what type checkers are to say of their use."""

from pathlib import Path

from pikku.codegen import render, write
from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project
from pikku.model.manifest import Manifest

MYPY_CACHE = Path(__file__).parents[2] / ".mypy_cache" / "tests"
"""What mypy has found out about the libraries, for all projects of tests, and for the next time."""

MODEL = '''
"""What functions take and give."""

import enum
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import NotRequired, TypedDict

import msgspec


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True)
class Address:
    street: str
    number: int = 1


@dataclass(frozen=True)
class Order:
    item: str
    address: Address
    size: Size = Size.SMALL
    tags: list[str] = field(default_factory=list)
    before: "Order | None" = None


class Options(TypedDict):
    fast: bool
    note: NotRequired[str]


class Receipt(msgspec.Struct):
    total: float
    at: datetime | None = None
    id: uuid.UUID | None = None
'''

FUNCTIONS = '''
"""What steps call."""

from pikku import Context, Services, func

from shop.model import Address, Options, Order, Receipt


@func
async def charge(ctx: Context[Services], data: Order) -> Receipt:
    """Take the money.

    All of it.
    """
    return Receipt(total=len(data.tags) + 1.0)


@func(name="email.send")
async def send(ctx: Context[Services], data: Address) -> None: ...


@func(name="email")
async def email(ctx: Context[Services], data: str) -> str:
    return data


@func(name="odd-name.class")
async def odd(ctx: Context[Services], data: list[Address] | None) -> list[int]:
    return []


@func
async def property(ctx: Context[Services]) -> str:
    return "all"


@func
async def pick(ctx: Context[Services], data: Options) -> dict[str, Receipt]:
    return {}
'''

WORKFLOWS = '''
"""The workflow."""

from pikku import Pikku, Services, workflow

from shop.generated.workflow_types import WorkflowContext
from shop.model import Order, Receipt


@workflow(name="buy", description="Buy \\\\ \\"it\\"")
async def buy(ctx: WorkflowContext[Services], data: Order) -> Receipt:
    receipt = await ctx.workflow.do("Charge", "charge", data)
    await ctx.workflow.do.rpc.email.send("Tell", {"street": data.address.street})
    await ctx.workflow.do.rpc.email("Note", "bought")
    return receipt


@workflow(name="tick-tock")
async def tick(ctx: WorkflowContext[Services]) -> int:
    return 1


app: Pikku[Services] = Pikku(include=["shop.functions", "shop.workflows"])
'''

USE = '''
"""Checked, not executed. Each line that ends with `# wrong` must have an error, and no other line."""

import uuid
from typing import Any, assert_type

import pikku
from pikku import RunHandle, Services
from shop.functions import charge
from shop.generated.workflow_client import Workflows
from shop.generated.workflow_types import AddressData, WorkflowContext
from shop.model import Address, Options, Order, Receipt, Size
from shop.workflows import app, buy, tick

ORDER = Order("book", Address("Main"))


async def helper(ctx: pikku.WorkflowContext[Services]) -> None: ...


async def body(ctx: WorkflowContext[Services], address: AddressData, options: Options) -> None:
    do = ctx.workflow.do
    assert_type(ctx.services, Services)
    await ctx.workflow.sleep("wait", "5min")
    await helper(ctx)

    assert_type(await do("by name", "charge", ORDER), Receipt)
    assert_type(await do("by name", "charge", ORDER, retries=3, retry_delay="5s"), Receipt)
    assert_type(await do("as a dict", "charge", {"item": "book", "address": {"street": "Main"}}), Receipt)
    assert_type(await do("mixed", "charge", {"item": "book", "address": Address("Main"), "size": "large"}), Receipt)
    assert_type(await do("mixed", "charge", {"item": "book", "address": address, "size": Size.SMALL}), Receipt)
    assert_type(await do("in a dict", "charge", {"item": "a", "address": address, "before": ORDER, "tags": ["b"]}), Receipt)
    assert_type(await do("dotted", "email.send", {"street": "Main"}), None)
    assert_type(await do("without", "property"), str)
    assert_type(await do("odd", "odd-name.class"), list[int])
    assert_type(await do("odd", "odd-name.class", [Address("Main")]), list[int])
    assert_type(await do("odd", "odd-name.class", [{"street": "Main"}]), list[int])
    assert_type(await do("typed dict", "pick", {"fast": True}), dict[str, Receipt])
    assert_type(await do("typed dict", "pick", options), dict[str, Receipt])
    assert_type(await do("by reference", charge, ORDER), Receipt)
    assert_type(await do("inline", lambda: 0.2), float)

    assert_type(await do.rpc.charge("attribute", ORDER, retries=2), Receipt)
    assert_type(await do.rpc.charge("attribute", {"item": "book", "address": address}), Receipt)
    assert_type(await do.rpc.email("both", "text"), str)
    assert_type(await do.rpc.email.send("both", Address("Main")), None)
    assert_type(await do.rpc.pick("typed dict", {"fast": True, "note": "x"}), dict[str, Receipt])

    await do("unknown", "chrage", ORDER)  # wrong
    await do("missing", "charge", {"item": "book"})  # wrong
    await do("wrong type", "charge", {"item": 5, "address": address})  # wrong
    await do("wrong part", "charge", {"item": "book", "address": {"stret": "Main"}})  # wrong
    await do("one text for many", "charge", {"item": "book", "address": address, "tags": "b"})  # wrong
    await do("not a size", "charge", {"item": "book", "address": address, "size": "huge"})  # wrong
    await do("another class", "charge", Address("Main"))  # wrong
    await do("no data", "charge")  # wrong
    await do("takes none", "property", ORDER)  # wrong
    await do("unknown option", "charge", ORDER, retrys=3)  # wrong
    await do(7, "charge", ORDER)  # wrong
    await do.rpc.chrage("unknown", ORDER)  # wrong
    await do.rpc.email.receive("unknown", ORDER)  # wrong
    await do.rpc.charge("missing", {"item": "book"})  # wrong
    await do.rpc.charge("no data")  # wrong
    await do.rpc.charge("unknown option", ORDER, retrys=3)  # wrong


async def client() -> None:
    async with app.connect("memory://") as connected:
        workflows = Workflows(connected)
        handle = await workflows.buy.start({"item": "book", "address": {"street": "Main"}})
        assert_type(handle, RunHandle[Receipt])
        assert_type(await workflows.buy.run(ORDER), Receipt)
        assert_type(await workflows.tick_tock.run(), int)
        assert_type(await workflows.buy.get_run(handle.run_id), pikku.Run | None)
        assert_type(await workflows.buy.handle(handle.run_id), RunHandle[Receipt])
        await workflows.buy.cancel_run(handle.run_id, "changed my mind")
        assert_type(await connected.start(buy, ORDER), RunHandle[Receipt])
        assert_type(await connected.run(tick), int)
        await workflows.buy.start({"item": "book"})  # wrong
        await workflows.buy.start()  # wrong
        await workflows.sell.start(ORDER)  # wrong
        await workflows.tick_tock.start(ORDER)  # wrong
        await workflows.buy.get_run(7)  # wrong
        await connected.start(buy, Address("Main"))  # wrong
        print(uuid.uuid4(), Any)
'''


def more_functions(count: int) -> str:
    """A module with so many functions, in folders of ten."""
    head = "from dataclasses import dataclass\n\nfrom pikku import Context, Services, func\n\nfrom shop.model import Order\n"
    return head + "\n".join(
        f"""
@dataclass
class Data{number}:
    text: str
    number: int = {number}


@func(name="many.group{number // 10}.do_{number}")
async def do_{number}(ctx: Context[Services], data: Data{number}) -> Order:
    raise NotImplementedError
"""
        for number in range(count)
    )


def make_project(folder: Path, *, more: int = 0, single_queue: bool = True) -> Manifest:
    """A project with its generated files; what `inspect` has found in it."""
    texts = {
        "__init__": "",
        "model": MODEL,
        "functions": FUNCTIONS,
        "workflows": WORKFLOWS,
    }
    if more:
        texts["many"] = more_functions(more)
        texts["workflows"] = WORKFLOWS.replace('"shop.workflows"]', '"shop.workflows", "shop.many"]')
    (folder / "shop").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "shop" / f"{name}.py").write_text(text.lstrip("\n"), "utf-8")
    inspection = inspect(Project(folder, (folder / "shop",)))
    assert inspection.diagnostics == ()
    write(folder / "shop" / "generated", render(inspection.manifest, single_queue))
    (folder / "use.py").write_text(USE.lstrip("\n"), "utf-8")
    return inspection.manifest
