"""What is kept between two inspections. Nothing depends on it but time."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Collection
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from pikku.inspector.facts import Facts
from pikku.model.diagnostic import Diagnostic
from pikku.model.manifest import Manifest

T = TypeVar("T")
Digests = dict[str, str]
KeptChanges = dict[str, tuple[frozenset[str], Digests]]
_OWN_FOLDERS = ("inspector", "model")


class Inspection(Struct, frozen=True):
    """What was found in a project: what it consists of, and what is wrong in it, by place."""

    manifest: Manifest
    diagnostics: tuple[Diagnostic, ...] = ()


class KeptModule(Struct, frozen=True):
    """What was read in one module, and the digests of all files that this depends on.

    `checked_under` is the digest of what the whole project said of functions when it was checked; `asked` are the variables of
    modules that it wanted to know about, and whether they were changed somewhere.
    """

    facts: Facts
    looked_at: Digests
    checked_under: str
    found: tuple[Diagnostic, ...]
    checked_by: Digests
    asked: dict[str, bool]

    def is_checked(self, digests: Digests, under: str, changed: Collection[str]) -> bool:
        """Whether the checks would find the same again."""
        unchanged = all(digests.get(module) == digest for module, digest in self.checked_by.items())
        if self.checked_under != under or not unchanged:
            return False
        return all((name in changed) == answer for name, answer in self.asked.items())


class KeptModules(Struct, frozen=True):
    """What was read in single modules. `changes` is which variables those change that were asked for it, and the digests of
    all files that this depends on."""

    modules: dict[str, KeptModule] = {}
    changes: KeptChanges = {}


class Kept(Struct, frozen=True):
    """The content of the cache. `version` is that of this program, `files` the digest of the names of all files, `everything`
    that of their contents too."""

    version: str
    files: str
    everything: str
    inspection: msgspec.Raw
    modules: msgspec.Raw


def load(cache: Path | None) -> Kept | None:
    """What was kept by this very version; `None` for anything else, and for what is damaged."""
    if cache is None:
        return None
    try:
        kept = msgspec.msgpack.decode(cache.read_bytes(), type=Kept)
    except (OSError, ValueError, RecursionError):
        return None
    return kept if kept.version == own_version() else None


def kept_inspection(kept: Kept) -> Inspection | None:
    """The result of the last inspection."""
    return _decoded(kept.inspection, Inspection)


def kept_modules(kept: Kept) -> KeptModules:
    """What was read in single modules."""
    return _decoded(kept.modules, KeptModules) or KeptModules()


def save(cache: Path, files: str, everything: str, inspection: Inspection, modules: KeptModules) -> None:
    """Replace the cache, at once or not at all; a folder that cannot be written is nobody's problem."""
    encode = msgspec.msgpack.encode
    kept = Kept(own_version(), files, everything, msgspec.Raw(encode(inspection)), msgspec.Raw(encode(modules)))
    name = None
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=cache.parent, prefix=cache.name, suffix=".part")
        with os.fdopen(descriptor, "wb") as part:
            part.write(encode(kept))
        os.replace(name, cache)
    except OSError:
        if name is not None:
            with contextlib.suppress(OSError):
                os.unlink(name)


def digest_of(*parts: bytes) -> str:
    """Short, and different for what is different."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def own_version() -> str:
    """Changes with every change of the inspector itself."""
    package = Path(__file__).parent.parent
    parts = [repr(sys.version_info).encode()]
    for folder in _OWN_FOLDERS:
        for file in sorted((package / folder).rglob("*.py")):
            stat = file.stat()
            parts.append(f"{file.name} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest_of(*parts)


def _decoded(raw: msgspec.Raw, type_: type[T]) -> T | None:
    try:
        return msgspec.msgpack.decode(raw, type=type_)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
