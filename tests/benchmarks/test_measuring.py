"""The benchmark itself, with next to nothing to do: what it measures, and what it makes of that."""

import io
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

from benchmarks.budget import budget_rows
from benchmarks.child import measure
from benchmarks.docs import drawn, main, written
from benchmarks.figure import Figure, Row, times_as_fast
from benchmarks.plan import plan
from benchmarks.report import Report, Section, load, save
from benchmarks.running import measure_plan
from benchmarks.size import Size
from benchmarks.tables import print_report
from benchmarks.trial import Group, Trial
from rich.console import Console

TINY = Size(0.002)
MADE_UP = Report(
    date="2026-11-21",
    seconds=900.0,
    rounds=3,
    scale=1.0,
    quick=False,
    machine={"processors": "2"},
    versions={"Python": "3.11"},
    sections=(
        Section(
            "inline.postgres",
            "Inline steps, PostgreSQL",
            (
                Figure("inline.postgres.one", "committed INSERTs", "/s", (3_000.0, 2_000.0, 1_000.0), system="raw"),
                Figure("inline.postgres.lone.500", "one run", "/s", (1_500.0, 1_000.0, 500.0), "inline.postgres.one"),
                Figure("inline.postgres.dbos.lone", "DBOS", "/s", (5.0,), "inline.postgres.one", system="DBOS"),
                Figure("inline.postgres.many_runs", "200 runs", "/s", (60_000.0,), rival="inline.postgres.dbos.lone"),
            ),
        ),
    ),
    missing={},
)


def here(environment: str, call: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    """In this process: another one would take longer to begin than all of this."""
    try:
        return measure(call, url, options)
    except AttributeError as error:
        raise RuntimeError(str(error)) from error


def test_every_figure_has_its_rounds_and_what_fails_is_told(tmp_path: Path) -> None:
    [sqlite] = (group for group in plan(TINY) if group.name == "inline.sqlite")
    more = (
        Trial(
            "remote",
            "benchmarks.ours.remote:steps_at_once",
            (Row("remote", "runs through a worker", "/s", "2"),),
            "sqlite",
            {"queue": "store", "workers": 1, "crowds": [(2, 1)]},
            once=True,
        ),
        Trial(
            "replay", "benchmarks.ours.replay:replay", (Row("r", "replay", "/s", "replay"),), "sqlite", {"steps": 50}
        ),
        Trial("failing", "benchmarks.child:no_such_function", (Row("failing", "never", "/s"),)),
    )
    trials = tuple(each for each in sqlite.trials if not each.environment)
    groups = [sqlite._replace(trials=trials), Group("more", "More", more)]
    report = measure_plan(groups, 2, TINY, quick=False, tell=lambda text: None, measure=here)
    rounds = {figure.name: figure.rounds for section in report.sections for figure in section.figures}
    assert {name: len(each) for name, each in rounds.items()} == dict.fromkeys(rounds, 2) | {"remote": 1}
    assert all(value > 0 for each in rounds.values() for value in each)
    assert len(rounds) == sum(len(trial.rows) for trial in (*trials, *more)) - 1
    assert "no_such_function" in report.missing["failing"]
    save(report, tmp_path / "kept.json")
    assert load(tmp_path / "kept.json") == report


def test_nothing_small_or_incomplete_is_published(tmp_path: Path) -> None:
    latest, published = tmp_path / "latest.json", tmp_path / "published.json"
    for part in {"scale": 0.5}, {"quick": True}, {"missing": {"failing": "why"}}:
        save(Report(**{name: getattr(MADE_UP, name) for name in MADE_UP.__struct_fields__} | part), latest)
        assert main(latest, published) == 1
    assert not published.exists()


def test_what_is_measured_is_told_on_the_terminal_and_in_the_documentation() -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    print_report(console, MADE_UP)
    assert "committed INSERTs" in console.export_text()
    marks = "<!-- bench {} -->\nold\n<!-- /bench -->\n"
    page = "".join(marks.format(name) for name in ("about", "ratios", "budget", "table:inline.postgres", "chart:steps"))
    told = written(page, MADE_UP)
    assert "old" not in told
    assert written(told, MADE_UP) == told
    assert "| one run | 1,000 /s | 500 to 1,500 | 0.50 |  |" in told
    assert "| 200 runs | 60,000 /s | one round |  | 12,000 |" in told
    assert "![Durable steps a second on PostgreSQL](charts/steps.svg)" in told
    for name, picture in drawn(MADE_UP).items():
        assert fromstring(picture).tag.endswith("svg"), name  # noqa: S314


def test_times_are_compared_as_speeds_within_each_round() -> None:
    slow = Figure("slow", "", "ms", (10.0, 20.0, 40.0))
    rate = Figure("rate", "", "/s", (100.0, 100.0, 100.0))
    assert times_as_fast(slow, rate) == 0.5
    assert times_as_fast(rate, slow) == 2
    assert times_as_fast(Figure("memory", "", "MB", (1.0,)), rate) is None


def test_a_promise_is_met_missed_or_not_measured() -> None:
    verdicts = {what: verdict for what, _, _, verdict in budget_rows(MADE_UP)}
    assert verdicts["200 runs × 20 inline steps at once, PostgreSQL"] == "met"
    assert verdicts["time of a step of one run by that of a committed INSERT, PostgreSQL"] == "missed"
    assert verdicts["import pikku"] == "not measured"
