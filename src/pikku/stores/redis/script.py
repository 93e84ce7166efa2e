"""The scripts: what the store asks of the server, one for each verb."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files

from pikku.stores.redis.record import BARE_FIELDS, RUN_FIELDS, STEP_FIELDS

_PARTS = ("common", "runs", "steps")


@cache
def script_text(name: str) -> str:
    """The text of a script of the folder `lua`, after what all of them begin with."""
    fields = {"RUN_FIELDS": RUN_FIELDS, "BARE_FIELDS": BARE_FIELDS, "STEP_FIELDS": STEP_FIELDS}
    arrays = [_array(*each) for each in fields.items()]
    return "\n".join([*arrays, *(_file(each) for each in (*_PARTS, name))])


@cache
def script_digest(name: str) -> str:
    """What the server calls the script by, once it has seen its text."""
    return sha1(script_text(name).encode(), usedforsecurity=False).hexdigest()


def _array(name: str, texts: Sequence[str]) -> str:
    return f"local {name} = {{{', '.join(map(repr, texts))}}}"


def _file(name: str) -> str:
    return files(__package__).joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
