"""How the names of steps are written."""

from tests.inspector.samples.functions import SEND, charge, send_email

from pikku import Services, WorkflowContext, workflow

PREFIX = "order"
STEP = PREFIX + " step"


class Names:
    CHARGE = "charge it"


@workflow(name="names")
async def names(ctx: WorkflowContext[Services], data: dict[str, str]) -> None:
    key, number = data["id"], len(data)
    await ctx.workflow.do(STEP, charge, 1)
    await ctx.workflow.do(Names.CHARGE, charge, 1)
    await ctx.workflow.do("in two parts", charge, 1)
    await ctx.workflow.do(f"{PREFIX} {key}", charge, 1)
    await ctx.workflow.do(f"{PREFIX} {number:>5} {key!r} {{as is}}", charge, 1)
    await ctx.workflow.do("order " + key, charge, 1)
    await ctx.workflow.do("order %s of %d" % (key, number), charge, 1)  # noqa: UP031
    await ctx.workflow.do("order {} of {total}".format(key, total=number), charge, 1)  # noqa: UP032
    await ctx.workflow.do("-".join(["order", key]), charge, 1)
    late = f"late {key}"
    await ctx.workflow.do(late, charge, 1)
    await ctx.workflow.do(data["name"], charge, 1, description="whatever they call it")
    await ctx.workflow.do(key.upper(), SEND, data)
    await ctx.workflow.do("by name", "email." + "send", data)
    await ctx.workflow.do("by a name that is computed", data["function"], data)
    await ctx.workflow.do("by reference", send_email, data)
    ctx.workflow.cancel(f"no more {key}")
