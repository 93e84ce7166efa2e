"""The manifest of the example application, byte for byte. `PIKKU_RENEW_GOLDEN=1` renews it."""

import os
from pathlib import Path

import msgspec

from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples" / "onboarding"
GOLDEN = Path(__file__).parent / "golden" / "manifest_onboarding.json"


def test_the_manifest_of_the_example_is_as_it_was() -> None:
    found = inspect(Project(EXAMPLE))
    text = msgspec.json.format(msgspec.json.encode(found.manifest, order="sorted"), indent=2) + b"\n"
    if os.environ.get("PIKKU_RENEW_GOLDEN"):
        GOLDEN.write_bytes(text)
    assert text == GOLDEN.read_bytes()
    assert found.diagnostics == ()
