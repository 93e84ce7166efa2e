"""What is written where: colours, widths, and values that would like to be obeyed."""

import json
import os
import pty
import subprocess
import sys

import pytest
from tests.cli.surroundings import Shop, run_id
from tests.cli.terminals import on_terminal

from pikku.cli.json_output import print_json
from pikku.cli.printable import json_escaped, printable, shortened
from pikku.cli.tables import Column, print_table
from pikku.cli.terminal import Cell

HOSTILE = "\x1b]0;title\x07\x1b[2J[red]:smile:\r\n\u202e\x9b31m\x7f\U000e0041"
TABLE = (Column("run", whole=True), Column("name"), Column("error", elastic=True))


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    assert printable(HOSTILE) == "\\x1b]0;title\\x07\\x1b[2J[red]:smile:\\r\\n\\u202e\\x9b31m\\x7f\\U000e0041"
    assert printable("Grüße 你好 🎉\t") == "Grüße 你好 🎉\\t"


def test_json_stays_the_same_document() -> None:
    text = json.dumps([HOSTILE], ensure_ascii=False, indent=2)
    assert json.loads(json_escaped(text)) == [HOSTILE]
    assert not set("\x1b\x07\x9b\u202e\x7f\U000e0041") & set(json_escaped(text))


def test_shortening_says_that_something_is_missing() -> None:
    assert (shortened("abc", 3), shortened("abcd", 3), shortened("abc", 0)) == ("abc", "ab…", "…")


def test_a_terminal_gets_colours_and_no_markup_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    print_table(TABLE, [[Cell(run_id(1)), Cell("[bold]:smile:"), Cell("[red]no[/red]", "red")]])
    header, row = terminal.getvalue().splitlines()
    assert "\x1b[1m" in header
    assert row == f"{run_id(1)}  [bold]:smile:  \x1b[31m[red]no[/red]\x1b[0m"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_that_wants_no_colours_gets_plain_text(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    terminal = on_terminal(monkeypatch, **{name: value})
    print_table(TABLE, [[Cell(run_id(1)), Cell("a"), Cell("no", "red")]])
    assert "\x1b" not in terminal.getvalue()


@pytest.mark.parametrize("columns", [20, 50, 70, 140])
def test_ids_are_never_shortened_and_errors_fit_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    terminal = on_terminal(monkeypatch, COLUMNS=str(columns))
    print_table(TABLE, [[Cell(run_id(1)), Cell("n" * 200), Cell("e" * 500)], [Cell(run_id(2)), Cell("b"), Cell("")]])
    lines = terminal.getvalue().splitlines()
    assert [line.partition(" ")[0] for line in lines if line.startswith("01a1")] == [run_id(1), run_id(2)]
    assert [len(line) <= columns for line in lines if "e…" in line] == [True]


def test_wide_letters_keep_the_columns_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([Column("a"), Column("b")], [[Cell("你好"), Cell("x")], [Cell("abcd"), Cell("x")]])
    assert capsys.readouterr().out.splitlines() == ["A     B", "你好  x", "abcd  x"]


def test_columns_without_anything_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(TABLE, [[Cell("1"), Cell(""), Cell("no")]])
    assert capsys.readouterr().out.splitlines() == ["RUN  ERROR", "1    no"]


def test_output_that_speaks_only_ascii_gets_ascii(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    print_json("Ä")
    assert capsys.readouterr().out == '"Ä"\n'
    code = "from pikku.cli.json_output import print_json; print_json('Ä')"
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == '"\\u00c4"\n'


def test_hostile_values_of_a_run_are_escaped_everywhere(shop: Shop) -> None:
    started = shop.start("says", json.dumps(HOSTILE))
    for arguments in (["runs"], ["show", started], ["history", started], ["show", started, "--json"]):
        out = shop.pikku(*arguments).out
        assert not set("\x1b\x07\r\x9b\u202e") & set(out)
    assert shop.pikku("show", started, "--json").json["output"] == HOSTILE
    assert "\x1b" not in shop.pikku("show", HOSTILE).err


def test_while_waiting_a_terminal_shows_the_run_and_its_current_step(shop: Shop) -> None:
    screen, process = _on_a_terminal(shop, "start", "works", "--wait")
    assert process.returncode == 0
    assert "works " in screen
    assert "at hard work" in screen
    assert screen.rstrip().endswith('"done"')


def test_on_a_terminal_runs_are_coloured(shop: Shop) -> None:
    started = shop.start("broken")
    screen, process = _on_a_terminal(shop, "runs")
    assert process.returncode == 0
    assert started in screen
    assert "\x1b[31mfailed" in screen


def _on_a_terminal(shop: Shop, *arguments: str) -> tuple[str, "subprocess.Popen[bytes]"]:
    """What one sees of a command whose standard output and error are one terminal."""
    reader, writer = pty.openpty()
    command = [sys.executable, "-c", "import sys; from pikku.cli.main import main; sys.exit(main())", *arguments]
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"}
    process = subprocess.Popen(command, cwd=shop.folder, env=environment, stdin=writer, stdout=writer, stderr=writer)
    os.close(writer)
    screen = b""
    while part := _read(reader):
        screen += part
    os.close(reader)
    process.wait(timeout=30)
    return screen.decode(), process


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 65_536)
    except OSError:  # Linux' way to say that the other end is closed
        return b""
