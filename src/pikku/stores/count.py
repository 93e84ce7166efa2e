"""How many of something a store is to have, as its user says."""

from pikku.model.errors import ConfigurationError


def count_of(name: str, number: int, *, least: int) -> int:
    """The number, looked at: with too few, a store would wait for ever. Raises `ConfigurationError`."""
    if number < least:
        raise ConfigurationError(f"the option {name} of a store is {number}; give it {least} or more")
    return number
