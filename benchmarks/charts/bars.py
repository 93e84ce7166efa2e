"""Panels of horizontal bars, as the text of an SVG that can be read on white and on black."""

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, LABELS, VALUES = 760, 300, 90
ROOM = WIDTH - LABELS - VALUES
BAR, LINE, HEADING, GAP = 16, 24, 34, 14
SHORTEST = 1.0
"""No bar is invisible."""

STYLE = """
text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 13px; fill: #1f2328 }
.title { font-weight: 600 }
.pikku { fill: #2f6fde } .raw { fill: #8b949e } .other { fill: #d9822b }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.pikku { fill: #5b95f5 } .raw { fill: #6e7681 } .other { fill: #e3a04f }
}
"""


class Bar(NamedTuple):
    """One line: what it says on the left, how long it is, what it says on the right, and whose it is."""

    label: str
    value: float
    text: str
    system: str


class Panel(NamedTuple):
    """Bars of one scale, which begins at nothing."""

    title: str
    bars: Sequence[Bar]


def draw(title: str, panels: Sequence[Panel]) -> str:
    """The text of the file; the same for the same panels."""
    lines: list[str] = []
    top = 0.0
    for panel in panels:
        lines += _panel(panel, top)
        top += HEADING + LINE * len(panel.bars) + GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}" width="{WIDTH}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *lines, "</svg>\n"])


def _panel(panel: Panel, top: float) -> list[str]:
    longest = max((bar.value for bar in panel.bars), default=0.0) or 1.0
    lines = [f'<text class="title" x="0" y="{top + HEADING - 14:.0f}">{escape(panel.title)}</text>']
    for number, bar in enumerate(panel.bars):
        lines += _bar(bar, top + HEADING + LINE * number, max(SHORTEST, ROOM * bar.value / longest))
    return lines


def _bar(bar: Bar, top: float, length: float) -> list[str]:
    kind = bar.system if bar.system in ("pikku", "raw") else "other"
    base = top + BAR - 4
    return [
        f'<text x="{LABELS - 8}" y="{base:.0f}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect class="{kind}" x="{LABELS}" y="{top:.0f}" width="{length:.1f}" height="{BAR}" rx="2"/>',
        f'<text x="{LABELS + length + 6:.1f}" y="{base:.0f}">{escape(bar.text)}</text>',
    ]
