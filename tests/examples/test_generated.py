"""The example's generated code is what its source gives, and is used."""

from pathlib import Path

from pikku.app.configuration import read_configuration
from pikku.codegen import folder_of, render, stale
from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples" / "onboarding"


def test_it_is_not_stale() -> None:
    workflows = read_configuration(EXAMPLE, {}).workflows
    found = inspect(Project(EXAMPLE))
    assert found.diagnostics == ()
    texts = render(found.manifest, workflows.single_queue)
    assert stale(folder_of(workflows.path, EXAMPLE), texts) == [], "run `pikku prebuild` in examples/onboarding"
