"""Generated files on disk: written when they change, and not otherwise; what is not ours is left alone."""

from pathlib import Path

from pikku.codegen import stale, write
from pikku.codegen.header import MARK

TEXTS = {"__init__.py": f'"""{MARK}."""\n', "a.py": f'"""A. {MARK}."""\n', "b.json": "{}\n"}


def test_everything_is_written_once(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "generated"
    assert stale(folder, TEXTS) == write(folder, TEXTS) == sorted(TEXTS)
    before = {file.name: file.stat() for file in folder.iterdir()}
    assert stale(folder, TEXTS) == write(folder, TEXTS) == []
    assert {file.name: file.stat() for file in folder.iterdir()} == before
    assert (folder / "a.py").read_text("utf-8") == TEXTS["a.py"]


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    write(tmp_path, TEXTS)
    (tmp_path / "a.py").write_bytes(TEXTS["a.py"].replace("\n", "\r\n").encode())
    assert stale(tmp_path, TEXTS) == write(tmp_path, TEXTS) == ["a.py"]
    assert stale(tmp_path, TEXTS) == []


def test_files_of_ours_that_are_not_needed_any_more_are_removed_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, {**TEXTS, "old.py": f'"""Old. {MARK}."""\n'})
    (tmp_path / "mine.py").write_text("x = 1\n")
    (tmp_path / "broken.py").write_bytes(b"\xff\xfe")
    assert stale(tmp_path, TEXTS) == write(tmp_path, TEXTS) == ["old.py"]
    assert {file.name for file in tmp_path.iterdir()} == {*TEXTS, "mine.py", "broken.py"}


def test_the_init_of_a_package_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    for own in ("", "from shop import app\n"):
        (tmp_path / "__init__.py").write_text(own)
        write(tmp_path, TEXTS)
        assert (tmp_path / "__init__.py").read_text() == own
        assert stale(tmp_path, TEXTS) == []


def test_nothing_is_left_beside_the_files(tmp_path: Path) -> None:
    write(tmp_path, TEXTS)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(TEXTS)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o644}
