"""All files of one manifest."""

from pikku.codegen.header import module_header
from pikku.codegen.shapes import Shapes
from pikku.codegen.workflow_client import client_text
from pikku.codegen.workflow_meta import meta_text
from pikku.codegen.workflow_types import types_text
from pikku.codegen.workflow_wirings import wirings_text
from pikku.codegen.workflow_workers import workers_text
from pikku.model.manifest import Manifest


def render(manifest: Manifest, single_queue: bool = True) -> dict[str, str]:
    """The text of each file, by its name: the same for the same source, whatever the order in which it was read."""
    types = [*(each.data for each in manifest.functions), *(each.input for each in manifest.workflows)]
    return {
        "__init__.py": module_header("What `pikku prebuild` has found in the source of this application."),
        "workflow_client.py": client_text(manifest, Shapes(types)),
        "workflow_meta.json": meta_text(manifest),
        "workflow_types.py": types_text(manifest, Shapes(types)),
        "workflow_wirings.py": wirings_text(manifest),
        "workflow_workers.py": workers_text(manifest, single_queue=single_queue),
    }
