"""An audit that could not ask must not look like one that found nothing."""

import json
import re

import pytest
from tests.security.audit import verdict

FINE = {"name": "click", "version": "8", "vulns": []}
BAD = {"name": "old", "version": "1", "vulns": [{"id": "PYSEC-1"}]}


@pytest.mark.parametrize(
    ("out", "err", "code", "text"),
    [
        (json.dumps({"dependencies": [FINE]}), "", 0, "1 packages checked"),
        (json.dumps({"dependencies": [FINE, BAD]}), "", 1, "VULNERABLE: old: PYSEC-1"),
        ("", "Traceback\nConnectionError: no route\n", 2, "NOT CHECKED, .* ConnectionError: no route"),
        (json.dumps({"dependencies": [{"name": "click", "skip_reason": "unknown"}]}), "", 2, "NOT CHECKED"),
        (json.dumps({"dependencies": []}), "", 2, "NOT CHECKED"),
    ],
)
def test_only_what_was_asked_about_is_passed(out: str, err: str, code: int, text: str) -> None:
    found = verdict(out, err)
    assert found.code == code
    assert re.search(text, found.text)
