"""`pikku dev` and `pikku prebuild --watch`: real processes that watch real files."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.projects import CLOCK, SHOP, SYNTAX_ERROR
from tests.cli.surroundings import Shop
from tests.cli.watched import Watched

WORKS = "working for shop:app on SqliteStore"

Start = Callable[..., Watched]


@pytest.fixture
def start(project: Shop) -> Iterator[Start]:
    """Starts a command that stays."""
    started: list[Watched] = []

    def begin(*arguments: str) -> Watched:
        started.append(Watched(project, *arguments))
        return started[-1]

    yield begin
    for each in started:
        each.close()


def order(project: Shop) -> str:
    """The result of a run that the worker has executed."""
    started = project.process(
        "start", "order", '{"id": "7", "total": 5}', "--wait", PIKKU_QUEUE="store", PIKKU_APP="shop:app"
    )
    out, err = started.communicate(timeout=60)
    assert started.returncode == 0, err
    return out.strip()


def test_a_change_is_generated_from_and_worked_with(project: Shop, start: Start) -> None:
    dev = start("dev")
    dev.until_said("pikku: wrote ")
    dev.until_said(WORKS)
    assert order(project) == '"packed held-7"'
    dev.write(SHOP.replace("packed {held}", "wrapped {held}"))
    dev.until_said(WORKS, times=2)
    assert order(project) == '"wrapped held-7"'
    assert dev.end() == 0


def test_errors_do_not_end_it_and_the_worker_goes_on(project: Shop, start: Start) -> None:
    dev = start("dev")
    dev.until_said(WORKS)
    dev.write(SYNTAX_ERROR)
    dev.until_said("PKU001 error: ")
    dev.until_said("the worker goes on with the source as it was before these errors")
    assert order_is_refused(project)
    dev.write(CLOCK)
    dev.until_said("PKU801 error: ")
    dev.write(SHOP)
    dev.until_said(WORKS, times=2)
    assert not dev.has_said("Traceback")


def order_is_refused(project: Shop) -> bool:
    """Whoever starts a run reads the source, too."""
    process = project.process("start", "order", "{}", PIKKU_APP="shop:app")
    process.communicate(timeout=60)
    return process.returncode == 2


def test_it_waits_for_source_without_errors(project: Shop, start: Start) -> None:
    (project.folder / "shop.py").write_text(SYNTAX_ERROR)
    dev = start("dev")
    dev.until_said("a worker starts when there are no errors")
    dev.write(SHOP)
    dev.until_said(WORKS)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_the_worker_cleanly(project: Shop, start: Start, number: int) -> None:
    dev = start("dev")
    dev.until_said(WORKS)
    assert dev.end(number) == 0
    dev.until_said("the worker has ended after ")
    dev.until_silent()


def test_the_worker_ends_even_if_it_is_killed(project: Shop, start: Start) -> None:
    dev = start("dev")
    dev.until_said(WORKS)
    dev.end(signal.SIGKILL)
    dev.until_said("the worker has ended after ")
    dev.until_silent()


def test_a_worker_that_ends_by_itself_is_told_of(project: Shop, start: Start) -> None:
    (project.folder / "shop.py").write_text("import nowhere_at_all\n" + SHOP)
    dev = start("dev")
    dev.until_said("No module named 'nowhere_at_all'")
    dev.until_said("the worker has ended with exit code 2; the next one starts when the source changes")
    dev.write(SHOP)
    dev.until_said(WORKS)


def test_without_an_application_it_says_so_and_goes_on(project: Shop, start: Start) -> None:
    (project.folder / "shop.py").write_text("")
    dev = start("dev")
    dev.until_said("there is no application yet: no worker is started")
    dev.write(SHOP)
    dev.until_said(WORKS)


def test_of_several_applications_one_must_be_chosen(project: Shop, start: Start) -> None:
    (project.folder / "more.py").write_text("from pikku import Pikku\n\nother = Pikku()\n")
    dev = start("dev")
    dev.until_said("there are several applications (more:other, shop:app): no worker is started; --app ")
    dev.write('{"app": "shop:app"}', "pikku.config.json")
    dev.until_said(WORKS)


def test_wrong_settings_are_told_and_new_ones_are_taken(project: Shop, start: Start) -> None:
    dev = start("dev")
    dev.until_said(WORKS)
    dev.write("{", "pikku.config.json")
    dev.until_said("pikku.config.json cannot be read")
    dev.write('{"store": "sqlite:///other.db"}', "pikku.config.json")
    assert "other.db" in dev.until_said(WORKS, times=2)


def test_prebuild_watches_too(project: Shop, start: Start) -> None:
    watch = start("prebuild", "--watch")
    watch.until_said("pikku: wrote ")
    watch.write(SHOP.replace('name="order"', 'name="purchase"'))
    watch.until_said("pikku: wrote ", times=2)
    assert any("purchase" in file.read_text("utf-8") for file in Path(project.folder).rglob("workflow_client.py"))
    watch.write(SYNTAX_ERROR)
    watch.until_said("nothing is written while there are errors")
    assert watch.end() == 0
