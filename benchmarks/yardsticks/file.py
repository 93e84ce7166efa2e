"""Lines at the end of a file, each written through to the disk."""

import os

from benchmarks.rate import PAYLOAD, rate


async def appends(url: str, seconds: float) -> dict[str, float]:
    """Lines a second."""
    path = url.removeprefix("file://")
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    async def one(number: int) -> None:
        os.write(descriptor, f"{PAYLOAD}\n".encode())
        os.fdatasync(descriptor)

    found = await rate(one, seconds)
    os.close(descriptor)
    return {"one": found}
