"""Steps of workflows, made by hand."""

from typing import Any

from pikku.model.graph import (
    DYNAMIC,
    RECURSIVE,
    Branch,
    Break,
    Cancel,
    Case,
    Fanout,
    Handler,
    Helper,
    InlineStep,
    Loop,
    NameForm,
    Node,
    Parallel,
    Raise,
    Return,
    RpcStep,
    SleepStep,
    Switch,
    Try,
)
from pikku.model.place import Place

HERE = Place("shop/workflows.py", 1, 1)


def rpc(name: str, function: str = "f", data: str | None = "data", **more: Any) -> RpcStep:
    return RpcStep(place=HERE, step_name=name, rpc_name=function, data=data, **more)


def inline(name: str, **more: Any) -> InlineStep:
    return InlineStep(place=HERE, step_name=name, **more)


def sleep(name: str, duration: str = "5min", **more: Any) -> SleepStep:
    return SleepStep(place=HERE, step_name=name, duration=duration, **more)


def branch(*ways: tuple[str, Node], otherwise: Node | None = None) -> Branch:
    cases = tuple(Case(condition, (step,)) for condition, step in ways)
    return Branch(place=HERE, branches=cases, else_steps=(otherwise,) if otherwise else ())


def loop(*steps: Node, **more: Any) -> Loop:
    return Loop(**{"place": HERE, "form": "for", "item": "item", "source": "data.items", "steps": steps, **more})


def ending(value: str = "total") -> Return:
    return Return(place=HERE, value=value)


ORDER: tuple[Node, ...] = (
    rpc("reserve", "stock.reserve", "data.items", options={"retries": 3, "retry_delay": "5s"}, output_var="held"),
    inline("total", output_var="total", description="Sum up, with tax"),
    branch(
        ("total > 100", rpc("review", "review", "data")), ("total < 0", Cancel(place=HERE, reason="nothing to pay"))
    ),
    Try(
        place=HERE,
        steps=(rpc("pay", "pay", "total"), inline("note", calls=("audit.note",))),
        handlers=(
            Handler("Declined", (rpc("release", "stock.release", "held"), Raise(place=HERE))),
            Handler("Timeout as e"),
        ),
        else_steps=(inline("cheer"),),
        finally_steps=(rpc("log", "log", None),),
    ),
    Parallel(place=HERE, children=((rpc("mail", "email.send"),), (sleep("cool down"), rpc("text", "sms.send")))),
    Fanout(place=HERE, mode="parallel", item="item", source="data.items", condition="item.big", steps=(rpc("ship"),)),
    Fanout(place=HERE, mode="sequential", item="x", source="rest", steps=(inline("count {x}"),)),
    loop(
        branch(("item.done", Break(place=HERE, form="continue")), ("item.last", Break(place=HERE, form="break"))),
        rpc("pack {item.id}", "pack", "item", name_form=NameForm.TEMPLATE),
        else_steps=(inline("all packed"),),
    ),
    loop(
        sleep("poll", DYNAMIC, expression="pause * 2"),
        branch(("arrived", ending())),
        form="while",
        item=None,
        source=None,
        condition="True",
    ),
)
"""A bit of everything, as somebody could have written it."""

REST: tuple[Node, ...] = (
    Switch(
        place=HERE,
        expression="data.kind",
        cases=(Case("'a' | 'b' if data.ok", (inline("early"),)), Case("_", (inline("late"),))),
    ),
    Switch(place=HERE, expression="data.region", cases=(Case("'EU'", (inline("tax"),)),)),
    Helper(place=HERE, name="shop.mail.greet", steps=(rpc("greet", "email.send"),)),
    Helper(place=HERE, name="shop.tree.walk", note=RECURSIVE),
    Helper(place=HERE, name=DYNAMIC),
    rpc(DYNAMIC, DYNAMIC, name_form=NameForm.DYNAMIC, description="whatever the plan says"),
    loop(rpc("again"), form="while", item=None, source=None, condition="held"),
    Try(place=HERE, steps=(ending("1"),), finally_steps=(inline("tidy up"),)),
    Fanout(place=HERE, mode="parallel", item="x", source="xs"),
    branch(("odd", inline("odd")), otherwise=inline("even")),
)
"""What is left."""

HOSTILE = 'a"]; end\n%%{init: {}}%% <script>alert(1)</script> `x` __b__ #quot; \\n $$x$$ \x1b[31m\u202e 1. fa:fa-x'
"""What a name must not do to a diagram."""
