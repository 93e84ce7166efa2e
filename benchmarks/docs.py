"""Writes figures and charts into the documentation, from the file that is kept beside it: python -m benchmarks.docs

What the last whole run has found becomes that file first. Nobody types a figure.
"""

import re
import sys
from pathlib import Path

from benchmarks.blocks import block
from benchmarks.charts.pictures import PICTURES, picture
from benchmarks.report import LATEST, PUBLISHED, Report, load

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/performance.md")
CHARTS = ROOT / "docs" / "charts"
BLOCK = re.compile(r"(?<=<!-- bench )(?P<name>\S+)( -->\n).*?(?=<!-- /bench -->)", re.DOTALL)


def main(latest: Path = LATEST, published: Path = PUBLISHED) -> int:
    """Publish what is new, if there is something, and write all pages and charts anew. Gives 1 if it cannot be published."""
    found = load(latest)
    if found is not None:
        if why := _unfit(found):
            sys.stderr.write(f"{latest.name} is not published: {why}\n")
            return 1
        published.write_bytes(latest.read_bytes())
    report = load(published)
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        (ROOT / page).write_text(written(text, report), "utf-8")
    for name, text in drawn(report).items():
        CHARTS.mkdir(exist_ok=True)
        (CHARTS / name).write_text(text, "utf-8")
    return 0


def written(page: str, report: Report | None) -> str:
    """The page with what the report says between its marks."""
    return BLOCK.sub(lambda match: f"{match['name']}{match[2]}{block(match['name'], report)}", page)


def drawn(report: Report | None) -> dict[str, str]:
    """The charts by their file names."""
    return {} if report is None else {f"{name}.svg": picture(report, name) for name in PICTURES}


def _unfit(report: Report) -> str:
    if report.quick or report.scale != 1:
        return "it is a part of the benchmark; run `make bench`"
    if report.missing:
        return f"there are no figures of {', '.join(report.missing)}; run `make bench` again"
    return ""


if __name__ == "__main__":
    sys.exit(main())
