"""The detection that the original's documents promise, step by step, on their own samples."""

from pathlib import Path
from typing import Any

import msgspec
from tests.inspector.projects import inspected, lines

from pikku.inspector.inspection import Inspection
from pikku.model.graph import Node

FUNCTIONS = """
    from typing import TypedDict
    from pikku import Context, func

    class NewUser(TypedDict):
        email: str
        region: str

    class User(NewUser):
        id: str

    class Email(TypedDict):
        to: str
        subject: str

    @func(name="users.create")
    async def create_user(ctx: Context, data: NewUser) -> User: ...

    @func(name="email.send")
    async def send_email(ctx: Context, data: Email) -> None: ...
"""


def shown(node: Node) -> dict[str, Any]:
    """A step as the documents show it: without its place and what is not of interest there."""
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(node))
    hidden = ("place", "outputVar", "data", "nameForm")
    return {name: value for name, value in fields.items() if name not in hidden}


def steps(found: Inspection, workflow: str) -> list[dict[str, Any]]:
    (graph,) = (each.steps for each in found.manifest.workflows if each.name == workflow)
    return [shown(node) for node in graph]


def test_the_example_of_the_status_page_is_detected_as_it_shows(tmp_path: Path) -> None:
    """implementation-status.md, "Example Detection":

    await workflow.do('createUser', 'users.create', data)
    -> { type: 'rpc', stepName: 'createUser', rpcName: 'users.create' }
    await workflow.do('calcTax', () => data.amount * 0.08)
    -> { type: 'inline', stepName: 'calcTax' }
    """
    body = """
        from dataclasses import dataclass
        from pikku import WorkflowContext, workflow

        @dataclass
        class Order:
            email: str
            region: str
            amount: float

        @workflow(name="onboarding")
        async def onboarding(ctx: WorkflowContext, data: Order) -> None:
            await ctx.workflow.do("createUser", "users.create", {"email": data.email, "region": data.region})
            await ctx.workflow.do("calcTax", lambda: data.amount * 0.08)
    """
    found = inspected(tmp_path, {"functions.py": FUNCTIONS, "onboarding.py": body})
    assert steps(found, "onboarding") == [
        {"type": "rpc", "stepName": "createUser", "rpcName": "users.create"},
        {"type": "inline", "stepName": "calcTax"},
    ]
    assert found.diagnostics == ()


def test_the_usage_example_of_the_runtime_page(tmp_path: Path) -> None:
    """runtime-execution.md, "Example Workflow": users.create, an inline tax rate, email.send with options, a sleep."""
    body = """
        from pikku import WorkflowContext, workflow
        from functions import NewUser

        @workflow(name="onboarding", description="User onboarding workflow", execution_mode="remote")
        async def onboarding(ctx: WorkflowContext, data: NewUser) -> dict[str, object]:
            user = await ctx.workflow.do("create_user", "users.create", data, description="Create user account")
            tax_rate = await ctx.workflow.do(
                "calculate_tax_rate", lambda: 0.2 if user["region"] == "EU" else 0.08, description="Calculate tax rate"
            )
            await ctx.workflow.do(
                "send_email",
                "email.send",
                {"to": user["email"], "subject": "Welcome!"},
                description="Send welcome email",
            )
            await ctx.workflow.sleep("5s", description="Wait for email delivery")
            return {"user_id": user["id"], "tax_rate": tax_rate}
    """
    found = inspected(tmp_path, {"functions.py": FUNCTIONS, "onboarding.py": body})
    assert steps(found, "onboarding") == [
        {"type": "rpc", "stepName": "create_user", "rpcName": "users.create", "description": "Create user account"},
        {"type": "inline", "stepName": "calculate_tax_rate", "description": "Calculate tax rate"},
        {"type": "rpc", "stepName": "send_email", "rpcName": "email.send", "description": "Send welcome email"},
        {"type": "sleep", "stepName": "Wait for email delivery", "duration": "5s"},
    ]
    (workflow,) = found.manifest.workflows
    assert (workflow.name, workflow.description) == ("onboarding", "User onboarding workflow")
    assert workflow.execution_mode == "remote"
    assert found.diagnostics == ()


def test_the_features_of_the_test_application(tmp_path: Path) -> None:
    """implementation-status.md, "Test Workflow Features"; each is quoted beside its step."""
    body = """
        from pikku import WorkflowContext, workflow

        @workflow(name="features")
        async def features(ctx: WorkflowContext, data: list[str]) -> None:
            # "RPC form steps with descriptions"
            await ctx.workflow.do("one", "email.send", {"to": "a", "subject": "b"}, description="One")
            # "Inline form steps with arrow functions"
            await ctx.workflow.do("two", lambda: len(data))
            # "RPC form without options"
            await ctx.workflow.do("three", "users.create", {"email": "a", "region": "b"})
            # "Inline form wrapping rpc.invoke()"
            await ctx.workflow.do("four", lambda: ctx.rpc.invoke("users.create", {"email": "a", "region": "b"}))
            # "Sleep steps"
            await ctx.workflow.sleep("five", "5min")
            # "Dynamic stepName (triggers warning)"
            await ctx.workflow.do(data[0], lambda: 1)
            # "Dynamic stepName with description (no warning)"
            await ctx.workflow.do(data[1], lambda: 1, description="Seven")
    """
    found = inspected(tmp_path, {"functions.py": FUNCTIONS, "features.py": body})
    assert steps(found, "features") == [
        {"type": "rpc", "stepName": "one", "rpcName": "email.send", "description": "One"},
        {"type": "inline", "stepName": "two"},
        {"type": "rpc", "stepName": "three", "rpcName": "users.create"},
        {"type": "inline", "stepName": "four", "calls": ["users.create"]},
        {"type": "sleep", "stepName": "five", "duration": "5min"},
        {"type": "inline", "stepName": "<dynamic>"},
        {"type": "inline", "stepName": "<dynamic>", "description": "Seven"},
    ]
    assert lines(found) == ["features.py:17 PKU529"]
