"""What nobody should send, and somebody will: JSON bombs, damaged documents, texts that terminals and servers obey."""

import json
from typing import Any

from hypothesis import strategies as st

BOMBS = (
    "[" * 100_000 + "]" * 100_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    "9" * 5_000,
    "-" + "9" * 400,
    "1e999999999",
    "1e-999999999",
    "NaN",
    "Infinity",
    '{"a":1,"a":{"a":[]}}',
    '"\\ud800"',
    '"\\u0000"',
    '"' + "x" * 1_000_000 + '"',
    "",
    "\ufeff{}",
    "null null",
)
"""Texts that are JSON, or nearly: deep, large, out of range, double, half a character."""

OBEYED = (
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[1;1H",
    "\r\nrun  completed",
    "\x9b31m",
    "\u202edesrever",
    "\u2066isolated",
    "a\u200bb\u2060c\ufeff",
    "\U000e0041\U000e0042",
    "\u2028line",
    "\u115f\u3164\u2800",
    "\x7f",
    "e\x08",
)
"""What terminals obey, reorder or do not show."""

INJECTIONS = (
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "/absolute",
    "CON",
    ".",
    "..",
    "a/b",
    "~root",
    "%2e%2e%2f",
    "x'; DROP TABLE workflow_runs; --",
    'x"; DROP SCHEMA public CASCADE; --',
    "$1",
    ":run_id",
    "%s",
    "{0.__class__}",
    "]] redis.call('FLUSHALL') --[[",
    "{other}:run:1",
    "*",
    "a:b",
    "a b",
    "x\r\nFLUSHALL\r\n",
    "\\",
    "'",
    '"',
    "`id`",
    "$(id)",
    "-rf",
    "__class__",
    "__proto__",
)
"""What would mean something to a file system, to SQL, Lua, shells and formats, if it were not data."""

bombs = st.integers(0, len(BOMBS) - 1).map(
    BOMBS.__getitem__
)  # by number: a report shows it, and not its million letters
names = st.sampled_from(OBEYED + INJECTIONS) | st.text(min_size=1, max_size=40).filter(lambda text: text.strip("\x00"))


@st.composite
def spoiled(draw: st.DrawFn, whole: str) -> str:
    """The text of a document, after somebody has been at it."""
    text = whole
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(_PIECES) + text[end:]
    return text


def with_one_part_replaced(whole: Any) -> st.SearchStrategy[str]:
    """The text of an object with another value in the place of one of its fields."""
    fields = st.sampled_from(sorted(whole))
    return st.builds(lambda name, value: _with(whole, name, value), fields, bombs.filter(_is_short_json) | _VALUES)


def _is_short_json(text: str) -> bool:
    return 0 < len(text) < 100_000 and not text.startswith("\ufeff") and " " not in text


def _with(whole: dict[str, Any], name: str, value: str) -> str:
    parts = {key: json.dumps(part) for key, part in whole.items()} | {name: value}
    return "{" + ",".join(f"{json.dumps(key)}:{part}" for key, part in parts.items()) + "}"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
).map(json.dumps)
_PIECES = st.sampled_from(
    ["", "null", "{}", "[]", '"', ",", "}", "\\", "-1", "NaN", "1e999", "\x00", "9" * 5_000, "[" * 2_000]
)
