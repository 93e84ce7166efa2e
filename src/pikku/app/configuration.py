"""Settings from `pikku.config.json`, `[tool.pikku]` in `pyproject.toml` and `PIKKU_*` variables, the last one the strongest."""

import json
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from pikku.model.duration import parse_duration
from pikku.model.errors import ConfigurationError, DefinitionError
from pikku.model.retention import Retention
from pikku.registry.codecs import VALUE_LIMIT

DEFAULT_STORE = "sqlite:///pikku.db"

_VARIABLES = {
    "PIKKU_APP": "app",
    "PIKKU_STORE": "store",
    "PIKKU_QUEUE": "queue",
    "PIKKU_LEASE": "lease",
    "PIKKU_VALUE_LIMIT": "valueLimit",
    "PIKKU_RESIDENT_BODIES": "residentBodies",
    "PIKKU_LONGEST_WAIT": "longestWait",
    "PIKKU_MIGRATE": "migrate",
    "PIKKU_CPU_PROCESSES": "cpuProcesses",
    "PIKKU_BLOCKED_AFTER": "blockedAfter",
    "PIKKU_HAND_OFF": "handOff",
    "PIKKU_RETENTION": "retention",
}


class WorkflowsConfiguration(msgspec.Struct, frozen=True, rename="camel"):
    """The original's keys. `path` is where generated code goes."""

    single_queue: bool = True
    path: str | None = None


class RetentionConfiguration(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """How long ended runs are kept: see `pikku.Retention`."""

    age: str | int | None = None
    count: int | None = None
    failed_age: str | int | None = None
    failed_count: int | None = None


class Configuration(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What can be configured; a key that is not given has its default, and `store` falls back to `sqlite:///pikku.db`."""

    app: str | None = None
    store: str | None = None
    queue: str = "none"
    lease: str | int = "30s"
    value_limit: Annotated[int, msgspec.Meta(ge=1)] = VALUE_LIMIT
    resident_bodies: Annotated[int, msgspec.Meta(ge=0)] = 10_000
    longest_wait: str | int = "1min"
    migrate: bool = True
    cpu_processes: Annotated[int, msgspec.Meta(ge=1)] | None = None
    blocked_after: str | int = "1s"
    hand_off: bool = True
    retention: str | int | RetentionConfiguration | None = None
    workflows: WorkflowsConfiguration = WorkflowsConfiguration()


_KEYS = frozenset(field.encode_name for field in msgspec.structs.fields(Configuration))
_WORKFLOWS_KEYS = frozenset(field.encode_name for field in msgspec.structs.fields(WorkflowsConfiguration))


def read_configuration(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Configuration:
    """The settings that hold in a folder, by default the current one.

    Raises `ConfigurationError` that names the file or variable, the key and what is wrong with it.
    """
    folder = folder or Path.cwd()
    environment = os.environ if environment is None else environment
    merged: dict[str, Any] = {}
    for source, values in (
        ("pikku.config.json", _from_json(folder / "pikku.config.json")),
        ("pyproject.toml, [tool.pikku]", _from_toml(folder / "pyproject.toml")),
    ):
        _refuse_misspelt_keys(source, values)
        merged |= values
        _converted(merged, source, {})
    values = _from_variables(environment)
    return _converted(
        merged | values, "the environment", {key: name for name, key in _VARIABLES.items() if key in values}
    )


def retention_of(configuration: Configuration) -> Retention | None:
    """How long ended runs are kept, `None`: for ever. Raises `DurationError`, or `DefinitionError` for a count below 0."""
    match configuration.retention:
        case None:
            return None
        case RetentionConfiguration(age, count, failed_age, failed_count):
            return Retention(age=age, count=count, failed_age=failed_age, failed_count=failed_count)
        case age:
            return Retention(age=age)


def _from_json(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        values = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file.name} cannot be read: {error}") from None
    if not isinstance(values, dict):
        raise ConfigurationError(f"{file.name} must hold one JSON object")
    return values


def _from_toml(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        values = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("pikku", {})
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file.name} cannot be read: {error}") from None
    if not isinstance(values, dict):
        raise ConfigurationError(f"[tool.pikku] in {file.name} must be a table")
    return values


def _from_variables(environment: Mapping[str, str]) -> dict[str, Any]:
    _refuse_misspelt("the environment", (name for name in environment if name.startswith("PIKKU_")), _VARIABLES)
    values: dict[str, Any] = {key: environment[name] for name, key in _VARIABLES.items() if environment.get(name)}
    for key in values.keys() & _CHECKS.keys():
        if values[key].isdecimal():  # milliseconds, as a number is in a file
            values[key] = int(values[key])
    if str(values.get("retention", "")).lstrip().startswith("{"):
        try:
            values["retention"] = json.loads(values["retention"])
        except ValueError as error:
            raise ConfigurationError(f"PIKKU_RETENTION is neither a duration nor a JSON object: {error}") from None
    return values


def _refuse_misspelt_keys(source: str, values: dict[str, Any]) -> None:
    _refuse_misspelt(source, values, _KEYS)
    workflows = values.get("workflows")
    if isinstance(workflows, dict):
        _refuse_misspelt(f"{source}, workflows", workflows, _WORKFLOWS_KEYS)


def _refuse_misspelt(source: str, names: Iterable[str], known: Iterable[str]) -> None:
    if unknown := set(names).difference(known):
        from pikku.app.misspelling import refuse_misspellings  # with difflib, which hardly anybody needs

        refuse_misspellings(source, unknown, known)


def _converted(values: dict[str, Any], source: str, variables: Mapping[str, str]) -> Configuration:
    """`variables` are those that keys come from: they are told in the place of the keys."""
    try:
        configuration = msgspec.convert(values, Configuration, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{source}: {_naming(str(error), variables)}") from None
    for key, check in _CHECKS.items():
        if key in values:
            try:
                check(configuration)
            except DefinitionError as error:
                raise ConfigurationError(f"{source}: {variables.get(key, key)}: {error}") from None
    return configuration


def _naming(problem: str, variables: Mapping[str, str]) -> str:
    for key, variable in variables.items():
        problem = problem.replace(f"`$.{key}`", variable)
    return problem


_CHECKS: dict[str, Callable[[Configuration], object]] = {
    "lease": lambda configuration: parse_duration(configuration.lease),
    "longestWait": lambda configuration: parse_duration(configuration.longest_wait),
    "blockedAfter": lambda configuration: parse_duration(configuration.blocked_after),
    "retention": retention_of,
}
