"""Names of settings that are almost those that there are.

A name that nobody knows may be another program's: the file is shared with the original, and variables belong to everybody.
One that is nearly ours is a slip, and to go on without it could mean another store than was meant.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from pikku.model.errors import ConfigurationError

_NEAR = 0.8


def refuse_misspellings(source: str, unknown: Iterable[str], known: Iterable[str]) -> None:
    """Raise `ConfigurationError` for an unknown name that is nearly a known one."""
    ours = {_plain(name): name for name in known}
    for name in sorted(unknown):
        near = get_close_matches(_plain(name), ours, n=1, cutoff=_NEAR)
        if near:
            raise ConfigurationError(f"{source}: there is no setting {name!r}; did you mean {ours[near[0]]!r}?")


def _plain(name: str) -> str:
    return name.removeprefix("PIKKU_").replace("_", "").replace("-", "").casefold()
