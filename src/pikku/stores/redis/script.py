"""The scripts: what the store asks of the server, one for each verb."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files

from pikku.stores.redis.record import BARE_FIELDS, RUN_FIELDS

_WRITING = ("common", "runs", "touched", "steps")
_READING = ("common", "runs", "steps", "reading")
_PARTS = {
    "apply": _WRITING,
    "claim_runs": ("common", "order", "runs", "reading"),
    "claim_steps": ("order", *_WRITING),
    "renew": _WRITING,
    "next_due": ("common", "runs", "steps"),
    "load": _READING,
    "read_run": _READING,
    "read_history": _READING,
    "list_runs": ("order", *_READING),
}
"""What each begins with: no more than it needs, as the server executes all of it at every call."""


@cache
def script_text(name: str) -> str:
    """The text of a script of the folder `lua`, after what it begins with."""
    parts = _PARTS[name]
    fields = [_array("RUN_FIELDS", RUN_FIELDS), _array("BARE_FIELDS", BARE_FIELDS)] if "reading" in parts else []
    return "\n".join([*fields, *(_file(each) for each in (*parts, name))])


@cache
def script_digest(name: str) -> str:
    """What the server calls the script by, once it has seen its text."""
    return sha1(script_text(name).encode(), usedforsecurity=False).hexdigest()


def _array(name: str, texts: Sequence[str]) -> str:
    return f"local {name} = {{{', '.join(map(repr, texts))}}}"


def _file(name: str) -> str:
    return files(__package__).joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
