"""What a message looks like as a job of PgQueuer: the queue is its entrypoint, ids are all that it says."""

from functools import lru_cache
from hashlib import sha256

import msgspec
from msgspec import Struct

from pikku.model.ids import RunId
from pikku.model.names import storable
from pikku.ports.queue import Message

LONGEST = 500
"""In bytes: PgQueuer has indexes of entrypoints, and what is indexed must be short."""


class Slip(Struct, frozen=True, omit_defaults=True):
    """The payload of a message."""

    run_id: str
    key: str | None = None


def written(message: Message) -> bytes:
    return _encoder.encode(Slip(message.run_id, message.key))


def told_by(payload: bytes | None) -> RunId | None:
    """The run that a message is about; `None` if it is none of ours."""
    try:
        return RunId(_decoder.decode(payload or b"").run_id)
    except (msgspec.MsgspecError, UnicodeError):
        return None


@lru_cache(maxsize=4096)
def entrypoint_of(queue: str) -> str:
    """The queue's name at PgQueuer: itself, unless it is too long or has what PostgreSQL cannot hold."""
    name = storable(queue)
    if name == queue and len(name.encode()) <= LONGEST:
        return name
    return f"{name[:100]}-{sha256(queue.encode('utf-8', 'surrogatepass')).hexdigest()}"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Slip)
