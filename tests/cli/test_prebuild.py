"""`pikku prebuild`: files are generated when they must be, and only then."""

from pathlib import Path

from tests.cli.projects import CLOCK, SHOP
from tests.cli.surroundings import Shop


def generated(project: Shop) -> dict[Path, tuple[str, int]]:
    """The generated files, with their content and the time of the last change."""
    files = [file for file in project.folder.rglob("workflow_*") if "__pycache__" not in file.parts]
    return {file: (file.read_text("utf-8"), file.stat().st_mtime_ns) for file in files}


def test_files_are_written_and_named_and_then_left_alone(project: Shop) -> None:
    first = project.pikku("prebuild")
    written = generated(project)
    assert (first.code, first.out) == (0, "")
    assert sorted(file.name for file in written) == [
        "workflow_client.py",
        "workflow_meta.json",
        "workflow_types.py",
        "workflow_wirings.py",
        "workflow_workers.py",
    ]
    assert first.err.startswith("pikku: wrote ")
    assert all(file.name in first.err for file in written)
    second = project.pikku("prebuild")
    assert second.err == "pikku: the generated files are up to date: 1 workflow and 1 function\n"
    assert generated(project) == written


def test_check_writes_nothing_and_tells_what_is_stale(project: Shop) -> None:
    before = project.pikku("prebuild", "--check")
    assert before.code == 1
    assert before.err.startswith("pikku: stale: ")
    assert generated(project) == {}
    project.pikku("prebuild")
    assert project.pikku("prebuild", "--check").code == 0
    (project.folder / "shop.py").write_text(SHOP.replace('name="order"', 'name="purchase"'))
    after = project.pikku("prebuild", "--check")
    assert after.code == 1
    assert "workflow_client.py" in after.err
    assert after.err.endswith("; run `pikku prebuild`\n")


def test_nothing_is_written_while_there_are_errors(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK)
    for options in ([], ["--check"]):
        ran = project.pikku("prebuild", *options)
        assert ran.code == 1
        assert "PKU801" in ran.out
        assert ran.err == "pikku: nothing is written while there are errors\n"
    assert generated(project) == {}


def test_files_go_where_the_settings_say(project: Shop) -> None:
    (project.folder / "pikku.config.json").write_text('{"workflows": {"path": "made/here"}}')
    project.pikku("prebuild")
    assert {file.parent for file in generated(project)} == {project.folder / "made" / "here"}


def test_generated_files_are_no_findings(project: Shop) -> None:
    project.pikku("prebuild")
    assert project.pikku("check").out == "no findings in 1 workflow and 1 function\n"


def test_a_folder_that_cannot_be_written_is_one_line(project: Shop) -> None:
    (project.folder / "made").write_text("a file")
    (project.folder / "pikku.config.json").write_text('{"workflows": {"path": "made/here"}}')
    for options in ([], ["--check"]):
        ran = project.pikku("prebuild", *options)
        assert ran.code == 2
        assert ran.err.endswith("made/here: Not a directory; workflows.path chooses another folder\n")
