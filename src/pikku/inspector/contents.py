"""The contents of files."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from pikku.inspector.listing import Listing
from pikku.inspector.memory import Digests, digest_of
from pikku.inspector.parsing import decoded


class Contents(Struct, frozen=True):
    """The bytes of all files, and their digests, by file; `problems` are those that could not be read, and why."""

    bytes_by_file: Mapping[str, bytes]
    digests: Digests
    problems: tuple[tuple[str, str], ...] = ()

    def texts_with(self, part: bytes) -> dict[str, str]:
        """The texts of the files that have this in them."""
        found = {file: decoded(content) for file, content in self.bytes_by_file.items() if part in content}
        return {file: text for file, text in found.items() if isinstance(text, str)}


def read_contents(root: Path, listing: Listing) -> Contents:
    """Read all files of a listing. What cannot be read is empty, and a problem."""
    contents: dict[str, bytes] = {}
    problems: list[tuple[str, str]] = []
    for source in listing.files:
        try:
            contents[source.file] = (root / source.file).read_bytes()
        except OSError as error:
            contents[source.file] = b""
            problems.append((source.file, error.strerror or str(error)))
    return Contents(contents, {file: digest_of(content) for file, content in contents.items()}, tuple(problems))
