"""Where things are in the folder of a store, whatever runs and steps are called."""

import os
import re
from hashlib import sha256

from pikku.model.ids import RunId

SUFFIX = ".json"

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_STEP_FILE = re.compile(r"[A-Za-z0-9_-]{1,48}~[0-9a-f]{16}\.json")
_NO_PART_OF_A_SLUG = re.compile(r"[^A-Za-z0-9_]+")
_SLUG_LENGTH = 48


class Layout:
    """The paths of one store. Documents go by names that are relative to its folder: `runs/<run_id>.json`."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = os.path.abspath(os.fspath(folder))
        self.parent = os.path.dirname(self.folder)
        self.marker = self.path("pikku.json")
        self.lock = self.path(".lock")
        self.bell = self.path(".changed")
        self.journal = self.path("journal.json")
        self.fresh = self.path(".new")
        self.runs = self.path("runs")
        self.steps = self.path("steps")

    def path(self, name: str) -> str:
        """Where a document is."""
        return os.path.join(self.folder, name)

    def steps_of(self, run_id: RunId) -> str:
        """The folder of a run's steps. The id must be a usable one."""
        return os.path.join(self.steps, run_id)


def is_usable(run_id: str) -> bool:
    """Whether an id can be the name of a file: what is no plain name could lead out of the folder."""
    return _RUN_ID.fullmatch(run_id) is not None


def run_document(run_id: RunId) -> str:
    """The name of a run's document."""
    return f"runs/{run_id}{SUFFIX}"


def step_document(run_id: RunId, key: str) -> str:
    """The name of a step's document, which also holds its earlier attempts."""
    return f"steps/{run_id}/{step_file(key)}"


def step_file(key: str) -> str:
    """A file name that nobody can misuse: readable, and told apart by the digest where that is not enough."""
    slug = _NO_PART_OF_A_SLUG.sub("-", key[: 4 * _SLUG_LENGTH])[:_SLUG_LENGTH].strip("-") or "step"
    return f"{slug}~{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}{SUFFIX}"


def step_files(folder: str) -> list[str]:
    """The paths of the documents in a folder of steps, none if there is no such folder. Raises `OSError`."""
    try:
        return [os.path.join(folder, file) for file in os.listdir(folder) if is_step_file(file)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def run_of_file(file: str) -> RunId | None:
    """The run whose document a file in `runs` is, `None` for any other file."""
    stem, suffix = os.path.splitext(file)
    return RunId(stem) if suffix == SUFFIX and is_usable(stem) else None


def step_of_document(name: str) -> tuple[RunId, str] | None:
    """The run and the file of a step's document, `None` for any other name."""
    place, _, rest = name.partition("/")
    run_id, _, file = rest.partition("/")
    return (RunId(run_id), file) if place == "steps" and is_usable(run_id) and is_step_file(file) else None


def run_of_document(name: str) -> RunId | None:
    """The run whose document a name is, `None` for any other name."""
    place, _, file = name.partition("/")
    return run_of_file(file) if place == "runs" else None


def is_step_file(file: str) -> bool:
    """Whether a file in a folder of steps is one of their documents."""
    return _STEP_FILE.fullmatch(file) is not None
