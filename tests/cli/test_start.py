"""`pikku start`: what it prints where, its exit codes, and what it says of bad input."""

import io
import sys
from pathlib import Path

import pytest
from tests.cli.surroundings import Shop

from pikku.model.run import RunStatus

ADA = '{"name": "Ada"}'


def test_the_id_is_all_that_is_printed_and_the_run_has_ended_by_then(shop: Shop) -> None:
    ran = shop.pikku("start", "welcome", ADA)
    (run,) = shop.runs()
    assert (ran.code, ran.out, ran.err) == (0, f"{run.run_id}\n", "")
    assert run.status is RunStatus.COMPLETED


def test_with_wait_the_result_is_all_of_the_standard_output(shop: Shop) -> None:
    ran = shop.pikku("start", "welcome", ADA, "--wait")
    (run,) = shop.runs()
    assert (ran.code, ran.json) == (0, {"greeting": "Hello Ada"})
    assert ran.err == f"run {run.run_id}\n"


def test_with_json_one_object_tells_how_the_run_ended(shop: Shop) -> None:
    ran = shop.pikku("start", "welcome", ADA, "--json")
    (run,) = shop.runs()
    assert ran.json == {
        "run_id": run.run_id,
        "workflow": "welcome",
        "status": "completed",
        "output": {"greeting": "Hello Ada"},
    }


def test_a_run_that_fails_exits_with_1_and_says_why(shop: Shop) -> None:
    ran = shop.pikku("start", "broken", "--wait")
    (run,) = shop.runs()
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-1] == f"pikku: broken run {run.run_id} failed: Declined: no money [E402]"


def test_a_run_that_fails_has_its_error_in_the_json(shop: Shop) -> None:
    ran = shop.pikku("start", "broken", "--json")
    error = ran.json["error"]
    assert (ran.code, ran.json["status"]) == (1, "failed")
    assert (error["type"], error["message"], error["code"]) == ("shop_under_test.Declined", "no money", "E402")
    assert error["cause"]["type"] == "KeyError"


def test_a_run_that_is_cancelled_exits_with_1(shop: Shop) -> None:
    ran = shop.pikku("start", "gives up")
    assert ran.code == 1
    assert ran.err.endswith("was cancelled: not needed\n")


def test_input_may_be_in_a_file_or_on_the_standard_input(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ada.json").write_text("\ufeff" + ADA, "utf-8")
    assert shop.pikku("start", "welcome", "@ada.json", "--wait").json == {"greeting": "Hello Ada"}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"name": "Äda"}'.encode())))
    assert shop.pikku("start", "welcome", "-", "--wait").json == {"greeting": "Hello Äda"}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            "{name: 1}",
            "the input is not JSON: Expecting property name enclosed in double quotes at line 1, column 2; quote",
        ),
        ("[NaN]", "the input is not JSON: NaN is not a JSON number"),
        ("", "the input is empty; without any input leave it out, or write null"),
        ("[" * 100_000, "the input is nested too deeply"),
        ("@nobody.json", "the file 'nobody.json' cannot be read: No such file or directory"),
        ("@\x00", "the file '\\x00' cannot be read: embedded null byte"),
        ("@latin.json", "latin.json is not UTF-8: invalid continuation byte at byte 1"),
        ("@half.json", "half.json is not JSON: Expecting value at line 2, column 1"),
        (
            '{"name": 7}',
            "the input of workflow 'welcome' does not fit its type: Expected `str`, got `int` - at `$.name`",
        ),
        (
            "null",
            "the input of workflow 'welcome' does not fit its type: Expected `object`, got `null`; give it as JSON",
        ),
        ('{"name": "\\ud800"}', "the input of workflow 'welcome' cannot be stored: "),
        ("\udcff", "the argument '\\udcff' is not valid UTF-8"),
    ],
)
def test_bad_input_is_one_line_and_starts_no_run(shop: Shop, data: str, problem: str) -> None:
    Path("latin.json").write_bytes(b'"\xe4\xf6"')
    Path("half.json").write_text("[1,\n")
    ran = shop.pikku("start", "welcome", data)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"pikku: {problem}")
    assert len(ran.err.splitlines()) == 1
    assert not Path("pikku.db").exists() or shop.runs() == []


def test_an_unknown_workflow_gets_the_nearest_name_and_creates_no_store(shop: Shop) -> None:
    ran = shop.pikku("start", "welcom")
    assert (ran.code, ran.err) == (2, "pikku: there is no workflow called 'welcom'; did you mean 'welcome'?\n")
    assert not Path("pikku.db").exists()


def test_without_an_application_one_line_says_how_to_name_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIKKU_APP")
    ran = shop.pikku("start", "welcome")
    assert ran.code == 2
    assert ran.err.startswith("pikku: there is no application; set PIKKU_APP=package.module:name")
    assert shop.pikku("start", "gives up", "--app", "shop_under_test:app").code == 1


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("shop_under_test", "'shop_under_test' is not the address of an application; write package.module:name"),
        ("nowhere:app", "the application nowhere:app: there is no module 'nowhere' on the import path"),
        ("shop_under_test:ap", "'ap' in shop_under_test is not a Pikku application; did you mean shop_under_test:app?"),
        ("shop_under_test.py:app", "'shop_under_test.py:app' names a file, not a module; write shop_under_test:app"),
        ("leaves:app", "the application ended this process with exit code 3"),
    ],
)
def test_an_application_that_cannot_be_loaded_is_one_line(shop: Shop, address: str, problem: str) -> None:
    Path("leaves.py").write_text("raise SystemExit(3)")
    ran = shop.pikku("start", "welcome", "--app", address)
    assert (ran.code, ran.err) == (2, f"pikku: {problem}\n")


def test_services_that_cannot_be_made_are_one_line(shop: Shop) -> None:
    Path("poor.py").write_text(
        "from pikku import Pikku\nfrom shop_under_test import naps\n"
        "def services() -> object: raise OSError('no\\nroom')\n"
        "app = Pikku(services=services)\napp.wire_workflow(name='naps', func=naps)\n"
    )
    ran = shop.pikku("start", "naps", "--app", "poor:app")
    where = f"{Path('poor.py').resolve()}:3 (PIKKU_DEBUG=1 shows how it came there)"
    assert (ran.code, ran.err) == (2, f"pikku: OSError: no\\nroom, at {where}\n")


def test_the_store_on_the_command_line_is_stronger_than_the_configured_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIKKU_STORE", "sqlite:///configured.db")
    assert shop.pikku("start", "welcome", ADA, "--store", "file:named").code == 0
    assert shop.pikku("start", "welcome", ADA).code == 0
    assert [name for name in ("configured.db", "named", "pikku.db") if Path(name).exists()] == [
        "configured.db",
        "named",
    ]
    assert shop.pikku("start", "welcome", ADA, "--store", "oracle:db").err.startswith(
        "pikku: 'oracle:db' is not the address"
    )


def test_what_the_workflow_logs_is_told_with_v(shop: Shop) -> None:
    quiet = shop.process("start", "welcome", ADA).communicate(timeout=30)
    told = shop.process("start", "welcome", ADA, "-v").communicate(timeout=30)
    assert quiet[1] == ""
    assert "info pikku.workflow.welcome: welcoming Ada" in told[1]
