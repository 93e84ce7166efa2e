"""What a message says to a library that carries jobs: ids, and nothing else."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from pikku.model.ids import RunId
from pikku.ports.queue import Message
from pikku.ports.store import Hint


class Slip(Struct, frozen=True, omit_defaults=True):
    """The data of the job that a message is carried as."""

    run_id: str
    key: str | None = None


def slip_of(message: Message) -> Slip:
    """What is written down of a message."""
    return Slip(message.run_id, message.key)


def hint_of(slips: Iterable[bytes | str | None]) -> Hint:
    """Where to look, from the JSON of slips. It is anywhere when one of them is somebody else's job."""
    run_ids = frozenset(map(_told_by, slips))
    known = frozenset(each for each in run_ids if each is not None)
    return known if len(known) == len(run_ids) else frozenset()


def _told_by(slip: bytes | str | None) -> RunId | None:
    try:
        return RunId(_decoder.decode(slip or b"").run_id)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


_decoder = msgspec.json.Decoder(Slip)
