"""Findings as text, JSON, GitHub commands and SARIF."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminals import on_terminal

from pikku.cli.formats import FORMATS, format_called
from pikku.cli.formats.as_sarif import sarif
from pikku.cli.formats.as_text import summary
from pikku.cli.formats.excerpt import WIDEST
from pikku.cli.formats.rule_pages import page_of
from pikku.model.diagnostic import Diagnostic, Severity
from pikku.model.place import Place
from pikku.model.rules import RULES

FILE = "shop/workflows.py"
CLOCK = "    started = datetime.now()  # when it began\n"


def found(line: int = 2, column: int = 15, length: int = 14, code: str = "PKU801", **more: Any) -> Diagnostic:
    values: dict[str, Any] = {
        "code": code,
        "severity": RULES[code].severity,
        "message": "`datetime.now()` gives another value at replay",
        "place": Place(FILE, line, column),
        "end": Place(FILE, line, column + length),
        "fix": 'await ctx.workflow.do("now", datetime.now)',
    }
    return Diagnostic(**{**values, **more})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / FILE).write_text(f"async def body():\n{CLOCK}", "utf-8")
    return tmp_path


def written(form: str, capsys: pytest.CaptureFixture[str], root: Path, *diagnostics: Diagnostic) -> str:
    format_called(form)(diagnostics, root)
    return capsys.readouterr().out


def test_text_shows_the_line_what_is_meant_in_it_and_what_to_write_instead(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert written("text", capsys, root, found()).splitlines() == [
        "shop/workflows.py:2:15: PKU801 error: `datetime.now()` gives another value at replay",
        "    2 |     started = datetime.now()  # when it began",
        "      |               ^^^^^^^^^^^^^^",
        '      = fix: await ctx.workflow.do("now", datetime.now)',
        "1 error in 1 file",
    ]


def test_text_shows_the_line_as_it_is_now_also_in_a_process_that_stays(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written("text", capsys, root, found())
    (root / FILE).write_text("async def other_body():\n    today = date.today()\n", "utf-8")
    assert "    2 |     today = date.today()" in written("text", capsys, root, found()).splitlines()


def test_on_a_terminal_severities_have_colours(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    format_called("text")([found(), found(code="PKU804"), found(code="PKU530")], root)
    out = terminal.getvalue()
    assert "\x1b[31mPKU801 error: " in out
    assert "\x1b[33mPKU804 warning: " in out
    assert "\x1b[36mPKU530 information: " in out


def test_the_carets_are_right_below_tabs_and_wide_characters(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / FILE).write_text('\tx = "日本", now()\n', "utf-8")
    lines = written("text", capsys, root, found(line=1, column=12, length=5)).splitlines()
    assert lines[1] == '    1 |     x = "日本", now()'
    assert lines[2] == "      | " + " " * 16 + "^" * 5


def test_of_a_very_long_line_only_the_surroundings_are_shown(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / FILE).write_text("x" * 5_000 + "now()" + "y" * 5_000, "utf-8")
    _, line, mark, *_ = written("text", capsys, root, found(line=1, column=5_001, length=5)).splitlines()
    assert len(line) < WIDEST + 20
    assert line[mark.index("^") : mark.index("^") + 5] == "now()"


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"# coding: klingon\n\n", b"one line"])
def test_a_finding_in_a_file_that_cannot_be_shown_is_told_all_the_same(
    root: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    (root / FILE).unlink() if content is None else (root / FILE).write_bytes(content)
    assert written("text", capsys, root, found()).startswith("shop/workflows.py:2:15: PKU801 error: ")


def test_an_end_on_a_later_line_marks_the_rest_of_the_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    diagnostic = found(end=Place(FILE, 3, 1))
    assert written("text", capsys, root, diagnostic).splitlines()[2].count("^") == len(CLOCK.strip()) - 10


def test_a_place_behind_the_end_of_its_line_is_marked_by_one_caret(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert written("text", capsys, root, found(column=900, end=None)).splitlines()[2].count("^") == 1


def test_the_summary_counts_by_severity() -> None:
    warning, information = found(code="PKU804"), found(code="PKU530", place=Place("b.py", 1, 1))
    assert summary([found()]) == "1 error in 1 file"
    assert summary([found(), found(), warning]) == "2 errors and 1 warning in 1 file"
    assert summary([found(), warning, information, information]) == "1 error, 1 warning and 2 information in 2 files"


def test_json_has_everything(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [value] = json.loads(written("json", capsys, root, found()))
    assert (value["code"], value["severity"], value["file"]) == ("PKU801", "error", FILE)
    assert (value["line"], value["column"], value["end_line"], value["end_column"]) == (2, 15, 2, 29)
    assert value["help"].endswith("/PKU801.md")


def test_github_gets_one_command_for_each_finding(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    lines = written("github", capsys, root, found(), found(code="PKU530", end=None, fix=None)).splitlines()
    assert lines == [
        "::error file=shop/workflows.py,line=2,col=15,endLine=2,endColumn=28,title=PKU801::"
        '`datetime.now()` gives another value at replay%0Afix: await ctx.workflow.do("now", datetime.now)',
        "::notice file=shop/workflows.py,line=2,col=15,title=PKU530::`datetime.now()` gives another value at replay",
    ]


def test_what_github_would_obey_is_escaped(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = found(message="100%\n::stop-commands::x", place=Place("a,b:c.py", 1, 1), fix=None)
    [line] = written("github", capsys, root, hostile).splitlines()
    assert "file=a%2Cb%3Ac.py," in line
    assert line.endswith("::100%25\\n::stop-commands::x")


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_files_are_relative_to_the_checkout(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root.parent))
    assert f"{root.name}/shop/workflows.py" in written(form, capsys, root, found())


@pytest.mark.parametrize("form", FORMATS)
def test_no_findings_are_written_as_nothing_or_as_an_empty_document(
    root: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    out = written(form, capsys, root)
    assert out == "" if form in ("text", "github") else json.loads(out) is not None


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_reaches_no_terminal(root: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    (root / FILE).write_text("\x1b[31m\u202e now()\n", "utf-8")
    hostile = "\x1b]0;x\x07 \ud800 \u202e"
    out = written(form, capsys, root, found(line=1, column=1, message=hostile, fix=hostile))
    assert not set(out) & set("\x1b\x07\ud800\u202e")


def test_sarif_has_the_shape_that_the_standard_wants(root: Path) -> None:
    document = sarif([found(), found(code="PKU804", end=None), found(code="PKU530")], root)
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    [run] = document["runs"]
    assert set(run) <= {"tool", "results", "columnKind", "originalUriBaseIds"}
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(RULES)
    for rule in rules:
        assert rule["helpUri"].startswith("https://")
        assert rule["shortDescription"]["text"] == RULES[rule["id"]].title
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert all(isinstance(number, int) and number >= 1 for number in region.values())


def test_every_address_of_help_is_that_of_a_page() -> None:
    pages = Path(__file__).parents[2] / "docs" / "rules"
    assert [code for code in RULES if not (pages / page_of(code).rpartition("/")[2]).exists()] == []


def test_files_in_sarif_are_uris(root: Path) -> None:
    document = sarif([found(place=Place("my shop/é#1.py", 1, 1), end=None)], root)
    location = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "my%20shop/%C3%A9%231.py", "uriBaseId": "SRCROOT"}


def test_a_code_that_is_not_in_the_table_is_no_error(root: Path) -> None:
    document = sarif([found(severity=Severity.ERROR, code="PKU801"), _unknown()], root)
    assert "ruleIndex" not in document["runs"][0]["results"][1]


def _unknown() -> Diagnostic:
    return Diagnostic(code="PKU999", severity=Severity.WARNING, message="new", place=Place(FILE, 1, 1))
