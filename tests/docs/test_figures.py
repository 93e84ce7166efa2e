"""The figures of README and docs are those of the file beside the benchmark: `make bench-docs` writes them."""

import pytest
from benchmarks.docs import CHARTS, PAGES, ROOT, drawn, written
from benchmarks.report import PUBLISHED, load

REPORT = load(PUBLISHED)


@pytest.mark.parametrize("page", PAGES)
def test_figures_of_the_page_are_those_that_were_published(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert written(text, REPORT) == text


def test_charts_are_drawn_from_what_was_published() -> None:
    assert {file.name: file.read_text("utf-8") for file in CHARTS.glob("*.svg")} == drawn(REPORT)
