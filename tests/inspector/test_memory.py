"""What is kept between inspections changes nothing but the time they take."""

import gc
from pathlib import Path

import pytest
from tests.inspector.projects import function_names, write

from pikku.inspector import memory
from pikku.inspector.inspection import Inspection, inspect
from pikku.inspector.names.codebase import Codebase
from pikku.inspector.project import Project

FILES = {
    "shop/__init__.py": "",
    "shop/names.py": "SEND = 'send'\n",
    "shop/functions.py": "from pikku import func\nfrom .names import SEND\n@func(name=SEND)\ndef send(ctx): ...\n",
    "shop/state.py": "CACHE = {}\n",
    "shop/workflows.py": """
        from pikku import workflow
        from shop.state import CACHE
        @workflow(name="onboarding")
        async def onboarding(ctx):
            await ctx.workflow.do("send", "send")
            return CACHE["a"]
    """,
    "shop/other.py": "from pikku import func\n@func\ndef other(ctx): ...\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(tmp_path, FILES)
    return Project(tmp_path, cache=tmp_path / ".pikku" / "inspection.msgpack")


def fresh(project: Project) -> Inspection:
    return inspect(Project(project.root))


def read_in(project: Project, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The modules that an inspection parses."""
    read: set[str] = set()
    outline = Codebase.outline_or_problem

    def noted(codebase: Codebase, module: str) -> object:
        read.add(module)
        return outline(codebase, module)

    monkeypatch.setattr(Codebase, "outline_or_problem", noted)
    assert inspect(project) == fresh_without_notes(project, monkeypatch, outline, read)
    return read


def fresh_without_notes(
    project: Project, monkeypatch: pytest.MonkeyPatch, outline: object, read: set[str]
) -> Inspection:
    monkeypatch.setattr(Codebase, "outline_or_problem", outline)
    return fresh(project)


def test_nothing_is_read_again_that_has_not_changed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = inspect(project)
    assert first == fresh(project)
    assert read_in(project, monkeypatch) == set()


def test_a_change_has_those_files_read_again_that_looked_into_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect(project)
    write(project.root, {"shop/other.py": "from pikku import func\n@func\ndef other(ctx):\n    return 1\n"})
    assert read_in(project, monkeypatch) == {"shop.other"}


def test_a_constant_of_another_file_changes_what_is_found(project: Project) -> None:
    inspect(project)
    write(project.root, {"shop/names.py": "SEND = 'post'\n"})
    found = inspect(project)
    assert found == fresh(project)
    assert function_names(found) == ["other", "post"]
    assert "PKU401" in [each.code for each in found.diagnostics]


def test_a_variable_that_a_file_begins_to_change_is_told_where_it_is_read(project: Project) -> None:
    assert "PKU808" not in [each.code for each in inspect(project).diagnostics]
    write(project.root, {"shop/other.py": "import pikku\nfrom shop import state\ndef f():\n    state.CACHE['a'] = 1\n"})
    found = inspect(project)
    assert found == fresh(project)
    assert "PKU808" in [each.code for each in found.diagnostics]


def test_a_file_that_comes_may_change_the_meaning_of_any_name(project: Project) -> None:
    inspect(project)
    write(project.root, {"shop/late.py": "from pikku import func\n@func\ndef late(ctx): ...\n"})
    assert function_names(inspect(project)) == ["late", "other", "send"]
    (project.root / "shop" / "late.py").unlink()
    assert inspect(project) == fresh(project)


@pytest.mark.parametrize("damage", [b"", b"\xc1\xff", b"{}", "half"])
def test_a_damaged_cache_is_ignored(project: Project, damage: bytes | str) -> None:
    first = inspect(project)
    cache = project.cache
    assert cache is not None
    cache.write_bytes(cache.read_bytes()[: cache.stat().st_size // 2] if isinstance(damage, str) else damage)
    assert inspect(project) == first
    assert memory.load(cache) is not None


def test_a_cache_of_another_version_is_ignored(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = inspect(project)
    monkeypatch.setattr(memory, "own_version", lambda: "another")
    assert memory.load(project.cache) is None
    assert inspect(project) == first


def test_a_folder_that_cannot_hold_a_cache_is_nobodys_problem(project: Project) -> None:
    (project.root / "file").touch()
    assert inspect(Project(project.root, cache=project.root / "file" / "cache")) == fresh(project)


def test_no_draft_is_left_behind(project: Project) -> None:
    inspect(project)
    assert [each.name for each in (project.root / ".pikku").iterdir()] == ["inspection.msgpack"]


def test_what_is_forgotten_to_make_room_is_read_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = inspect(Project(project.root))
    monkeypatch.setattr("pikku.inspector.names.codebase._LINES_KEPT", 1)
    assert inspect(Project(project.root)) == whole


def test_an_inspection_leaves_nothing_to_the_collector_of_garbage(project: Project) -> None:
    inspect(Project(project.root))
    gc.collect()
    inspect(Project(project.root))
    assert gc.collect() < 100
