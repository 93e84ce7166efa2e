"""Files as a code host knows them."""

import os
from pathlib import Path


def file_in_repository(file: str, root: Path) -> str:
    """The file relative to the checkout, if the environment tells where that is (`GITHUB_WORKSPACE`), else as it is."""
    checkout = os.environ.get("GITHUB_WORKSPACE")
    if not checkout:
        return file
    try:
        return (root.resolve() / file).relative_to(Path(checkout).resolve()).as_posix()
    except ValueError:
        return file
