"""The application in its folder."""

import sys
from pathlib import Path

import pytest
from tests.cli import projects
from tests.cli.surroundings import QUIET, SHOP, Shop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """In the current folder: an application, and no store yet."""
    (tmp_path / "shop_under_test.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "shop_under_test", raising=False)
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIKKU_APP", "shop_under_test:app")
    return Shop(tmp_path, capsys)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """In the current folder: source in which nothing is wrong, and no settings."""
    (tmp_path / "shop.py").write_text(projects.SHOP)
    monkeypatch.chdir(tmp_path)
    for name in (*QUIET, "PIKKU_QUEUE", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    return Shop(tmp_path, capsys)
