"""The command as a whole: its help, its speed, its manners."""

import importlib.metadata
import subprocess
import sys

import click
import pytest
from tests.cli.surroundings import Shop

from pikku.cli.main import COMMANDS, pikku
from pikku.cli.refusal import refused


def test_every_command_is_there_with_the_summary_of_the_table() -> None:
    context = click.Context(pikku)
    for entry in COMMANDS:
        command = pikku.get_command(context, entry.name)
        assert command is not None
        assert command.get_short_help_str(limit=200) == entry.summary


def test_help_lists_all_commands(shop: Shop) -> None:
    for arguments in (["--help"], ["-h"], []):
        ran = shop.pikku(*arguments)
        assert ran.code == 0
        assert all(f"  {entry.name} " in ran.out for entry in COMMANDS)
    assert "--wait" in shop.pikku("start", "--help").out
    assert shop.pikku("--version").out.strip().endswith(importlib.metadata.version("pikku"))


def test_help_imports_neither_the_commands_nor_what_they_need() -> None:
    code = "import sys; from pikku.cli.main import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stderr.split())
    assert "pikku.cli.main" in modules
    assert not modules & {"asyncio", "msgspec", "rich", "sqlite3", "pikku.cli.start", "pikku.cli.runs"}


def test_plain_output_imports_no_rich(shop: Shop) -> None:
    shop.start("broken")
    code = "import sys; from pikku.cli.main import main; main(['runs']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=shop.folder)
    assert "pikku.cli.runs" in done.stderr.split()
    assert "rich" not in done.stderr.split()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["strat"], "there is no command called 'strat'; did you mean 'start'? (see `pikku --help`)"),
        (["--nope"], "no such option '--nope' (see `pikku --help`)"),
        (["start"], "missing argument 'NAME' (see `pikku start --help`)"),
        (["start", "a", "1", "2"], "got unexpected extra argument (2) (see `pikku start --help`)"),
    ],
)
def test_wrong_usage_is_one_line(shop: Shop, arguments: list[str], line: str) -> None:
    ran = shop.pikku(*arguments)
    assert (ran.code, ran.out, ran.err.replace(": --nope", " '--nope'")) == (2, "", f"pikku: {line}\n")


def test_wrong_configuration_is_one_line(shop: Shop) -> None:
    (shop.folder / "pikku.config.json").write_text("{")
    ran = shop.pikku("runs")
    assert ran.code == 2
    assert ran.err.startswith("pikku: pikku.config.json cannot be read: ")
    assert len(ran.err.splitlines()) == 1


def test_with_pikku_debug_errors_are_raised(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIKKU_DEBUG", "1")
    with pytest.raises(click.UsageError):
        shop.pikku("strat")


def test_ctrl_c_while_reading_is_one_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.start("broken")

    def interrupted(coroutine: object) -> None:
        coroutine.close()  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    monkeypatch.setattr("asyncio.run", interrupted)
    ran = shop.pikku("runs")
    assert (ran.code, ran.err) == (130, "pikku: interrupted\n")


def test_a_reader_that_rich_has_missed_is_no_error_either(capsys: pytest.CaptureFixture[str]) -> None:
    given_up = SystemExit(1)
    given_up.__context__ = BrokenPipeError()
    assert (refused(given_up), capsys.readouterr().err) == (141, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error(shop: Shop, unbuffered: str) -> None:
    shop.start("broken")
    process = shop.process("runs", PYTHONUNBUFFERED=unbuffered)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=30) == 141
