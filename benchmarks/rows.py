"""A section as rows of text, for the terminal and for the documentation alike."""

from benchmarks.figure import Figure
from benchmarks.report import Report, Section
from benchmarks.wording import amount, number, ratio

HEAD = ("what", "median", "lowest to highest", "× plain writes", "× DBOS")
BUDGET_HEAD = ("promise", "budget", "measured", "")


def rows_of(report: Report, section: Section) -> list[tuple[str, ...]]:
    """One row for each figure, as `HEAD` says."""
    return [
        (
            figure.title,
            amount(figure.median, figure.unit),
            _spread(figure),
            ratio(report.ratio(figure.name, figure.limit)),
            ratio(report.ratio(figure.name, figure.rival)),
        )
        for figure in section.figures
    ]


def _spread(figure: Figure) -> str:
    if len(figure.rounds) == 1:
        return "one round"
    return f"{number(min(figure.rounds))} to {number(max(figure.rounds))}"
