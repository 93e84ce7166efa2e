"""Where settings come from, and what is said of wrong ones."""

from pathlib import Path

import pytest

from pikku import Retention
from pikku.app.adapters import store_from
from pikku.app.configuration import read_configuration
from pikku.app.loading import load_app
from pikku.app.modules import load_module
from pikku.app.pikku import service_for
from pikku.model.errors import ConfigurationError, StoreURLError


def test_each_source_is_stronger_than_the_one_before(tmp_path: Path) -> None:
    assert read_configuration(tmp_path, {}).store is None
    (tmp_path / "pikku.config.json").write_text(
        '{"store": "file:a", "lease": "5s", "app": "a:a", "workflows": {"singleQueue": true, "path": "src/gen"}}'
    )
    (tmp_path / "pyproject.toml").write_text('[tool.pikku]\nstore = "file:b"\napp = "b:b"')
    configuration = read_configuration(tmp_path, {"PIKKU_APP": "c:c", "PIKKU_RESIDENT_BODIES": "7"})
    assert (configuration.lease, configuration.store, configuration.app) == ("5s", "file:b", "c:c")
    assert configuration.resident_bodies == 7
    assert configuration.workflows.path == "src/gen"


def test_a_number_in_a_variable_is_milliseconds(tmp_path: Path) -> None:
    assert read_configuration(tmp_path, {"PIKKU_BLOCKED_AFTER": "0"}).blocked_after == 0


@pytest.mark.parametrize(
    ("files", "environment", "kept"),
    [
        ({}, {}, None),
        ({"pikku.config.json": '{"retention": "30d"}'}, {}, Retention(age="30d")),
        (
            {"pyproject.toml": '[tool.pikku.retention]\nage = "30d"\ncount = 9\nfailedAge = "90d"\nfailedCount = 5'},
            {},
            Retention(age="30d", count=9, failed_age="90d", failed_count=5),
        ),
        ({"pikku.config.json": '{"retention": "30d"}'}, {"PIKKU_RETENTION": '{"count": 9}'}, Retention(count=9)),
        ({}, {"PIKKU_RETENTION": "2h"}, Retention(age="2h")),
    ],
)
def test_how_long_runs_are_kept(
    tmp_path: Path, files: dict[str, str], environment: dict[str, str], kept: Retention | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    configuration = read_configuration(tmp_path, environment)
    assert service_for("memory://", configuration).settings.retention == kept


def test_the_configuration_file_of_the_original_is_read(tmp_path: Path) -> None:
    (tmp_path / "pikku.config.json").write_text(
        '{"tsconfig": "./tsconfig.json", "workflows": {"singleQueue": true, "path": "src/pikku.workflows.gen.ts"}}'
    )
    assert read_configuration(tmp_path, {"PIKKU_OF_SOMEBODY_ELSE": "1"}).workflows.single_queue


@pytest.mark.parametrize(
    ("files", "environment", "problem"),
    [
        ({"pikku.config.json": "{"}, {}, "pikku.config.json cannot be read"),
        ({"pikku.config.json": "[]"}, {}, "pikku.config.json must hold one JSON object"),
        ({"pikku.config.json": '{"store": 5}'}, {}, r"pikku.config.json: Expected .*str.*\$.store"),
        ({"pyproject.toml": "["}, {}, "pyproject.toml cannot be read"),
        ({"pyproject.toml": "[tool]\npikku = 5"}, {}, "must be a table"),
        ({"pikku.config.json": '{"lease": "soon"}'}, {}, "pikku.config.json: lease: 'soon' is not a duration"),
        ({}, {"PIKKU_LEASE": "soon"}, "the environment: PIKKU_LEASE: 'soon' is not a duration"),
        ({}, {"PIKKU_VALUE_LIMIT": "big"}, "the environment: Expected `int`.* at PIKKU_VALUE_LIMIT"),
        ({}, {"PIKKU_VALUE_LIMIT": "0"}, "the environment: Expected `int` >= 1 - at PIKKU_VALUE_LIMIT"),
        ({"pikku.config.json": '{"residentBodies": -1}'}, {}, r"Expected `int` >= 0.*\$.residentBodies"),
        ({}, {"PIKKU_CPU_PROCESSES": "0"}, "the environment: Expected `int` >= 1.* at PIKKU_CPU_PROCESSES"),
        ({}, {"PIKKU_BLOCKED_AFTER": "never"}, "the environment: PIKKU_BLOCKED_AFTER: 'never' is not a duration"),
        ({}, {"PIKKU_RETENTION": "long"}, "the environment: PIKKU_RETENTION: 'long' is not a duration"),
        ({}, {"PIKKU_RETENTION": '{"age": '}, "PIKKU_RETENTION is neither a duration nor a JSON object"),
        ({"pikku.config.json": '{"retention": {"days": 3}}'}, {}, r"unknown field `days`.*\$.retention"),
        ({"pyproject.toml": "[tool.pikku.retention]\ncount = -1"}, {}, "tool.pikku.*at least 0 runs, not -1"),
        ({"pikku.config.json": '{"stor": "file:a"}'}, {}, "there is no setting 'stor'; did you mean 'store'?"),
        (
            {"pyproject.toml": "[tool.pikku]\nvalue_limit = 9"},
            {},
            "tool.pikku.*'value_limit'; did you mean 'valueLimit'",
        ),
        ({"pikku.config.json": '{"workflows": {"singlequeue": true}}'}, {}, "workflows: .*did you mean 'singleQueue'"),
        ({}, {"PIKKU_STOREE": "memory://"}, "the environment: .*'PIKKU_STOREE'; did you mean 'PIKKU_STORE'"),
    ],
)
def test_a_wrong_setting_names_its_source(
    tmp_path: Path, files: dict[str, str], environment: dict[str, str], problem: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigurationError, match=problem):
        read_configuration(tmp_path, environment)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("memory://", "MemoryStore"),
        ("sqlite:///a%20b.db", "a b.db"),
        ("file:state", "state"),
        ("file:///var/state", "/var/state"),
    ],
)
def test_an_address_becomes_a_store(url: str, shown: str) -> None:
    assert shown in repr(store_from(url))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("pikku.db", "it has no scheme"),
        ("sqlite://pikku.db", "three slashes"),
        ("sqlite:", "three slashes"),
        ("file://host/x", "has no host"),
        ("mongodb://x", "'mongodb' is not a scheme that this version knows"),
    ],
)
def test_a_bad_address_says_what_is_accepted(url: str, problem: str) -> None:
    with pytest.raises(StoreURLError, match=problem):
        store_from(url)


@pytest.mark.parametrize(
    ("source", "address", "problem"),
    [
        ("app = 5", "{}:app", "'app' in {} is not a Pikku application$"),
        ("from pikku import Pikku\nshop = Pikku()", "{}:app", "did you mean {}:shop"),
        ("import nothing_of_that_name", "{}:app", r"{}.py:1: No module named 'nothing_of_that_name'"),
        ("def broken(:", "{}:app", r"{}.py:1: SyntaxError"),
        ("1 / 0", "{}:app", r"{}.py:1: ZeroDivisionError: division by zero"),
        ("", "no_such_module:app", "there is no module 'no_such_module' on the import path"),
        ("", "{}", "write package.module:name"),
    ],
)
def test_an_application_that_cannot_be_loaded_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    source: str,
    address: str,
    problem: str,
) -> None:
    name = f"sample_{abs(hash(request.node.name))}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError, match=problem.format(name)) as caught:
        load_app(address.format(name))
    assert "\n" not in str(caught.value)


def test_a_module_that_is_included_and_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"Pikku\(include=\[…\]\): there is no module 'shop'"):
        load_module("shop.functions", "Pikku(include=[…])")
