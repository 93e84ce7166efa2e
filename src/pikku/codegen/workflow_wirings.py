"""The file that imports every wiring."""

from pikku.codegen.header import graph_lines, module_header
from pikku.codegen.names import quoted
from pikku.model.manifest import Manifest


def wirings_text(manifest: Manifest) -> str:
    """`workflow_wirings.py`: after importing it, everything is wired."""
    hashes = {workflow.name: workflow.graph_hash for workflow in manifest.workflows}
    lines = [f"import {module}" for module in sorted(manifest.wiring_modules)]
    table = [f"    {quoted(name)}: {quoted(digest)}," for name, digest in sorted(hashes.items())]
    graphs = ["GRAPH_HASHES = {", *table, "}"] if table else ["GRAPH_HASHES: dict[str, str] = {}"]
    explained = (
        '"""The hash of each workflow\'s steps: it changes when they do, and not with comments or formatting."""'
    )
    header = module_header("Imports everything that wires workflows and queue workers.", graph_lines(hashes))
    return "\n".join([header, _CHECKERS, *([*lines, ""] if lines else []), *graphs, explained, ""])


_CHECKERS = "# pyright: reportUnusedImport=false\n"
