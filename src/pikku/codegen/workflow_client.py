"""The file with the typed client."""

from pikku.codegen.header import graph_lines, module_header
from pikku.codegen.layout import WIDTH, bracketed
from pikku.codegen.names import docstring, identifiers, quoted
from pikku.codegen.shapes import Shapes
from pikku.model.manifest import Manifest, WorkflowInfo


def client_text(manifest: Manifest, shapes: Shapes) -> str:
    """`workflow_client.py`: `Workflows(pikku).onboarding.start(input)`."""
    hashes = {workflow.name: workflow.graph_hash for workflow in manifest.workflows}
    names = identifiers(hashes)
    types = [(_input(each, shapes), shapes.given(each.output)) for each in manifest.workflows]
    dicts = [shape.name for shape in shapes.all() if any(_mentions(given, shape.name) for given, _ in types)]
    members: list[str] = []
    for workflow, (given, result) in zip(manifest.workflows, types, strict=True):
        made = f"WorkflowClient(client, {quoted(workflow.name)})"
        members += bracketed(f"self.{names[workflow.name]}: WorkflowClient[", (given, result), f"] = {made}", 8)
        if workflow.description:
            members.append(f"        {docstring(workflow.description)}")
    header = module_header(
        "The workflows, for who starts them: `Workflows(pikku).NAME.start(input)`.", graph_lines(hashes)
    )
    return "\n".join([header, _imports(_modules_of(types, shapes), dicts), *_CLASS, *members, ""])


_CLASS = [
    "class Workflows:",
    '    """All workflows of the application, on a connected client.',
    "",
    "    async with app.connect() as pikku:",
    "        handle = await Workflows(pikku).NAME.start(input)",
    '    """',
    "",
    "    def __init__(self, client: Client[Any]) -> None:",
    '        """`client` is what `app.connect()` gives."""',
]


def _input(workflow: WorkflowInfo, shapes: Shapes) -> str:
    return shapes.accepted(workflow.input) if workflow.takes_data else "None"


def _mentions(text: str, name: str) -> bool:
    return name in text.replace("[", " ").replace("]", " ").replace(",", " ").split()


def _modules_of(types: list[tuple[str, str]], shapes: Shapes) -> list[str]:
    text = " ".join(part for pair in types for part in pair)
    return sorted(module for module in shapes.modules if f"{module}." in text)


def _imports(modules: list[str], dicts: list[str]) -> str:
    lines = ["from __future__ import annotations", "", "from typing import TYPE_CHECKING, Any", ""]
    lines += ["from pikku import Client, WorkflowClient", ""]
    lines.append("if TYPE_CHECKING:  # importing this file imports nothing of the application")
    lines += [f"    import {module}" for module in modules]
    if modules and dicts:
        lines.append("")
    if dicts:
        line = f"    from .workflow_types import {', '.join(dicts)}"
        lines += [line] if len(line) <= WIDTH else bracketed("from .workflow_types import (", dicts, ")", 4)
    return "\n".join(lines if modules or dicts else lines[:-2]) + "\n\n"
