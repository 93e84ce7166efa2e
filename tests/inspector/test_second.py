"""Large projects are read by two processes. What is found is the same."""

import sys
from pathlib import Path

import pytest
from tests.inspector.projects import function_names, write

from pikku.inspector import second
from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project

NUMBER = 12


@pytest.fixture
def project(tmp_path: Path) -> Project:
    text = """
        from pikku import func, workflow
        from shop.part{before} import NAME as OTHER
        NAME = "part.{number}"
        @func(name=NAME)
        def part(ctx, data: int): ...
        @workflow(name="{number}")
        async def body(ctx):
            await ctx.workflow.do("known", OTHER, 1)
            await ctx.workflow.do("unknown", "part.x")
    """
    files = {f"shop/part{each}.py": text.format(number=each, before=(each - 1) % NUMBER) for each in range(NUMBER)}
    write(tmp_path, {"shop/__init__.py": "", **files})
    return Project(tmp_path)


@pytest.fixture
def is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "_is_worth_it", lambda modules: len(modules) > 1)


def test_two_processes_find_the_same_as_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = inspect(project)
    assert len(function_names(alone)) == len(alone.manifest.workflows) == NUMBER
    assert [each.code for each in alone.diagnostics] == ["PKU401"] * NUMBER
    answers: list[object] = []
    receive = second.Second._receive

    def noted(self: second.Second, type_: type[object]) -> object:
        answers.append(receive(self, type_))
        return answers[-1]

    monkeypatch.setattr(second, "_is_worth_it", lambda modules: len(modules) > 1)
    monkeypatch.setattr(second.Second, "_receive", noted)
    assert inspect(project) == alone
    assert [len(each) for each in answers if isinstance(each, dict)] == [NUMBER // 2, NUMBER // 2]


@pytest.mark.usefixtures("is_worth_it")
@pytest.mark.parametrize("program", ["/bin/false", "/bin/cat", "/nowhere"])
def test_without_its_help_all_is_done_here(project: Project, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert len(function_names(inspect(project))) == NUMBER


@pytest.mark.usefixtures("is_worth_it")
def test_the_process_imports_nothing_of_the_user(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project.root, {"msgspec.py": "open('imported', 'w')", "ast.py": "open('imported', 'w')"})
    monkeypatch.chdir(project.root)
    assert len(function_names(inspect(project))) == NUMBER
    assert not Path("imported").exists()
