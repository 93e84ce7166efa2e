"""All files of one manifest."""

from collections.abc import Iterable
from typing import TypeVar

from msgspec import structs

from pikku.codegen.header import module_header
from pikku.codegen.shapes import Shapes
from pikku.codegen.workflow_client import client_text
from pikku.codegen.workflow_meta import meta_text
from pikku.codegen.workflow_types import types_text
from pikku.codegen.workflow_wirings import wirings_text
from pikku.codegen.workflow_workers import workers_text
from pikku.model.manifest import Manifest

T = TypeVar("T")


def render(manifest: Manifest, single_queue: bool = True) -> dict[str, str]:
    """The text of each file, by its name: the same for the same source, whatever the order in which it was read.

    Of several things of one name, as applications side by side have them, the first counts.
    """
    manifest = _each_name_once(manifest)
    types = [*(each.data for each in manifest.functions), *(each.input for each in manifest.workflows)]
    return {
        "__init__.py": module_header("What `pikku prebuild` has found in the source of this application."),
        "workflow_client.py": client_text(manifest, Shapes(types)),
        "workflow_meta.json": meta_text(manifest),
        "workflow_types.py": types_text(manifest, Shapes(types)),
        "workflow_wirings.py": wirings_text(manifest),
        "workflow_workers.py": workers_text(manifest, single_queue=single_queue),
    }


def _each_name_once(manifest: Manifest) -> Manifest:
    return structs.replace(
        manifest,
        functions=_first((each.name, each) for each in manifest.functions),
        workflows=_first((each.name, each) for each in manifest.workflows),
        queue_workers=_first((each.queue_name, each) for each in manifest.queue_workers),
    )


def _first(named: Iterable[tuple[str, T]]) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for name, thing in named:
        found.setdefault(name, thing)
    return tuple(found[name] for name in sorted(found))
