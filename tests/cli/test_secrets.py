"""What `show`, `history` and `runs` tell of what the application marks as `Secret`."""

import sys
from pathlib import Path

import pytest
from tests.cli.surroundings import QUIET, Shop

BANK = """
from dataclasses import dataclass
from typing import Annotated
from pikku import Context, Pikku, Secret, Services, WorkflowContext, func, workflow_func

print("I talk while I am imported")

@dataclass
class Login:
    name: str
    password: Annotated[str, Secret]
    pin: Annotated[int, Secret]

@func
async def token(ctx: Context[Services], data: Login) -> Annotated[str, Secret]:
    return "tok-123"

@workflow_func
async def sign_in(ctx: WorkflowContext[Services], data: Login) -> dict[str, str]:
    found = await ctx.workflow.do("token", token, data)
    name = f"echo {data.password}"
    await ctx.workflow.do(name, lambda: {"said": f"<{data.password}>", "pin": data.pin, "token": found})
    raise ValueError(f"not {data.password}")

app = Pikku()
app.add_functions(token)
app.wire_workflow(name="sign in", func=sign_in)
"""
LOGIN = '{"name": "Ada", "password": "hunter2", "pin": 9876}'
SECRETS = ("hunter2", "9876", "tok-123")


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    (tmp_path / "bank_under_test.py").write_text(BANK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "bank_under_test", raising=False)
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)
    return Shop(tmp_path, capsys)


def test_the_application_tells_what_is_secret(bank: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIKKU_APP", "bank_under_test:app")
    monkeypatch.setenv("PIKKU_STORE", "sqlite:///pikku.db")
    started = bank.pikku("start", "sign in", LOGIN)
    assert "failed: ValueError: not ***" in started.err
    run = bank.runs()[0].run_id
    monkeypatch.delitem(sys.modules, "bank_under_test")
    shown = bank.pikku("show", run, "--json").json
    said = [bank.pikku(*command).out for command in (["show", run, "--stack"], ["history", run], ["runs", "--json"])]
    assert [text for text in (*said, str(shown)) if any(secret in text for secret in SECRETS)] == []
    assert shown["input"] == {"name": "Ada", "password": "***", "pin": "***"}
    assert [step["key"] for step in shown["steps"]] == ["token", "echo ***"]
    assert [step["result"] for step in shown["steps"]] == ["***", {"said": "<***>", "pin": "***", "token": "***"}]
    assert all(secret in bank.pikku("show", run, "--json", "--secrets").out for secret in SECRETS)


@pytest.mark.parametrize("app", [[], ["--app", "bank_that_is_gone:app", "--store", "sqlite:///pikku.db"]])
def test_without_an_application_nobody_knows_what_is_secret(bank: Shop, app: list[str]) -> None:
    bank.pikku("start", "sign in", LOGIN, "--app", "bank_under_test:app")
    run = bank.runs()[0].run_id
    shown = bank.pikku("show", run, *app)
    assert 'input     "***"\n' in shown.out
    assert "ValueError: not ***" in shown.out
    values = shown.out.replace("echo hunter2", "")  # the name of a step, without which nobody could tell it from others
    assert not any(secret in values for secret in SECRETS)
    assert "all values are hidden, as nobody knows which are secret: " in shown.err
    assert "hunter2" in bank.pikku("show", run, *app, "--secrets").out
