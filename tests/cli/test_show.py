"""`pikku show` and `pikku history`: one run, and ids as people write them."""

import pytest
from tests.cli.surroundings import Shop, run_id

from pikku.model.change import Lease

ADA = '{"name": "Ada"}'


def test_everything_about_a_completed_run_is_shown(shop: Shop) -> None:
    started = shop.start("welcome", ADA)
    ran = shop.pikku("show", started)
    shown = {" ".join(line.split()[:1]): line for line in ran.out.splitlines()}
    assert ran.code == 0
    assert shown["run"].endswith(started)
    assert shown["tags"].endswith("people, new")
    assert shown["status"].endswith("completed")
    assert shown["input"].endswith('{"name": "Ada"}')
    assert shown["output"].endswith('{"greeting": "Hello Ada"}')
    assert shown["greet"].split()[:4] == ["greet", "rpc", "succeeded", "2"]
    assert shown["greet"].endswith('"Hello Ada"')


def test_the_error_of_a_failed_run_is_shown_with_what_caused_it_and_on_demand_with_stacks(shop: Shop) -> None:
    started = shop.start("broken")
    brief, full = shop.pikku("show", started).out, shop.pikku("show", started, "--stack").out
    assert "Declined: no money [E402]" in brief
    assert "caused by  KeyError: 'money'" in brief
    assert 'File "' not in brief
    assert 'raise Declined("no money") from error' in full
    assert '{}["money"]' in full


def test_a_cancelled_run_shows_the_reason(shop: Shop) -> None:
    assert "reason    not needed\n" in shop.pikku("show", shop.start("gives up")).out


def test_a_running_run_shows_its_owner_and_when_its_lease_ends(shop: Shop) -> None:
    shop.leave(run_id(1), lease=Lease("host:1:ab", 60_000))
    shop.leave(run_id(2), lease=Lease("host:2:cd", 0))
    shop.leave(run_id(3))
    assert "host:1:ab (epoch 1), its lease ends in " in shop.pikku("show", run_id(1)).out
    assert "its lease has run out: `pikku recover` takes it over" in shop.pikku("show", run_id(2)).out
    assert "nobody, due now: `pikku recover` goes on with it" in shop.pikku("show", run_id(3)).out


def test_json_has_the_run_and_the_last_attempt_of_each_step(shop: Shop) -> None:
    shown = shop.pikku("show", shop.start("welcome", ADA), "--json").json
    (step,) = shown["steps"]
    assert (shown["status"], shown["output"], shown["error"]) == ("completed", {"greeting": "Hello Ada"}, None)
    assert (step["key"], step["attempt_count"], step["result"]) == ("greet", 2, "Hello Ada")


def test_a_long_value_is_shortened_but_whole_in_json(shop: Shop) -> None:
    started = shop.start("says", f'"{"x" * 5_000}"')
    assert "x… (5,002 characters; --json shows all)" in shop.pikku("show", started).out
    assert len(shop.pikku("show", started, "--json").json["output"]) == 5_000


def test_the_history_lists_all_attempts_from_the_start_of_the_run(shop: Shop) -> None:
    started = shop.start("welcome", ADA)
    lines = shop.pikku("history", started).out.splitlines()
    assert lines[0].split()[:6] == ["AT", "STEP", "KIND", "ATTEMPT", "STATUS", "TOOK"]
    assert lines[1].startswith("+")
    assert lines[1].split()[1:5] == ["greet", "rpc", "1", "failed"]
    assert lines[1].endswith("Declined: try again [E402]")
    assert lines[2].split()[1:5] == ["greet", "rpc", "2", "succeeded"]
    assert lines[2].endswith('"Hello Ada"')


def test_the_history_as_json_has_decoded_results_and_errors(shop: Shop) -> None:
    first, second = shop.pikku("history", shop.start("welcome", ADA), "--json").json
    assert (first["status"], first["result"], first["error"]["message"]) == ("failed", None, "try again")
    assert (second["status"], second["result"], second["error"]) == ("succeeded", "Hello Ada", None)


def test_a_run_without_steps_has_an_empty_history(shop: Shop) -> None:
    started = shop.start("broken")
    assert shop.pikku("history", started).err == f"run {started} has no steps yet\n"
    assert shop.pikku("history", started, "--json").json == []


@pytest.mark.parametrize("part", [run_id(111_222), "111222", "B6C9-000000111222", "01a1fdaf-9733-79ad-b"])
def test_the_end_or_the_beginning_of_an_id_stands_for_it(shop: Shop, part: str) -> None:
    shop.leave(run_id(111_222))
    shop.leave("02a1fdaf-9733-79ad-b6c9-000000111333")
    assert shop.pikku("show", part, "--json").json["run_id"] == run_id(111_222)


def test_the_end_of_one_id_is_stronger_than_the_beginning_of_another(shop: Shop) -> None:
    shop.leave("01a1fdaf-9733-79ad-b6c9-000002a1fdaf")
    shop.leave("02a1fdaf-9733-79ad-b6c9-000000000001")
    assert shop.pikku("show", "02a1fdaf", "--json").json["run_id"] == "01a1fdaf-9733-79ad-b6c9-000002a1fdaf"


@pytest.mark.parametrize("command", ["show", "history", "cancel"])
def test_an_id_that_stands_for_no_run_or_for_several_is_one_line(shop: Shop, command: str) -> None:
    for number in range(1, 8):
        shop.leave(run_id(number))
    several = shop.pikku(command, "01a1fdaf")
    assert several.code == 2
    assert several.err.startswith(f"pikku: '01a1fdaf' stands for 7 runs: {run_id(7)}, {run_id(6)}, ")
    assert several.err.endswith(f"{run_id(3)} and 2 more; write more of the id\n")
    assert (
        shop.pikku(command, "fffffff").err == "pikku: there is no run 'fffffff'; `pikku runs` lists those that exist\n"
    )
    assert "'0001' is too short for a run id" in shop.pikku(command, "0001").err
    assert shop.pikku(command).err == f"pikku: missing argument 'RUN' (see `pikku {command} --help`)\n"
