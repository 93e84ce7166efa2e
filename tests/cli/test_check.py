"""`pikku check`: what is wrong in the source, and the exit code."""

import json

import pytest
from tests.cli.projects import CLOCK, SYNTAX_ERROR
from tests.cli.surroundings import Shop


def test_a_project_in_which_nothing_is_wrong(project: Shop) -> None:
    ran = project.pikku("check")
    assert (ran.code, ran.out, ran.err) == (0, "no findings in 1 workflow and 1 function\n", "")


def test_an_error_is_shown_where_it_is_and_is_told_by_the_exit_code(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK)
    ran = project.pikku("check")
    lines = ran.out.splitlines()
    assert ran.code == 1
    assert lines[0].startswith("shop.py:23:13: PKU801 error: ")
    assert lines[1] == "   23 |     began = datetime.now()"
    assert lines[2].startswith("      |             ^^^^^")
    assert lines[-1] == "1 error in 1 file"


def test_the_source_is_not_executed(project: Shop) -> None:
    (project.folder / "shop.py").write_text("raise SystemExit(3)\n")
    assert project.pikku("check").code == 0


def test_a_syntax_error_is_a_finding(project: Shop) -> None:
    (project.folder / "shop.py").write_text(SYNTAX_ERROR)
    ran = project.pikku("check")
    assert ran.code == 1
    assert ran.out.startswith("shop.py:23:20:")
    assert " PKU001 error: " in ran.out
    assert ran.err == ""


def test_warnings_alone_are_no_failure(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK.replace("datetime.now()", "open('x').read()"))
    ran = project.pikku("check")
    assert "PKU806 warning: " in ran.out
    assert ran.code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--ignore", "PKU801"], 0),
        (["--ignore", "PKU1,pku8"], 0),
        (["--select", "PKU4"], 0),
        (["--select", "PKU4", "--select", "PKU801"], 1),
        (["--select", "PKU8", "--ignore", "PKU80"], 0),
    ],
)
def test_codes_are_chosen_and_left_out_by_their_beginnings(project: Shop, options: list[str], code: int) -> None:
    (project.folder / "shop.py").write_text(CLOCK)
    ran = project.pikku("check", *options)
    assert (ran.code, "PKU801" in ran.out) == (code, code == 1)


def test_a_code_that_does_not_exist_is_wrong_usage(project: Shop) -> None:
    ran = project.pikku("check", "--select", "PKU810,PKU888")
    assert ran.code == 2
    assert "there is no code 'PKU888'; did you mean 'PKU80" in ran.err


def test_statistics_count_each_code(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK.replace("datetime.now()", "(datetime.now(), datetime.now())"))
    ran = project.pikku("check", "--statistics")
    assert ran.code == 1
    assert [line.split()[:3] for line in ran.out.splitlines()[1:]] == [["2", "PKU801", "error"]]
    assert project.pikku("check", "--statistics", "--format", "json").code == 2


def test_only_what_is_in_the_given_files_is_told(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK)
    (project.folder / "other").mkdir()
    (project.folder / "other" / "nothing.py").write_text("")
    assert project.pikku("check", "other").code == 0
    assert project.pikku("check", "shop.py").code == 1
    assert project.pikku("check", "other", "shop.py").code == 1
    assert project.pikku("check", ".").code == 1


def test_the_rest_of_the_project_is_known_when_one_file_is_checked(project: Shop) -> None:
    (project.folder / "more.py").write_text(
        "from pikku import Services, WorkflowContext, workflow\n\n\n"
        '@workflow(name="more")\n'
        "async def more(ctx: WorkflowContext[Services]) -> None:\n"
        '    await ctx.workflow.do("reserve", "stock.reserve", {"id": "1", "total": 2.0})\n'
    )
    assert "PKU401" not in project.pikku("check", "more.py").out


def test_tests_are_checked_when_they_are_named(project: Shop) -> None:
    (project.folder / "tests").mkdir()
    (project.folder / "tests" / "test_shop.py").write_text(CLOCK)
    assert project.pikku("check").code == 0
    assert "tests/test_shop.py:23:13: PKU801" in project.pikku("check", "tests").out


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("nowhere.py", "there is no file or folder 'nowhere.py'"),
        ("..", "'..' is not in this folder; go to the folder of its project"),
    ],
)
def test_a_path_that_cannot_be_checked_is_wrong_usage(project: Shop, path: str, line: str) -> None:
    ran = project.pikku("check", path)
    assert (ran.code, ran.out) == (2, "")
    assert line in ran.err


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_documents_are_valid_also_when_nothing_is_found(project: Shop, form: str) -> None:
    ran = project.pikku("check", "--format", form)
    assert ran.code == 0
    json.loads(ran.out)


def test_github_commands_are_all_that_is_written(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK)
    ran = project.pikku("check", "--format", "github")
    assert [line[:22] for line in ran.out.splitlines()] == ["::error file=shop.py,l"]
    assert ran.code == 1


def test_what_is_kept_for_the_next_time_is_not_for_version_control(project: Shop) -> None:
    project.pikku("check")
    assert (project.folder / ".pikku" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written_is_checked_all_the_same(project: Shop) -> None:
    (project.folder / ".pikku").write_text("a file, where a folder should be")
    assert project.pikku("check").code == 0
